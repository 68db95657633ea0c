import type { Column } from '../../contract/column.ts'
import { KnownError } from '../../contract/error.ts'
import type { PageRequest } from '../../contract/table.ts'

/**
 * The columns a page is sorted by: `region,-amount`, or one column with `desc`. A name with commas or a leading `-` is found as a whole first.
 * Throws `invalid-input` for a column that is not there.
 */
export function parseSort(
  { sort, desc = false }: Pick<PageRequest, 'sort' | 'desc'>,
  columns: readonly Column[],
): { column: string; descending: boolean }[] {
  if (!sort) return []
  const names = new Set(columns.map((column) => column.name))
  const rank = (part: string): { column: string; descending: boolean } => {
    if (names.has(part)) return { column: part, descending: desc }
    if (part.startsWith('-') && names.has(part.slice(1))) return { column: part.slice(1), descending: !desc }
    throw new KnownError('invalid-input', `There is no column ${part} to sort by.`)
  }
  const isWhole = names.has(sort) || (sort.startsWith('-') && names.has(sort.slice(1)))
  return (isWhole ? [sort] : sort.split(',').map((part) => part.trim())).map(rank)
}
