import { escapeText } from './html.ts'

/** What may stand in markup that a library made: element → attributes. Everything else falls away. */
export interface MarkupRules {
  readonly elements: ReadonlySet<string>
  readonly attributes: ReadonlySet<string>
  /** Elements that fall with all that is in them. */
  readonly droppedWhole: ReadonlySet<string>
  /** Called with every value that is kept; `undefined` drops the attribute. */
  attributeValue(name: string, value: string): string | undefined
}

const token =
  /<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<!--[\s\S]*?(?:-->|$)|<(\/?)([A-Za-z][\w:.-]*)((?:\s+[^\s=<>"'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*)\s*(\/?)>|[^<]+|</g
const attribute = /([^\s=<>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/g
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

/** Text with its character references resolved. */
const plain = (text: string): string =>
  text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi,
    (whole, decimal: string | undefined, hexadecimal: string | undefined, name: string | undefined) => {
      if (name !== undefined) return named[name.toLowerCase()] ?? whole
      const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
    },
  )

/**
 * Reads markup and writes it anew from what the rules let through: closed elements, quoted attributes, text escaped.
 * Nothing is passed along as it came, so that what is not understood cannot survive.
 */
export function allowMarkup(markup: string, rules: MarkupRules): string {
  let out = ''
  let dropping = 0
  let droppedName = ''
  const open: string[] = []
  for (const [whole, slash, name, attributes, selfClosing] of markup.matchAll(token)) {
    if (name === undefined) {
      if (dropping === 0 && !whole.startsWith('<!')) out += escapeText(plain(whole))
      continue
    }
    const isClosing = slash === '/'
    if (dropping > 0) {
      if (name === droppedName && !selfClosing) dropping += isClosing ? -1 : 1
      continue
    }
    if (rules.droppedWhole.has(name.toLowerCase())) {
      if (!isClosing && !selfClosing) {
        dropping = 1
        droppedName = name
      }
      continue
    }
    if (!rules.elements.has(name)) continue
    if (isClosing) {
      const place = open.lastIndexOf(name)
      if (place >= 0) for (const element of open.splice(place).reverse()) out += `</${element}>`
      continue
    }
    let kept = ''
    for (const [, key = '', double, single] of (attributes ?? '').matchAll(attribute)) {
      if (!rules.attributes.has(key)) continue
      const value = rules.attributeValue(key, plain(double ?? single ?? ''))
      if (value !== undefined) kept += ` ${key}="${escapeText(value)}"`
    }
    out += `<${name}${kept}${selfClosing ? '/>' : '>'}`
    if (!selfClosing) open.push(name)
  }
  for (const element of open.reverse()) out += `</${element}>`
  return out
}
