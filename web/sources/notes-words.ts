import type { Notes } from '../../contract/notes.ts'

/** "a, b" as a list; absent where nothing is written. */
export function listOf(text: string): string[] | undefined {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
  return words.length === 0 ? undefined : [...new Set(words)]
}

export const commas = (words: readonly string[] | undefined): string => (words ?? []).join(', ')

/** Lines of `DE = Germany, German`. */
export function readValues(text: string): Record<string, string[]> | undefined {
  const entries = text.split('\n').flatMap((line) => {
    const at = line.indexOf('=')
    const words = at < 0 ? undefined : listOf(line.slice(at + 1))
    const value = line.slice(0, at).trim()
    return words && value !== '' ? [[value, words] as const] : []
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

export const writeValues = (values: Readonly<Record<string, readonly string[]>> | undefined): string =>
  Object.entries(values ?? {})
    .map(([value, words]) => `${value} = ${words.join(', ')}`)
    .join('\n')

/** An object without what is absent or says nothing. */
export function compact<Value extends object>(value: Value): Value {
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => item !== undefined && item !== '' && item !== false && !isEmpty(item)),
  ) as Value
}

const isEmpty = (item: unknown): boolean => typeof item === 'object' && item !== null && Object.keys(item).length === 0

/** The notes with what somebody accepted put in; what is there already stays. */
export function merged(notes: Notes, added: Notes): Notes {
  const tables = { ...notes.tables }
  for (const [name, table] of Object.entries(added.tables)) {
    const known = tables[name] ?? {}
    const columns = { ...known.columns }
    for (const [column, more] of Object.entries(table.columns ?? {})) columns[column] = { ...more, ...columns[column] }
    tables[name] = compact({ ...table, ...known, columns })
  }
  return {
    tables,
    metrics: { ...added.metrics, ...notes.metrics },
    joins: [...notes.joins, ...added.joins],
    questions: [...notes.questions, ...added.questions],
  }
}
