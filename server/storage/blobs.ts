import type { Readable } from 'node:stream'
import type { Digest, TenantId } from '../../contract/id.ts'

/**
 * Immutable bytes under their digest, apart per tenant: equal bytes of two tenants do not share a file. Never overwritten.
 * `put` returns when the bytes are durable (write, fsync, rename, fsync of the folder). All throw `unavailable` when the store does not answer,
 * `read`, `open` and `path` throw `not-found` for what is not there.
 */
export interface Blobs {
  put(tenantId: TenantId, bytes: Uint8Array): Promise<Digest>
  /** Takes the file over: it is moved when it can be, and is gone afterwards. `digest` where it has been worked out of these very bytes already. */
  putFile(tenantId: TenantId, path: string, digest?: Digest): Promise<{ digest: Digest; bytes: number }>
  read(tenantId: TenantId, digest: Digest): Promise<Uint8Array>
  /** A stream of the bytes from `start` up to and including `end`. */
  open(tenantId: TenantId, digest: Digest, range?: { start: number; end: number }): Promise<Readable>
  size(tenantId: TenantId, digest: Digest): Promise<number>
  /** A local file with these bytes, for engines that read files. Must not be changed; lives at least until the process ends. */
  path(tenantId: TenantId, digest: Digest): Promise<string>
  has(tenantId: TenantId, digest: Digest): Promise<boolean>
  remove(tenantId: TenantId, digest: Digest): Promise<void>
  /** Everything that is kept, of all tenants, in no order. */
  list(): AsyncIterable<{ tenantId: TenantId; digest: Digest }>
}
