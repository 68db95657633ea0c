/** Markup that is safe to put in a page: what `html` made, or what `raw` was told to believe. */
export class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
  toString(): string {
    return this.markup
  }
}

export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[]

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text as it may stand between tags and in quoted attributes. Characters that HTML forbids become the replacement character. */
export const escapeText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to replace
  text
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')

const markupOf = (value: HtmlValue): string => {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.markup
  if (Array.isArray(value)) return value.map(markupOf).join('')
  return escapeText(String(value))
}

/** Template whose every value is escaped, unless it is `Html` itself. Attribute values must stand in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = parts[0] ?? ''
  values.forEach((value, place) => {
    markup += markupOf(value) + (parts[place + 1] ?? '')
  })
  return new Html(markup)
}

/** Believes that the markup is safe. Only for markup that this program wrote or an allow list let through. */
export const raw = (markup: string): Html => new Html(markup)
