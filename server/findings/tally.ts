import type { Cell, Column, Row } from '../../contract/column.ts'
import type { FindingKind } from '../../contract/share.ts'
import { findInTexts } from './find-in-text.ts'
import { hintsOf, isCard, type Match } from './find-personal.ts'
import { sampleOf } from './mask.ts'

/** What was found in a column (or a file, whose `column` is empty), by kind. */
export interface ColumnFinding {
  readonly column: string
  readonly kind: FindingKind
  /** Cells, or places in a file. */
  readonly count: number
  /** The first of them, masked. */
  readonly sample: string
}

/** Counts what is found in the cells of one column. */
export class Tally {
  readonly #kinds = new Map<FindingKind, { count: number; sample: string }>()

  /** `cells` is how many cells hold this very text. */
  add(text: string, cells: number, matches: readonly Match[]): void {
    for (const kind of new Set(matches.map((match) => match.kind))) {
      const known = this.#kinds.get(kind)
      const first = matches.find((match) => match.kind === kind)
      if (known) known.count += cells
      else this.#kinds.set(kind, { count: cells, sample: sampleOf(kind, text.slice(first?.start, first?.end)) })
    }
  }

  found(column: string): ColumnFinding[] {
    return [...this.#kinds].map(([kind, { count, sample }]) => ({ column, kind, count, sample }))
  }
}

/** A column of whole numbers holds card numbers when this part of its long numbers is right; of others every tenth is by chance. */
const CARDS_PART = 0.5

/** Whether a column's cells are searched: texts always, whole numbers when their name or their check digits say what they are. */
export function isSearched(column: Column, longNumbers: readonly string[]): boolean {
  if (column.type === 'text' || column.type === 'json') return true
  if (column.type !== 'integer') return false
  const { phone, nationalId } = hintsOf(column.name)
  return phone || nationalId || (longNumbers.length > 0 && longNumbers.filter(isCard).length >= longNumbers.length * CARDS_PART)
}

export const isLongNumber = (cell: Cell | undefined): boolean => cell !== null && /^\d{13,19}$/.test(String(cell))

/** As the scan of a kept table, for a table whose rows are all at hand. */
export async function scanRows(columns: readonly Column[], rows: readonly Row[]): Promise<ColumnFinding[]> {
  const found: ColumnFinding[] = []
  for (const [place, column] of columns.entries()) {
    const cells = rows.flatMap((row) => (row[place] === null || row[place] === undefined ? [] : [String(row[place])]))
    if (!isSearched(column, cells.filter(isLongNumber))) continue
    const tally = new Tally()
    const matches = await findInTexts(cells, hintsOf(column.name))
    for (const [at, cell] of cells.entries()) tally.add(cell, 1, matches[at] ?? [])
    found.push(...tally.found(column.name))
  }
  return found
}
