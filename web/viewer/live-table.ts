import type { ColumnarTable } from '../../render/columnar.ts'
import type { CellFormat } from '../../render/format-cell.ts'

/** What the parts that come later (`table-extras.ts`) may do with a living table. */
export interface LiveTable {
  readonly root: HTMLElement
  readonly title: string
  readonly heads: readonly HTMLElement[]
  /** How each column is written; change it and call `redraw`. */
  readonly formats: CellFormat[]
  readonly signal: AbortSignal
  load(): Promise<ColumnarTable>
  /** Rows that match, of `rowCount`. */
  matchCount(): number
  readonly rowCount: number
  /** Shows only what `match` finds, all rows without it. The server may look for `search` meanwhile. `then` is called when it stands. */
  narrow(search: string, match: Match | undefined, then: () => void): void
  pageSize(): number
  setPageSize(size: number): void
  redraw(): void
}
export type Match = (table: ColumnarTable) => { readonly mask: Uint8Array; readonly count: number }

/** What a table can do once somebody asks for more than to read it. */
export interface TableExtras {
  /** Shows or hides the line with the search, the page size and the copying. */
  openBar(): void
  openMenu(column: number): void
  pick(cell: HTMLTableCellElement): void
}
