import { z } from 'zod'
import { Digest, type SubjectId } from '../../contract/id.ts'
import type { Clock } from '../basics/clock.ts'
import type { Secret } from '../storage/secret.ts'

/** A kept snapshot that is not public: what its owner looks at before a link exists, or before it is updated (B2). */
export interface Preview {
  readonly subjectId: SubjectId
  readonly snapshotDigest: Digest
  readonly version: number
  readonly frozenAt: Date
}

export const PREVIEW_PATH = '/preview'
/** How long it can be looked at, and made public as it was seen. */
const PREVIEW_MS = 3_600_000
const purpose = 'share-preview'
const Sealed = z.tuple([z.string(), z.string(), Digest, z.number().int(), z.number().int()])

/** The preview as a key under the server's own: no row is kept of it, and it opens on every node. */
export const sealPreview = (
  tenantId: string,
  { subjectId, snapshotDigest, version, frozenAt }: Preview,
  secret: Secret,
): string => secret.seal(JSON.stringify([tenantId, subjectId, snapshotDigest, version, frozenAt.getTime()]), purpose)

/** Undefined for a key that is too old, of another tenant, or none. */
export function openPreview(key: string, tenantId: string, secret: Secret, clock: Clock): Preview | undefined {
  try {
    const [tenant, subjectId, snapshotDigest, version, frozenAtMs] = Sealed.parse(JSON.parse(secret.open(key, purpose)))
    if (tenant !== tenantId || clock().getTime() - frozenAtMs > PREVIEW_MS) return undefined
    return { subjectId: subjectId as SubjectId, snapshotDigest, version, frozenAt: new Date(frozenAtMs) }
  } catch {
    return undefined
  }
}
