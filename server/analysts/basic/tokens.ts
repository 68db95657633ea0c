import { lemma } from './lemma.ts'

/** A word, number, sign or quoted text of a question; `start` and `end` are places in it. */
export interface Token {
  readonly text: string
  readonly lower: string
  readonly lemma: string
  readonly kind: 'word' | 'number' | 'quoted' | 'sign'
  readonly start: number
  readonly end: number
  readonly isAfterComma: boolean
}

const pattern =
  /"([^"]*)"|“([^”]*)”|(?<![\p{L}\p{N}])'([^']+)'(?![\p{L}\p{N}])|(\d{4}-\d{2}(?:-\d{2})?)(?!\d)|(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d+(?![\p{L}\d]))|(>=|<=|!=|<>|≥|≤|[<>=])|([\p{L}\p{N}\p{M}]+)/gu

/** Cuts a question into tokens. Punctuation and currency signs fall away; `region_name` is two words. */
export function tokenise(text: string): Token[] {
  const plain = text.replace(/[‘’`]/g, "'").replace(/([\p{L}])'s\b/gu, '$1  ')
  return [...plain.matchAll(pattern)].map((match): Token => {
    const [whole, double, curly, single, isoDate, number, sign] = match
    const quoted = double ?? curly ?? single
    const kind = quoted !== undefined ? 'quoted' : sign ? 'sign' : number ? 'number' : 'word'
    const said = quoted ?? (number ? number.replaceAll(',', '') : (isoDate ?? whole))
    const lower = said.toLowerCase()
    return {
      text: said,
      lower,
      lemma: lemma(lower),
      kind,
      start: match.index,
      end: match.index + whole.length,
      isAfterComma: /,\s*$/.test(plain.slice(0, match.index)),
    }
  })
}

/** "Phone number of the customers" counts nothing. */
export const isPhoneNumber = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.lemma === 'number' && /^(?:tele)?phone$|^mobile$|^cell$|^fax$/.test(tokens[at - 1]?.lower ?? '')

/** Text whose case and spaces say nothing: ` GERMANY` and `Germany` are one. SQL folds alike, see `Dialect.fold`. */
export const foldText = (text: string): string =>
  text
    .replace(/[\t\n\f\r ]+/g, ' ')
    .trim()
    .toLowerCase()

/** The words in a column's or table's name: `orderDate`, `order_date` and `Order Date` are all `order date`. */
export function nameWords(name: string): string[] {
  const spaced = name.replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2').replace(/[_\-./]/g, ' ')
  return (spaced.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).map((word) => lemma(word.toLowerCase()))
}

/** A name as people read it: `order_date` is "order date". */
export const spokenName = (name: string): string => {
  const spaced = name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/_+/g, ' ')
    .trim()
  return spaced === '' ? name : /^\p{Lu}+$/u.test(spaced) ? spaced : spaced.toLowerCase()
}

/** What people call a column: its name in their notes, else its own as they read it. */
export const calledOf = ({ name, label }: { readonly name: string; readonly label?: string | undefined }): string =>
  label ?? spokenName(name)

/** "a, b or c" */
export const listed = (names: readonly string[], word = 'or'): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1) ?? ''}`
