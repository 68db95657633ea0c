import type { Source } from '../../contract/source.ts'
import type { Connection } from './connection.ts'
import type { sources } from './tables.ts'

/** A source as it travels. `connection` only for those who manage sources; of its secrets it says just whether there is a password. */
export function presentSource(row: typeof sources.$inferSelect, tableCount: number | undefined, connection?: Connection): Source {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    ...(row.state ? { state: connection ? row.state : { ...row.state, warnings: [] } } : {}),
    ...(tableCount === undefined ? {} : { tableCount }),
    ...(connection ? { config: { ...row.config, hasPassword: Boolean(connection.password) } } : {}),
    createdAt: row.createdAt.toISOString(),
  }
}
