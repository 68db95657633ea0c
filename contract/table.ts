import { z } from 'zod'
import { Cell, Column, Row } from './column.ts'
import { Digest } from './id.ts'

/** How many rows travel with a turn, and stand in the stored preview of a result. */
export const PREVIEW_ROWS = 200
/** Rows a query keeps at most; more are said as `truncated`. */
export const ROW_LIMIT = 1_000_000
/** Rows on one page of a table. */
export const PAGE_ROWS = 25

/** A table of a turn, as the log holds it: a name for a kept result. `id` is unique in its turn (`t1`, `t2`). */
export const TableReference = z.object({
  id: z.string(),
  digest: Digest,
  title: z.string(),
  columns: z.array(Column),
  rowCount: z.number().int().nonnegative(),
  /** The query had more rows than `ROW_LIMIT`. */
  truncated: z.boolean(),
  /** The statement that made it, for the proof. */
  stepId: z.string().optional(),
})
export type TableReference = z.infer<typeof TableReference>

/** A table as it travels: with its first rows, at most PREVIEW_ROWS. */
export const Table = TableReference.extend({ rows: z.array(Row) })
export type Table = z.infer<typeof Table>

/** `column operator value`; text compares without case, `contains` works on the text of any type. */
export const RowFilter = z.object({
  column: z.string(),
  operator: z.enum(['contains', '=', '!=', '<', '<=', '>', '>=', 'is-null', 'is-not-null']),
  value: Cell.optional(),
})
export type RowFilter = z.infer<typeof RowFilter>

/** Query string of a page of a table. `sort` lists columns, a leading `-` sorts down; nulls come last either way. */
export const PageRequest = z.object({
  sort: z.string().optional(),
  desc: z.stringbool().optional(),
  /** Text looked for in every column, without case. */
  filter: z.string().max(200).optional(),
  offset: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(PAGE_ROWS),
})
export type PageRequest = z.infer<typeof PageRequest>

export const TablePage = z.object({
  columns: z.array(Column),
  rows: z.array(Row),
  offset: z.number(),
  /** Rows that the filter lets through. */
  matchCount: z.number(),
  rowCount: z.number(),
})
export type TablePage = z.infer<typeof TablePage>
