import type { Readable } from 'node:stream'
import type { Digest, TenantId } from '../../contract/id.ts'
import { Snapshot, type SnapshotFigure, type SnapshotFile } from '../../contract/snapshot.ts'
import type { PageRequest, TablePage } from '../../contract/table.ts'
import type { Clock } from '../basics/clock.ts'
import type { KeptTable, Results } from '../results/results.ts'
import type { Blobs } from '../storage/blobs.ts'
import type { Actor } from '../tenancy/actor.ts'
import { ByteCache } from './byte-cache.ts'
import { bytesOf, compress, type EncodedBody, type Encoding, encodeBody } from './encoded-body.ts'
import { chartOf, figureOf, fileOf, framingOf, isFoundAt, type LinkState, passesGate, tableOf } from './gate.ts'
import type { LinkLeases } from './link-leases.ts'
import { createMaking } from './making.ts'
import { isTokenShaped, tokenHash } from './token.ts'
import { jsonTwin, markdownTwin } from './twin.ts'
import type { Locks } from './unlock.ts'
import type { ViewLog } from './view-log.ts'

/** Draws the public page: a pure function of what is given. `pictures` are the SVG texts of the snapshot's charts by digest. */
export type RenderPage = (input: {
  snapshot: Snapshot
  snapshotDigest: Digest
  basePath: string
  pictures: ReadonlyMap<string, string>
  /** How many versions there are, and which of them a reader may step to. */
  versions: PageVersions
}) => string

export interface PageVersions {
  readonly count: number
  /** Newest first, with their address; empty where readers may not step back. */
  readonly list: readonly { version: number; frozenAt: string; path: string }[]
}

/** What a request brings beside the token. */
export interface Visit {
  /** The unlock cookie's value. */
  readonly key?: string | undefined
  /** An older version, where readers may step back. */
  readonly version?: number | undefined
  /** The path that the token was found under; it opens nothing elsewhere. */
  readonly publicPath?: string | undefined
  /** The tenant that the origin is bound to: links of others are not there. */
  readonly originSlug?: string | undefined
}
/** Draws the page as one file. `tables` are whole tables by id: columnar, gzip, base64; a table that is too large is not among them. */
export type RenderOffline = (input: {
  snapshot: Snapshot
  snapshotDigest: Digest
  pictures: ReadonlyMap<string, string>
  tables: ReadonlyMap<string, string>
}) => Promise<string>

/** Draws the picture of link previews as a PNG file. `picture` is the SVG text of the chart that the owner chose. */
export type RenderCard = (input: { snapshot: Snapshot; picture: string | undefined }) => Promise<Uint8Array>

/** A link that has passed the gate. Methods answer undefined for what this snapshot does not hold. */
export interface OpenShare {
  readonly snapshot: Snapshot
  /** Whether the link would still pass; asked again before anything is sent that took time to make. */
  isStillOpen(): Promise<boolean>
  page(render: RenderPage): Promise<EncodedBody>
  /** The origins that may show it in a frame. */
  readonly embedOrigins: readonly string[]
  /** Not everybody who has the link may see it. */
  readonly hasPassword: boolean
  /** The kept snapshot, byte for byte: its SHA-256 is the page's digest. Undefined when the policy has no twins, like the twins. */
  document(): Promise<EncodedBody | undefined>
  /** The page as one file, with the name to keep it under. Undefined when the policy allows no downloads. */
  offline(render: RenderOffline): Promise<{ name: string; digest: Digest; bytes: Uint8Array } | undefined>
  /** The picture that link previews show. Drawn once, when it is first asked for. */
  card(render: RenderCard): Promise<{ digest: Digest; bytes: Uint8Array }>
  jsonTwin(): Promise<EncodedBody | undefined>
  markdownTwin(): Promise<EncodedBody | undefined>
  /** The digest that names a table's rows: its entity tag. */
  tableDigest(id: string): Digest | undefined
  tableTitle(id: string): string | undefined
  /** All rows, columnar, compressed. */
  columns(id: string, encoding: Encoding): Promise<Uint8Array | undefined>
  /** Sorted and filtered in the strangers' pool; `too-many-requests` when its queue is full, `invalid-input` for a column that is not there. */
  rows(id: string, request: PageRequest): Promise<TablePage | undefined>
  /** Undefined as well when the policy allows no downloads. */
  csv(id: string, options: { escapeFormulas: boolean }): Promise<Readable | undefined>
  parquet(id: string): Promise<Readable | undefined>
  /** The kept picture of a chart as an SVG file, and its digest. */
  picture(chartId: string, width: 'wide' | 'narrow'): Promise<{ digest: Digest; text: string } | undefined>
  /** The bytes of a figure, with what it is. */
  figure(id: string): Promise<(SnapshotFigure & { bytes: Uint8Array }) | undefined>
  /** Keeps a table as the reader's own, byte for byte (B9). Undefined as well when the policy allows no downloads. */
  adopt(id: string, reader: Actor): Promise<(KeptTable & { readonly bytes: number }) | undefined>
  file(name: string): Promise<(SnapshotFile & { open(range?: { start: number; end: number }): Promise<Readable> }) | undefined>
}

/** What strangers reach: links by token, and nothing beside them. */
export interface OpenShares {
  /** The page, when it can be answered from memory at once; undefined says nothing about the token. `viewed` counts that it was shown. */
  readyPage(
    token: string,
    visit?: Visit,
  ): ({ body: EncodedBody; viewed(address: string): void } & Pick<OpenShare, 'embedOrigins' | 'hasPassword'>) | undefined
  /** Counts that a page was shown. The address is not kept. */
  viewed(token: string, address: string): void
  /** Undefined for every link that does not open, whatever the reason. Throws `unavailable` when the database does not answer. */
  open(token: string, visit?: Visit): Promise<OpenShare | undefined>
  /** Whether the link is there and waits for its password; where its pages live, if so. */
  lockedAt(token: string, visit?: Visit): Promise<string | undefined>
  /**
   * Tries a password: the value of the unlock cookie and the address of the page, `wrong`, or undefined for a link that is not there.
   * Throws `too-many-requests`.
   */
  unlock(
    token: string,
    password: string,
    address: string,
    originSlug?: string,
  ): Promise<{ key: string; basePath: string } | 'wrong' | undefined>
}

/** As `OpenShares`, and what is not public: the caller has checked that the actor may see it. */
export interface ShareOpener extends OpenShares {
  preview(shown: Omit<Shown, 'versionsVisible' | 'embedOrigins' | 'passwordHash'>, basePath: string): Promise<OpenShare>
}

/** What of a link its pages depend on. */
type Shown = Pick<
  LinkState,
  'tenantId' | 'tokenHash' | 'snapshotDigest' | 'version' | 'versionsVisible' | 'embedOrigins' | 'passwordHash'
>

/** What of an open share is asked again each time. */
interface Behind {
  readonly isStillOpen: OpenShare['isStillOpen']
  readonly versions: () => Promise<PageVersions>
}

export interface OpenSharesDependencies {
  readonly leases: LinkLeases
  readonly locks: Locks
  readonly views: Pick<ViewLog, 'count'>
  /** The kept versions of a share, oldest first. */
  readonly versionsOf: (link: LinkState) => Promise<readonly { version: number; snapshotDigest: Digest; createdAt: Date }[]>
  readonly blobs: Pick<Blobs, 'read'>
  readonly results: Pick<Results, 'columnar' | 'page' | 'csv' | 'parquet' | 'picture' | 'figure' | 'file' | 'adopt'>
  readonly clock: Clock
  /** Bytes of pages and tables kept ready. */
  readonly cacheBytes?: number
}

const JSON_TYPE = 'application/json; charset=utf-8'
const CACHE_BYTES = 96 * 1024 * 1024
/** Above this a table is compressed quickly: the wait for a better one is longer than what it saves. */
const LARGE_TABLE_BYTES = 1024 * 1024
/** All tables of an offline copy, compressed. What does not fit stands there with its first rows. */
const OFFLINE_BYTES = 40 * 1024 * 1024

export function createOpenShares({
  leases,
  locks,
  views,
  versionsOf,
  blobs,
  results,
  clock,
  cacheBytes = CACHE_BYTES,
}: OpenSharesDependencies): ShareOpener {
  const snapshots = new ByteCache<Snapshot>(cacheBytes / 4)
  const bodies = new ByteCache<EncodedBody>(cacheBytes / 4)
  const tables = new ByteCache<Uint8Array>(cacheBytes / 2)
  const { once, inTurn } = createMaking()

  const snapshotOf = async (link: Pick<LinkState, 'tenantId' | 'snapshotDigest'>): Promise<Snapshot> => {
    const key = `${link.tenantId}/${link.snapshotDigest}`
    const known = snapshots.get(key)
    if (known) return known
    return once(`snapshot ${key}`, async () => {
      const bytes = await blobs.read(link.tenantId, link.snapshotDigest)
      const snapshot = Snapshot.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
      snapshots.set(key, snapshot, bytes.byteLength * 3)
      return snapshot
    })
  }

  const body = (key: string, contentType: string, make: () => Promise<string>): Promise<EncodedBody> => {
    const known = bodies.get(key)
    if (known) return Promise.resolve(known)
    return once(`body ${key}`, async () => {
      const text = await make()
      const quick = await encodeBody(text, contentType, 'quick')
      bodies.set(key, quick, bytesOf(quick))
      const better = inTurn(() => encodeBody(text, contentType, 'best'))
      better.then((best) => bodies.set(key, best, bytesOf(best))).catch(() => undefined)
      return quick
    })
  }

  /** A picture that is lost leaves its chart to the browser; the page stays. */
  const picturesOf = async (tenantId: TenantId, snapshot: Snapshot): Promise<Map<string, string>> => {
    const charts = snapshot.turns.flatMap((turn) => turn.charts)
    const digests = new Set(charts.flatMap(({ pictures }) => (pictures ? [pictures.wide, pictures.narrow] : [])))
    const found = await Promise.allSettled(
      [...digests].map(async (digest) => [digest, await results.picture({ tenantId }, digest)] as const),
    )
    return new Map(found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
  }

  /** A page says how many versions there are, and may lead to them. */
  const pageKeys = new WeakMap<Shown, string>()
  const pageKey = (link: Shown): string => {
    const known = pageKeys.get(link)
    if (known) return known
    const key = `page ${link.tokenHash} ${link.snapshotDigest} ${link.version} ${link.versionsVisible}`
    pageKeys.set(link, key)
    return key
  }

  const openLink = async (token: string, originSlug: string | undefined): Promise<LinkState | undefined> => {
    if (!isTokenShaped(token)) return undefined
    const hash = tokenHash(token)
    const link = leases.peek(hash) ?? (await leases.read(hash))
    return passesGate(link, clock().getTime(), originSlug) ? link : undefined
  }

  const versionsFor = async (link: LinkState, linkPath: string): Promise<PageVersions> => {
    const kept = link.versionsVisible ? await versionsOf(link) : []
    const list = kept.toReversed().map(({ version, createdAt }) => ({
      version,
      frozenAt: createdAt.toISOString(),
      path: version === link.version ? linkPath : `${linkPath}/v${version}`,
    }))
    return { count: link.version, list: list.length > 1 ? list : [] }
  }

  /** The link with an older version's snapshot in place of its own; undefined where there is none to see. */
  const steppedBack = async (link: LinkState, version: number): Promise<LinkState | undefined> => {
    if (version === link.version) return link
    if (!link.versionsVisible) return undefined
    const found = (await versionsOf(link)).find((one) => one.version === version)
    return found && { ...link, snapshotDigest: found.snapshotDigest }
  }

  const columnsOf = (tenantId: TenantId, digest: Digest, encoding: Encoding): Promise<Uint8Array> => {
    const key = `${tenantId}/${digest} ${encoding}`
    const known = tables.get(key)
    if (known) return Promise.resolve(known)
    return once(`columns ${key}`, async () => {
      const plain = await results.columnar({ tenantId }, digest)
      const effort = plain.byteLength > LARGE_TABLE_BYTES ? 'quick' : 'best'
      const made = encoding === 'identity' ? plain : await inTurn(() => compress(plain, encoding, effort))
      tables.set(key, made, made.byteLength)
      return made
    })
  }

  /** The tables that fit into an offline copy, in the order of the page. */
  const offlineTables = async (tenantId: TenantId, snapshot: Snapshot): Promise<Map<string, string>> => {
    const packed = new Map<string, string>()
    let leftBytes = OFFLINE_BYTES
    for (const { id, digest } of snapshot.turns.flatMap((turn) => turn.tables)) {
      const bytes = await columnsOf(tenantId, digest, 'gzip')
      if (bytes.byteLength > leftBytes) continue
      leftBytes -= bytes.byteLength
      packed.set(id, Buffer.from(bytes).toString('base64'))
    }
    return packed
  }

  const openShare = (link: Shown, linkPath: string, snapshot: Snapshot, { isStillOpen, versions }: Behind): OpenShare => {
    const { tenantId, snapshotDigest } = link
    const basePath = snapshot.shareVersion === link.version ? linkPath : `${linkPath}/v${snapshot.shareVersion}`
    const twin = async (name: string, contentType: string, make: () => Promise<string>) =>
      snapshot.twins ? body(`${name} ${pageKey(link)}`, contentType, make) : undefined
    const exportable = (id: string) => (snapshot.downloads ? tableOf(snapshot, id) : undefined)
    return {
      snapshot,
      isStillOpen,
      page: (renderPage) =>
        body(pageKey(link), 'text/html; charset=utf-8', async () =>
          renderPage({
            snapshot,
            snapshotDigest,
            basePath,
            pictures: await picturesOf(tenantId, snapshot),
            versions: await versions(),
          }),
        ),
      ...framingOf(link),
      document: () => twin('document', JSON_TYPE, async () => Buffer.from(await blobs.read(tenantId, snapshotDigest)).toString()),
      jsonTwin: () => twin('json', JSON_TYPE, async () => jsonTwin(snapshot, snapshotDigest, basePath)),
      markdownTwin: () => twin('markdown', 'text/markdown; charset=utf-8', async () => markdownTwin(snapshot, basePath)),
      async offline(render) {
        if (!snapshot.downloads) return undefined
        const key = `offline ${tenantId}/${snapshotDigest}`
        const made = async () => {
          const pictures = await picturesOf(tenantId, snapshot)
          const packed = await offlineTables(tenantId, snapshot)
          const bytes = Buffer.from(await render({ snapshot, snapshotDigest, pictures, tables: packed }))
          tables.set(key, bytes, bytes.byteLength)
          return bytes
        }
        const bytes = tables.get(key) ?? (await once(key, made))
        return { name: `${snapshot.title}.html`, digest: snapshotDigest, bytes }
      },
      async card(render) {
        const key = `card ${tenantId}/${snapshotDigest}`
        const made = async () => {
          const chosen = snapshot.cardChartId === undefined ? undefined : chartOf(snapshot, snapshot.cardChartId)?.pictures?.wide
          const picture = chosen && (await results.picture({ tenantId }, chosen).catch(() => undefined))
          const bytes = await render({ snapshot, picture })
          tables.set(key, bytes, bytes.byteLength)
          return bytes
        }
        return { digest: snapshotDigest, bytes: tables.get(key) ?? (await once(key, made)) }
      },
      tableDigest: (id) => tableOf(snapshot, id)?.digest,
      tableTitle: (id) => tableOf(snapshot, id)?.title,
      async columns(id, encoding) {
        const table = tableOf(snapshot, id)
        return table && columnsOf(tenantId, table.digest, encoding)
      },
      async rows(id, request) {
        const table = tableOf(snapshot, id)
        return table && results.page({ tenantId }, table.digest, request, 'strangers')
      },
      async csv(id, options) {
        const table = exportable(id)
        return table && results.csv({ tenantId }, table.digest, options)
      },
      async parquet(id) {
        const table = exportable(id)
        return table && results.parquet({ tenantId }, table.digest)
      },
      async picture(chartId, width) {
        const digest = chartOf(snapshot, chartId)?.pictures?.[width]
        return digest && { digest, text: await results.picture({ tenantId }, digest) }
      },
      async figure(id) {
        const figure = figureOf(snapshot, id)
        return figure && { ...figure, bytes: await results.figure({ tenantId }, figure.digest) }
      },
      async adopt(id, reader) {
        const table = exportable(id)
        return table && results.adopt(reader, { tenantId }, table.digest)
      },
      async file(name) {
        const file = fileOf(snapshot, name)
        if (!file) return undefined
        const kept = await results.file({ tenantId }, file.digest)
        return { ...file, bytes: kept.bytes, open: (range) => kept.open(range) }
      },
    }
  }

  return {
    readyPage(token, { key, publicPath, originSlug } = {}) {
      const link = leases.peekByToken(token)
      const nowMs = clock().getTime()
      if (!passesGate(link, nowMs, originSlug) || !isFoundAt(link, publicPath) || !locks.isOpen(link, key)) return undefined
      const ready = bodies.get(pageKey(link))
      return ready && { body: ready, ...framingOf(link), viewed: (address) => views.count(link, address, nowMs) }
    },
    viewed(token, address) {
      const link = leases.peekByToken(token)
      if (link) views.count(link, address, clock().getTime())
    },
    async open(token, visit = {}) {
      const { key, version, publicPath, originSlug } = visit
      const link = await openLink(token, originSlug)
      if (!link || !isFoundAt(link, publicPath) || !locks.isOpen(link, key)) return undefined
      const seen = version === undefined ? link : await steppedBack(link, version)
      if (!seen) return undefined
      const linkPath = `${link.publicPath}/${token}`
      return openShare(seen, linkPath, await snapshotOf(seen), {
        versions: () => versionsFor(seen, linkPath),
        async isStillOpen() {
          const now = await openLink(token, originSlug)
          return now !== undefined && locks.isOpen(now, key)
        },
      })
    },
    preview: async (shown, basePath) =>
      openShare({ ...shown, versionsVisible: false, embedOrigins: [], passwordHash: null }, basePath, await snapshotOf(shown), {
        versions: async () => ({ count: shown.version, list: [] }),
        isStillOpen: async () => true,
      }),
    async lockedAt(token, { key, publicPath, originSlug } = {}) {
      const link = await openLink(token, originSlug)
      return link && isFoundAt(link, publicPath) && !locks.isOpen(link, key) ? `${link.publicPath}/${token}` : undefined
    },
    async unlock(token, password, address, originSlug) {
      const link = await openLink(token, originSlug)
      if (!link) return undefined
      const key = await locks.unlock(link, password, address)
      return key === undefined ? 'wrong' : { key, basePath: `${link.publicPath}/${token}` }
    },
  }
}
