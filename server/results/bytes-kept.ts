import { eq, sum } from 'drizzle-orm'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { results } from './tables.ts'

/** Bytes of tables, pictures and files that the tenant keeps. Needs `tenant:manage`. */
export async function bytesKept(database: Database, actor: Actor): Promise<number> {
  requirePermission(actor, 'tenant:manage')
  const [row] = await database
    .read(actor)
    .select({ bytes: sum(results.bytes).mapWith(Number) })
    .from(results)
    .where(eq(results.tenantId, actor.tenantId))
  return row?.bytes ?? 0
}
