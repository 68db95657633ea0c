import { z } from 'zod'

const word = z.string().trim().min(1).max(80)
const words = z.array(word).max(50)
const definition = z.string().trim().min(1).max(1000)
const named = <Item extends z.ZodType>(item: Item) => z.record(z.string().min(1).max(200), item)

export const ColumnNotes = z.strictObject({
  /** What people call it. */
  name: word.optional(),
  synonyms: words.optional(),
  definition: definition.optional(),
  isHidden: z.boolean().optional(),
  /** Other words for values: `DE: [Germany, German]`. */
  values: named(words).optional(),
})
export type ColumnNotes = z.infer<typeof ColumnNotes>

export const TableNotes = z.strictObject({
  name: word.optional(),
  synonyms: words.optional(),
  definition: definition.optional(),
  isHidden: z.boolean().optional(),
  /** The column that "last month" means where nothing else is said. */
  date: z.string().min(1).max(200).optional(),
  columns: named(ColumnNotes).optional(),
})
export type TableNotes = z.infer<typeof TableNotes>

/** A figure with a name. How `expression` and `filter` are written is said in `metric-expression.ts`. */
export const Metric = z.strictObject({
  table: z.string().min(1).max(200),
  expression: z.string().trim().min(1).max(1000),
  filter: z.string().trim().min(1).max(1000).optional(),
  synonyms: words.optional(),
  definition: definition.optional(),
})
export type Metric = z.infer<typeof Metric>

/** A question whose SQL somebody found right. */
export const ConfirmedPair = z.strictObject({
  question: z.string().trim().min(1).max(1000),
  sql: z.string().trim().min(1).max(20_000),
  /** Who said so; the server writes it. */
  by: z.string().max(200).optional(),
  on: z.string().max(40).optional(),
})
export type ConfirmedPair = z.infer<typeof ConfirmedPair>

/** `from` and `to` are `table.column`; each row of the first meets at most one of the second. */
const ConfirmedJoin = z.strictObject({ from: z.string().min(3).max(400), to: z.string().min(3).max(400) })

/** What people know of a data source and its names do not say. Tables and columns are named as in its catalog. */
export const Notes = z.strictObject({
  tables: named(TableNotes).default({}),
  metrics: named(Metric).default({}),
  joins: z.array(ConfirmedJoin).max(200).default([]),
  questions: z.array(ConfirmedPair).max(500).default([]),
})
export type Notes = z.infer<typeof Notes>

/** Something in the notes that does not fit: where it stands, as the keys that lead there. */
export const NotesProblem = z.object({
  path: z.array(z.union([z.string(), z.number()])),
  /** In the YAML text, from 1. */
  line: z.number().int().optional(),
  message: z.string(),
})
export type NotesProblem = z.infer<typeof NotesProblem>

/** Notes as they are kept. `version` is 0 where nobody wrote any, and grows with each change. */
export const KeptNotes = z.object({
  version: z.number().int(),
  notes: Notes,
  /** What no longer fits the source, say because a column was renamed. Analysts leave it out. */
  problems: z.array(NotesProblem),
  changedBy: z.string().optional(),
  changedAt: z.string().optional(),
})
export type KeptNotes = z.infer<typeof KeptNotes>

/** Something that the data suggests; nothing of it holds before a person accepts it. `notes` is what would be added. */
export const NotesSuggestion = z.object({ id: z.string(), why: z.string(), notes: Notes })
export type NotesSuggestion = z.infer<typeof NotesSuggestion>
