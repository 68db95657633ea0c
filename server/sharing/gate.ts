import type { Digest, ShareId, ShareLinkId, TenantId } from '../../contract/id.ts'
import type { Snapshot, SnapshotChart, SnapshotFigure, SnapshotFile, SnapshotTable } from '../../contract/snapshot.ts'

/** A link as the database held it when it was read; what the gate decides by. */
export interface LinkState {
  readonly tenantId: TenantId
  /** The tenant's part of its host name, where tenants have hosts of their own. */
  readonly tenantSlug: string
  readonly shareId: ShareId
  /** A recipient's own link; undefined for the share's. */
  readonly linkId: ShareLinkId | undefined
  readonly tokenHash: Digest
  /** Where the link's pages live, without a slash at the end: `/shared`. */
  readonly publicPath: string
  readonly snapshotDigest: Digest
  readonly version: number
  readonly versionsVisible: boolean
  /** The tenant's switch; a deleted tenant counts as off. */
  readonly isSharingOn: boolean
  readonly isRevoked: boolean
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number | undefined
  /** scrypt, null where there is no password. */
  readonly passwordHash: string | null
  /** The tenant's: origins that may show the page in a frame. */
  readonly embedOrigins: readonly string[]
}

/**
 * The one gate (P1): the origin's tenant, where it is bound to one (S27) → tenant switch → state → expiry, then the password (`Locks`). What passes may show its snapshot, and of it only what
 * `tableOf`, `chartOf`, `figureOf` and `fileOf` find there. Page, tables, files, exports and twins are all behind it; what does not pass is answered as if it had never been.
 */
export function passesGate(link: LinkState | undefined, nowMs: number, originSlug?: string): link is LinkState {
  if (!link) return false
  if (originSlug !== undefined && originSlug !== link.tenantSlug) return false
  if (!link.isSharingOn) return false
  if (link.isRevoked) return false
  if (link.expiresAtMs !== undefined && link.expiresAtMs <= nowMs) return false
  return true
}

export function tableOf(snapshot: Snapshot, id: string): SnapshotTable | undefined {
  for (const turn of snapshot.turns) {
    const found = turn.tables.find((table) => table.id === id)
    if (found) return found
  }
  return undefined
}

export function chartOf(snapshot: Snapshot, id: string): SnapshotChart | undefined {
  for (const turn of snapshot.turns) {
    const found = turn.charts.find((chart) => chart.id === id)
    if (found) return found
  }
  return undefined
}

export function figureOf(snapshot: Snapshot, id: string): SnapshotFigure | undefined {
  for (const turn of snapshot.turns) {
    const found = turn.figures?.find((figure) => figure.id === id)
    if (found) return found
  }
  return undefined
}

export function fileOf(snapshot: Snapshot, name: string): SnapshotFile | undefined {
  return snapshot.downloads ? snapshot.files.find((file) => file.name === name) : undefined
}

/** Whether the link's page lives at this path, where one is asked for. */
export const isFoundAt = (link: Pick<LinkState, 'publicPath'>, publicPath: string | undefined): boolean =>
  publicPath === undefined || publicPath === link.publicPath

/** What a browser is told of whom the page may meet. */
export const framingOf = ({ embedOrigins, passwordHash }: Pick<LinkState, 'embedOrigins' | 'passwordHash'>) => ({
  embedOrigins,
  hasPassword: passwordHash !== null,
})
