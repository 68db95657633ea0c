import type { Digest, TenantId } from '../../contract/id.ts'
import { setNewest } from '../basics/set-newest.ts'
import type { KeptTable } from './results.ts'

const MOST = 50

/** Tables that were kept or asked for lately: a result never changes, so what is known of it need not be read again. */
export class RecentTables {
  readonly #tables = new Map<string, KeptTable>()

  get(tenantId: TenantId, digest: Digest): KeptTable | undefined {
    const found = this.#tables.get(`${tenantId}/${digest}`)
    return found && this.add(tenantId, found)
  }

  add(tenantId: TenantId, { digest, columns, rowCount, rows }: KeptTable): KeptTable {
    return setNewest(this.#tables, `${tenantId}/${digest}`, { digest, columns, rowCount, rows }, MOST)
  }
}
