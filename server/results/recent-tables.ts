import type { Digest, TenantId } from '../../contract/id.ts'
import type { KeptTable } from './results.ts'

const MOST = 50

/** Tables that were kept or asked for lately: a result never changes, so what is known of it need not be read again. */
export class RecentTables {
  readonly #tables = new Map<string, KeptTable>()

  get(tenantId: TenantId, digest: Digest): KeptTable | undefined {
    const key = `${tenantId}/${digest}`
    const found = this.#tables.get(key)
    if (found) this.#put(key, found)
    return found
  }

  add(tenantId: TenantId, { digest, columns, rowCount, rows }: KeptTable): KeptTable {
    const table = { digest, columns, rowCount, rows }
    this.#put(`${tenantId}/${digest}`, table)
    const [oldest] = this.#tables.keys()
    if (this.#tables.size > MOST && oldest !== undefined) this.#tables.delete(oldest)
    return table
  }

  #put(key: string, table: KeptTable): void {
    this.#tables.delete(key)
    this.#tables.set(key, table)
  }
}
