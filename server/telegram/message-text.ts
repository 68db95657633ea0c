import { lexer, type Token, type Tokens } from 'marked'
import { escapeText } from '../../render/html.ts'

/** What Telegram takes in one message, in UTF-16 units. */
export const MESSAGE_LENGTH = 4096
export const CAPTION_LENGTH = 1024

/**
 * An answer's Markdown as messages of at most `limit` units, in the few HTML elements that Telegram knows. Blocks stay whole where they fit.
 * A table of Markdown becomes a line per row: pipes can't be read on a phone.
 */
export function messagesOf(markdown: string, limit = MESSAGE_LENGTH): string[] {
  const blocks = lexer(markdown).flatMap((token) => blockOf(token, limit))
  const messages: string[] = []
  for (const block of blocks) {
    const last = messages.at(-1)
    if (last !== undefined && last.length + block.length + 2 <= limit) messages[messages.length - 1] = `${last}\n\n${block}`
    else messages.push(block)
  }
  return messages
}

function blockOf(token: Token, limit: number): string[] {
  const html = blockHtml(token).trim()
  if (html === '') return []
  if (html.length <= limit) return [html]
  // NOTE: cut by its bare text, so that no element is cut in two.
  return cut(token.type === 'code' ? (token as Tokens.Code).text : token.raw, limit - '<pre></pre>'.length).map((part) =>
    token.type === 'code' ? `<pre>${part}</pre>` : part,
  )
}

/** Escaped text in parts of at most `limit` units, cut at a line's end, else between words, else where it must be. */
function cut(text: string, limit: number): string[] {
  const parts: string[] = []
  let rest = text.replace(/^\n+|\s+$/g, '')
  while (rest !== '') {
    let end = rest.length
    while (escapeText(rest.slice(0, end)).length > limit) end = Math.floor((end * limit) / escapeText(rest.slice(0, end)).length)
    if (end < rest.length) {
      const head = rest.slice(0, end)
      const edge = [head.lastIndexOf('\n'), head.lastIndexOf(' ')].find((place) => place > end / 2)
      if (edge !== undefined) end = edge
      else if (/[\ud800-\udbff]$/.test(head)) end -= 1
    }
    parts.push(escapeText(rest.slice(0, end)))
    // NOTE: what stands before a line of code belongs to it.
    rest = rest.slice(end).replace(/^[\n ]/, '')
  }
  return parts
}

function blockHtml(token: Token): string {
  switch (token.type) {
    case 'heading':
      return `<b>${inline((token as Tokens.Heading).tokens)}</b>`
    case 'code':
      return `<pre>${escapeText((token as Tokens.Code).text)}</pre>`
    case 'blockquote':
      return `<blockquote>${(token as Tokens.Blockquote).tokens.map(blockHtml).join('\n')}</blockquote>`
    case 'list': {
      const { items, ordered, start } = token as Tokens.List
      return items
        .map((item, place) => `${ordered ? `${Number(start) + place}.` : '•'} ${item.tokens.map(blockHtml).join('\n')}`)
        .join('\n')
    }
    case 'table': {
      const { header, rows } = token as Tokens.Table
      return rows
        .map((row) => row.map((cell, place) => `${inline(header[place]?.tokens)}: ${inline(cell.tokens)}`).join('; '))
        .join('\n')
    }
    case 'hr':
    case 'space':
      return ''
    default:
      return inline('tokens' in token && token.tokens ? token.tokens : [token])
  }
}

function inline(tokens: readonly Token[] | undefined): string {
  return (tokens ?? []).map(inlineHtml).join('')
}

function inlineHtml(token: Token): string {
  const within = (): string => inline('tokens' in token ? token.tokens : undefined)
  switch (token.type) {
    case 'strong':
      return `<b>${within()}</b>`
    case 'em':
      return `<i>${within()}</i>`
    case 'del':
      return `<s>${within()}</s>`
    case 'codespan':
      return `<code>${escapeText((token as Tokens.Codespan).text)}</code>`
    case 'br':
      return '\n'
    case 'link': {
      const { href } = token as Tokens.Link
      return /^https?:\/\//.test(href) ? `<a href="${escapeText(href)}">${within()}</a>` : within()
    }
    case 'image':
      return escapeText((token as Tokens.Image).text)
    case 'text':
      return 'tokens' in token && token.tokens ? within() : escapeText((token as Tokens.Text).text)
    case 'escape':
      return escapeText((token as Tokens.Escape).text)
    default:
      return escapeText(token.raw)
  }
}

/** One line for a caption. */
export const cutLine = (text: string, length = CAPTION_LENGTH): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`
