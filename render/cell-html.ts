import { codeHtml } from './code-html.ts'
import { type Html, html } from './html.ts'

export interface CellView {
  readonly code: string
  readonly printed?: string | undefined
  /** Only for who works in the conversation. */
  readonly traceback?: string | undefined
}

/** The code of a cell that was asked for by hand; undefined for any other question. */
export const cellCode = (question: string): string | undefined => /^\s*\/python\b[ \t]*\n?([\s\S]*\S)/i.exec(question)?.[1]

/** A cell as notebooks have it: code, what it printed, and where it failed. */
export function cellHtml({ code, printed, traceback }: CellView): Html {
  return html`<div class="cell"><pre class="src" tabindex="0" aria-label="Code of the cell"><code>${codeHtml(code, 'python')}</code></pre>${
    printed !== undefined &&
    printed !== '' &&
    html`<pre class="out" tabindex="0" aria-label="Output of the cell"><code>${printed}</code></pre>`
  }${
    traceback !== undefined &&
    html`<pre class="out tb" tabindex="0" aria-label="Traceback of the cell"><code>${traceback.trimEnd()}</code></pre>`
  }</div>`
}
