import { bigint, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** A point in time, always with a zone. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Server processes that share this database. A node not seen for longer than its lease is dead. */
export const nodes = pgTable('nodes', {
  id: text('id').primaryKey(),
  seenAt: instant('seen_at').notNull(),
  /** Where its process runs, so that the next one there knows that it is gone. */
  host: text('host').notNull().default(''),
  pid: integer('pid').notNull().default(0),
  /** When the process began, milliseconds since 1970: a container's only process always has the same number. */
  bornMs: bigint('born_ms', { mode: 'number' }).notNull().default(0),
})
