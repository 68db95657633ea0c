import { z } from 'zod'
import { Cell, ColumnType } from './column.ts'
import { ConfirmedPair, Metric } from './notes.ts'
import { SourceKind } from './source-kind.ts'

/** What is known of a column. Counts and values are of the whole table, or of a sample of a source's table, absent where nobody looked yet. */
export const CatalogColumn = z.object({
  name: z.string(),
  type: ColumnType,
  /** The type in the source's own words: `numeric(12,2)`. */
  nativeType: z.string().optional(),
  comment: z.string().optional(),
  /** From people's notes: what they call it, other names, what it means, other words for its values. */
  label: z.string().optional(),
  synonyms: z.array(z.string()).optional(),
  definition: z.string().optional(),
  /** Worked out from many rows and not stored; only among what the basic analyst reads. */
  isMetric: z.boolean().optional(),
  /** Stands in another table, which each row meets one row of; likewise. */
  isBorrowed: z.boolean().optional(),
  valueWords: z.record(z.string(), z.array(z.string())).optional(),
  distinctCount: z.number().int().optional(),
  nullCount: z.number().int().optional(),
  min: Cell.optional(),
  max: Cell.optional(),
  /** All values when there are few (at most 500 distinct), else the most frequent ones. */
  values: z.array(z.object({ value: Cell, count: z.number().int() })).optional(),
})
export type CatalogColumn = z.infer<typeof CatalogColumn>

export const CatalogTable = z.object({
  /** Unique in its catalog, and what plans and foreign keys name: `orders`, or `sales.orders` outside the default schema. */
  name: z.string(),
  /** How SQL names it, part by part, each to be quoted: `['sales', 'orders']`. Where absent it is `[name]`. */
  path: z.array(z.string()).optional(),
  /** What people call it: the upload's name, say. */
  label: z.string(),
  isView: z.boolean().optional(),
  comment: z.string().optional(),
  /** From people's notes, as those of columns; `dateColumn` is meant where no other date is said. */
  synonyms: z.array(z.string()).optional(),
  definition: z.string().optional(),
  dateColumn: z.string().optional(),
  metrics: z.array(Metric.extend({ name: z.string() })).optional(),
  /** Of a source's table an estimate, 0 where the source has none. */
  rowCount: z.number().int(),
  columns: z.array(CatalogColumn),
  primaryKey: z.array(z.string()).default([]),
  /** `table` is the `name` of a table of this catalog. */
  foreignKeys: z
    .array(z.object({ columns: z.array(z.string()), table: z.string(), references: z.array(z.string()) }))
    .default([]),
})
export type CatalogTable = z.infer<typeof CatalogTable>

/** A file that holds no table as it could not be read, and what to do about it. */
export const UnreadFile = z.object({ name: z.string(), why: z.string() })
export type UnreadFile = z.infer<typeof UnreadFile>

/** What can be asked about, and in which dialect its SQL is written; `duckdb` where none is said. */
export const Catalog = z.object({
  dialect: SourceKind.optional(),
  tables: z.array(CatalogTable),
  unread: z.array(UnreadFile).optional(),
  /** Questions whose SQL people found right. */
  confirmed: z.array(ConfirmedPair).optional(),
})
export type Catalog = z.infer<typeof Catalog>
