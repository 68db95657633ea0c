import { pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** A point in time, always with a zone. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Server processes that share this database. A node not seen for longer than its lease is dead. */
export const nodes = pgTable('nodes', {
  id: text('id').primaryKey(),
  seenAt: instant('seen_at').notNull(),
})
