import { Marked, type Token, type Tokens } from 'marked'
import { codeHtml } from './code-html.ts'
import { type Html, type HtmlValue, html, raw } from './html.ts'
import { mathHtml } from './math-html.ts'

interface MathToken extends Tokens.Generic {
  readonly type: 'math'
  readonly text: string
  readonly isBlock: boolean
}

const marked = new Marked({
  gfm: true,
  extensions: [
    {
      name: 'math',
      level: 'block',
      start: (source: string) => source.match(/(^|\n)\$\$/)?.index,
      tokenizer(source: string): MathToken | undefined {
        const found = /^\$\$\s*([\s\S]+?)\s*\$\$(?:\n|$)/.exec(source)
        return found ? { type: 'math', raw: found[0], text: found[1] ?? '', isBlock: true } : undefined
      },
    },
    {
      name: 'math',
      level: 'inline',
      start: (source: string) => source.indexOf('$'),
      tokenizer(source: string): MathToken | undefined {
        const found = /^\$\$([^$]+)\$\$/.exec(source) ?? /^\$(?=[^\s$])([^$\n]*?[^\s\\$])\$(?!\d)/.exec(source)
        return found ? { type: 'math', raw: found[0], text: found[1] ?? '', isBlock: false } : undefined
      },
    },
  ],
})

const MAX_DEPTH = 24
const safeLink = /^(https?:\/\/|mailto:|#)/i

/** Markdown as our own elements. Raw HTML becomes text, a picture its description; links go to http, https, mailto and fragments only. */
export function proseHtml(markdown: string): Html {
  const tokens = marked.lexer(markdown)
  rankHeadings(tokens)
  return html`${blocks(tokens, 0)}`
}

/** Headings of an answer stand under the question's `h2`: the first level used becomes `h3`, and none is skipped on the way down. */
function rankHeadings(tokens: readonly Token[]): void {
  const headings = tokens.filter((token): token is Tokens.Heading => token.type === 'heading')
  const depths = [...new Set(headings.map((heading) => heading.depth))].sort((left, right) => left - right)
  let before = 2
  for (const heading of headings) {
    before = Math.min(3 + depths.indexOf(heading.depth), before + 1, 6)
    heading.depth = before
  }
}

function blocks(tokens: readonly Token[] | undefined, depth: number): HtmlValue {
  return depth > MAX_DEPTH
    ? (tokens ?? []).map((token) => token.raw)
    : (tokens ?? []).map((token) => block(token as Tokens.Generic, depth))
}

function block(token: Tokens.Generic, depth: number): HtmlValue {
  const inside = (): HtmlValue => inlines(token.tokens, depth + 1)
  switch (token.type) {
    case 'space':
    case 'def':
      return ''
    case 'heading': {
      if (depth > 0) return html`<p><strong>${inside()}</strong></p>`
      const level = Number(token['depth'])
      return [raw(`<h${level}>`), inside(), raw(`</h${level}>`)]
    }
    case 'paragraph':
      return html`<p>${inside()}</p>`
    case 'code':
      return html`<pre tabindex="0"><code>${codeHtml(String(token['text']), String(token['lang'] ?? '').split(/\s/)[0] ?? '')}</code></pre>`
    case 'blockquote':
      return html`<blockquote>${blocks(token.tokens, depth + 1)}</blockquote>`
    case 'list':
      return list(token as Tokens.List, depth)
    case 'hr':
      return html`<hr>`
    case 'table':
      return table(token as Tokens.Table, depth)
    case 'math':
      return html`<div class="math">${mathHtml(String(token['text']), true)}</div>`
    case 'text':
      return token.tokens ? inside() : String(token['text'])
    case 'html':
      return html`<p>${token.raw.trim()}</p>`
    default:
      return inline(token, depth)
  }
}

function list(token: Tokens.List, depth: number): HtmlValue {
  const items = token.items.map((item) => {
    const box = item.task ? (item.checked ? '☑ ' : '☐ ') : ''
    return html`<li>${box}${blocks(
      item.tokens.filter((inner) => inner.type !== 'checkbox'),
      depth + 1,
    )}</li>`
  })
  if (!token.ordered) return html`<ul>${items}</ul>`
  return Number(token.start) > 1 ? html`<ol start="${Number(token.start)}">${items}</ol>` : html`<ol>${items}</ol>`
}

function table(token: Tokens.Table, depth: number): HtmlValue {
  const side = (align: string | null): string => (align === 'right' ? 'n' : '')
  const head = token.header.map(
    (cell) => html`<th scope="col" class="${side(cell.align)}"><span>${inlines(cell.tokens, depth + 1)}</span></th>`,
  )
  const rows = token.rows.map(
    (row) => html`<tr>${row.map((cell) => html`<td class="${side(cell.align)}">${inlines(cell.tokens, depth + 1)}</td>`)}</tr>`,
  )
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table in the text, scrolls sideways"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`
}

function inlines(tokens: readonly Token[] | undefined, depth: number): HtmlValue {
  return depth > MAX_DEPTH
    ? (tokens ?? []).map((token) => token.raw)
    : (tokens ?? []).map((token) => inline(token as Tokens.Generic, depth))
}

function inline(token: Tokens.Generic, depth: number): HtmlValue {
  const inside = (): HtmlValue => inlines(token.tokens, depth + 1)
  switch (token.type) {
    case 'strong':
      return html`<strong>${inside()}</strong>`
    case 'em':
      return html`<em>${inside()}</em>`
    case 'del':
      return html`<del>${inside()}</del>`
    case 'codespan':
      return html`<code>${String(token['text'])}</code>`
    case 'br':
      return html`<br>`
    case 'link': {
      const address = String(token['href'] ?? '').trim()
      if (!safeLink.test(address)) return inside()
      return address.startsWith('#')
        ? html`<a href="${address}">${inside()}</a>`
        : html`<a href="${address}" rel="noopener noreferrer nofollow ugc">${inside()}</a>`
    }
    case 'image':
      return html`[picture: ${String(token['text'] || 'without a description')}]`
    case 'math':
      return mathHtml(String(token['text']), false)
    case 'escape':
    case 'text':
      return token.tokens ? inside() : String(token['text'])
    default:
      return token.raw
  }
}
