import type { PgTable } from 'drizzle-orm/pg-core'

/** A column whose values a Secret sealed, and for which purpose; a change of the key seals them anew. */
export interface SealedColumn {
  readonly table: PgTable
  readonly property: string
  purpose(row: Readonly<Record<string, unknown>>): string
}

export const sealedColumn = <Table extends PgTable>(
  table: Table,
  property: keyof Table['$inferSelect'] & string,
  purpose: (row: Table['$inferSelect']) => string,
): SealedColumn => ({ table, property, purpose: (row) => purpose(row as Table['$inferSelect']) })
