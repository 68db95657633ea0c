import { sql } from 'drizzle-orm'
import type { Database, Tables, TenantScope, Writer } from './database.ts'
import { translateErrorsOf, translateStatementError } from './statement-error.ts'

/** The Database over any drizzle engine. `close` is called once. */
export function createDrizzleDatabase(engine: {
  kind: Database['kind']
  syncs: boolean
  tables: Tables
  close: () => Promise<void>
}): Database {
  const { tables } = engine
  translateErrorsOf(tables)
  let closing: Promise<void> | undefined

  const transaction = async <Result>(work: (writer: Writer) => Promise<Result>): Promise<Result> => {
    try {
      return await tables.transaction((inside) => {
        translateErrorsOf(inside)
        return work(inside)
      })
    } catch (error) {
      throw translateStatementError(error)
    }
  }
  const scoped = (scope: TenantScope): Tables => {
    if (!scope.tenantId) throw new Error('a statement without a tenant')
    return tables
  }

  return {
    kind: engine.kind,
    syncs: engine.syncs,
    read: scoped,
    write: scoped,
    transaction: async (scope, work) => {
      scoped(scope)
      return transaction(work)
    },
    beyondTenants: () => tables,
    beyondTenantsTransaction: transaction,
    ping: async () => {
      await tables.execute(sql`select 1`)
    },
    close: () => (closing ??= engine.close()),
  }
}
