import { z } from 'zod'

/** `integer` beyond 2^53 and `decimal` travel as text; `date` as `YYYY-MM-DD`, `timestamp` as `YYYY-MM-DDTHH:MM:SS[.ffffff][Z]`. */
export const ColumnType = z.enum([
  'integer',
  'decimal',
  'number',
  'boolean',
  'date',
  'timestamp',
  'time',
  'text',
  'json',
  'binary',
])
export type ColumnType = z.infer<typeof ColumnType>

export const Column = z.object({ name: z.string(), type: ColumnType })
export type Column = z.infer<typeof Column>

export const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()])
export type Cell = z.infer<typeof Cell>

/** One row, cells in the order of the columns. */
export const Row = z.array(Cell)
export type Row = z.infer<typeof Row>

export const isNumeric = (type: ColumnType): boolean => type === 'integer' || type === 'decimal' || type === 'number'
export const isTemporal = (type: ColumnType): boolean => type === 'date' || type === 'timestamp'
