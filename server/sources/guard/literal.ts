import { parse } from '@polyglot-sql/sdk'
import { KnownError } from '../../../contract/error.ts'
import type { BoundValue } from '../../../contract/parameter.ts'
import { quoteText } from '../policy-filter.ts'

/** Of a source whose protocol carries no values. Its texts know no escapes but a doubled quote. */
type Unbinding = 'trino'

/**
 * A value as a literal of the dialect, read back by the guard's parser: it has to be one literal of that value, and nothing beside it.
 * Throws `invalid-input` for what is none.
 */
export function literalOf(kind: Unbinding, { type, text }: BoundValue): string {
  if (type === 'number') {
    if (!/^-?\d+(\.\d+)?$/.test(text)) throw notPlain()
    return text.startsWith('-') ? `(${text})` : text
  }
  const quoted = quoteText(kind, text)
  if (readBack(kind, quoted) !== text) throw notPlain()
  return type === 'date' ? `DATE ${quoted}` : quoted
}

const notPlain = (): KnownError =>
  new KnownError('invalid-input', 'This value cannot be handed to the data source. Write it more plainly.')

/** What the parser takes the text for; undefined unless it is one literal and no more. */
function readBack(kind: Unbinding, quoted: string): string | undefined {
  const { success, ast } = parse(`SELECT ${quoted}`, kind as Parameters<typeof parse>[1])
  const found: unknown = success && Array.isArray(ast) && ast.length === 1 ? partOf(ast[0], 'select', 'expressions') : undefined
  const only: unknown = Array.isArray(found) && found.length === 1 ? found[0] : undefined
  const value = partOf(only, 'literal', 'value')
  return typeof value === 'string' && partOf(only, 'literal', 'literal_type') === 'string' ? value : undefined
}

function partOf(value: unknown, ...path: string[]): unknown {
  let part = value
  for (const key of path)
    part = typeof part === 'object' && part !== null && key in part ? (part as Record<string, unknown>)[key] : undefined
  return part
}
