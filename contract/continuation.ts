import { z } from 'zod'

/** A table of a shared page that a reader may take along. */
export const ContinuationTable = z.object({
  /** The page's own: `t1`. */
  id: z.string(),
  title: z.string(),
  /** What it answers. */
  question: z.string(),
  columns: z.array(z.string()),
  rowCount: z.number().int(),
  /** The owner's table was cut: there is more in its source. */
  truncated: z.boolean(),
})
export type ContinuationTable = z.infer<typeof ContinuationTable>

/** What a shared page lets a signed-in reader continue with. */
export const Continuation = z.discriminatedUnion('state', [
  /** The page waits for its password. */
  z.object({ state: z.literal('locked') }),
  z.object({
    state: z.literal('open'),
    title: z.string(),
    /** The organisation that shares the page. */
    by: z.string(),
    frozenAt: z.string(),
    version: z.number().int().positive(),
    tables: z.array(ContinuationTable),
  }),
])
export type Continuation = z.infer<typeof Continuation>

/** A shared page, by its address or the path of it, and its password where it has one. */
export const ContinuationLink = z.object({
  link: z.string().trim().min(1, 'Paste the link of a shared page.').max(2_000),
  password: z.string().max(200).optional(),
})
