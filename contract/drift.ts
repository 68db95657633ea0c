import { z } from 'zod'
import { Cell } from './column.ts'
import { TurnOrTileId } from './share.ts'

/** One cell that is another now than it was frozen. */
export const ChangedCell = z.object({
  /** What tells the row apart: the cells of `matchedBy`, or its number in the table. */
  row: z.array(Cell),
  column: z.string(),
  frozen: Cell,
  now: Cell,
})
export type ChangedCell = z.infer<typeof ChangedCell>

/** How a table differs from another one of the same making. Counts are whole, examples are the first ones. */
export const TableComparison = z.object({
  /** The columns that rows were matched by; empty for their position. */
  matchedBy: z.array(z.string()),
  changedCells: z.number().int(),
  addedRows: z.number().int(),
  removedRows: z.number().int(),
  addedColumns: z.array(z.string()),
  removedColumns: z.array(z.string()),
  changes: z.array(ChangedCell),
  added: z.array(z.array(Cell)),
  removed: z.array(z.array(Cell)),
})
export type TableComparison = z.infer<typeof TableComparison>

/** What became of one frozen table when its statement was run again. */
export const TableDrift = z.object({
  /** Of the page: `t1`. */
  tableId: z.string(),
  title: z.string(),
  partId: TurnOrTileId.or(z.literal('')),
  question: z.string(),
  /** Where it was asked, by the name that people know. */
  source: z.string().optional(),
  frozenRows: z.number().int(),
  outcome: z.discriminatedUnion('state', [
    z.object({ state: z.literal('same') }),
    z.object({ state: z.literal('changed'), nowRows: z.number().int(), comparison: TableComparison }),
    /** Could not be asked; the sentence says why. */
    z.object({ state: z.literal('unasked'), reason: z.string() }),
  ]),
  /** The table was cut where it was made, so rows beyond its end are not compared. */
  truncated: z.boolean(),
})
export type TableDrift = z.infer<typeof TableDrift>

/** What the link shows against what its source says now. */
export const Drift = z.object({ version: z.number().int(), checkedAt: z.string(), tables: z.array(TableDrift) })
export type Drift = z.infer<typeof Drift>
