import { useSyncExternalStore } from 'react'
import type { codeHtml as loadedCodeHtml } from '../../render/code-html.ts'
import { escapeText, type Html, html, raw } from '../../render/html.ts'
import type { mathHtml as loadedMathHtml } from '../../render/math-html.ts'

/**
 * Stands in the app for the renderer's colouring of code and setting of formulas (`web/vite.config.ts` puts it there): they weigh as much as
 * half the app and few first pages need them. Until they are loaded, code and formulas stand as they were written.
 */

let code: typeof loadedCodeHtml | undefined
let math: typeof loadedMathHtml | undefined
let isCodeWanted = false
let isMathWanted = false
let loadedCount = 0
const listeners = new Set<() => void>()

const tell = (): void => {
  loadedCount += 1
  for (const listener of listeners) listener()
}

/** As `codeHtml` of the renderer. @public */
export function codeHtml(text: string, language: string): Html {
  if (code) return code(text, language)
  if (!isCodeWanted) {
    isCodeWanted = true
    import('../../render/code-html.ts').then(
      (loaded) => {
        code = loaded.codeHtml
        tell()
      },
      () => {
        isCodeWanted = false
      },
    )
  }
  return raw(escapeText(text))
}

/** As `mathHtml` of the renderer. @public */
export function mathHtml(tex: string, isBlock: boolean): Html {
  if (math) return math(tex, isBlock)
  if (!isMathWanted) {
    isMathWanted = true
    import('../../render/math-html.ts').then(
      (loaded) => {
        math = loaded.mathHtml
        tell()
      },
      () => {
        isMathWanted = false
      },
    )
  }
  return html`<code>${tex}</code>`
}

/** Has the component that calls it drawn again when more can be drawn than before. */
export function useLateMarkup(): void {
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => loadedCount,
  )
}
