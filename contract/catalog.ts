import { z } from 'zod'
import { Cell, ColumnType } from './column.ts'

/** What is known of a column. Counts and values are of the whole table, absent where nobody looked yet. */
export const CatalogColumn = z.object({
  name: z.string(),
  type: ColumnType,
  distinctCount: z.number().int().optional(),
  nullCount: z.number().int().optional(),
  min: Cell.optional(),
  max: Cell.optional(),
  /** All values when there are few (at most 500 distinct), else the most frequent ones. */
  values: z.array(z.object({ value: Cell, count: z.number().int() })).optional(),
})
export type CatalogColumn = z.infer<typeof CatalogColumn>

export const CatalogTable = z.object({
  name: z.string(),
  /** What people call it: the upload's name, say. */
  label: z.string(),
  rowCount: z.number().int(),
  columns: z.array(CatalogColumn),
  primaryKey: z.array(z.string()).default([]),
  foreignKeys: z
    .array(z.object({ columns: z.array(z.string()), table: z.string(), references: z.array(z.string()) }))
    .default([]),
})
export type CatalogTable = z.infer<typeof CatalogTable>

export const Catalog = z.object({ tables: z.array(CatalogTable) })
export type Catalog = z.infer<typeof Catalog>
