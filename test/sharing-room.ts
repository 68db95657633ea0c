import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { eq } from 'drizzle-orm'
import { afterAll } from 'vitest'
import type { Row } from '../contract/column.ts'
import { KnownError } from '../contract/error.ts'
import type { ConversationId, Digest, TenantId, TurnId, UploadId, UserId } from '../contract/id.ts'
import type { Permission } from '../contract/permission.ts'
import type { Turn } from '../contract/turn.ts'
import type { Upload } from '../contract/upload.ts'
import { randomId } from '../server/basics/random-id.ts'
import { sha256 } from '../server/basics/sha256.ts'
import { scanRows } from '../server/findings/tally.ts'
import { contentSecurityPolicy } from '../server/http/public/assets.ts'
import { createLockDoor } from '../server/http/public/lock-door.ts'
import { createRequestHandler } from '../server/http/public/request-handler.ts'
import { encodeBody } from '../server/sharing/encoded-body.ts'
import type { RenderPage } from '../server/sharing/open-share.ts'
import { createSharing, type Sharing, type SharingDependencies } from '../server/sharing/sharing.ts'
import type { Database } from '../server/storage/database.ts'
import { openDiskBlobs } from '../server/storage/disk-blobs.ts'
import { openSecret } from '../server/storage/file-secret.ts'
import { openMemoryDatabase } from '../server/storage/pglite-database.ts'
import type { Actor } from '../server/tenancy/actor.ts'
import { tenants } from '../server/tenancy/tables.ts'
import { createTenancy } from '../server/tenancy/tenancy.ts'

/** A sharing room on a real database, with the rooms beneath it kept in maps: what a test needs to know of them is the interface. */
export interface SharingRoom {
  readonly database: Database
  readonly dependencies: SharingDependencies
  readonly sharing: Sharing
  readonly actor: Actor
  readonly conversationId: ConversationId
  readonly turns: Turn[]
  readonly uploads: Upload[]
  now: Date
  addTurn(change?: Partial<Turn>): Turn
  addTable(rows: Row[]): Turn['tables'][number]
  addUpload(name: string, text: string): Upload
  addPicture(svg: string): Digest
  switchSharing(isOn: boolean): Promise<void>
}

export const allowed: ReadonlySet<Permission> = new Set(['conversations:create', 'conversations:share'])

const folder = mkdtempSync(join(tmpdir(), 'qry-sharing-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// NOTE: named by digest, so that all rooms of a test may hold them together, as a disk would.
const kept = new Map<string, Uint8Array>()
const tables = new Map<Digest, { rows: Row[]; columns: Turn['tables'][number]['columns'] }>()

export async function makeSharingRoom(given: { database?: Database } = {}): Promise<SharingRoom> {
  const database = given.database ?? (await openMemoryDatabase())
  const tenantId = randomId<TenantId>('ten', new Date())
  await database
    .beyondTenants()
    .insert(tenants)
    .values({ id: tenantId, slug: tenantId, name: 'Harbour & Co', createdAt: new Date() })
  const actor: Actor = {
    tenantId,
    userId: randomId<UserId>('usr', new Date()),
    role: 'owner',
    permissions: allowed,
    groups: [],
    attributes: {},
    via: 'api',
  }
  const secret = await openSecret({ dataDir: folder })
  const conversationId = randomId<ConversationId>('cnv', new Date())
  const turns: Turn[] = []
  const uploads: Upload[] = []

  const keep = (bytes: Uint8Array): Digest => {
    const digest = sha256(bytes)
    kept.set(digest, bytes)
    return digest
  }
  const bytesOf = (digest: Digest): Uint8Array => {
    const bytes = kept.get(digest)
    if (!bytes) throw new KnownError('not-found')
    return bytes
  }
  const tableOf = (digest: Digest) => {
    const table = tables.get(digest)
    if (!table) throw new KnownError('not-found')
    return { digest, columns: table.columns, rowCount: table.rows.length, rows: table.rows.slice(0, 200) }
  }
  const visible = (asking: Actor, id: ConversationId) => {
    if (asking.tenantId !== tenantId || asking.userId !== actor.userId || id !== conversationId) throw new KnownError('not-found')
  }

  const room: SharingRoom = {
    database,
    actor,
    conversationId,
    turns,
    uploads,
    now: new Date('2026-05-12T10:00:00.000Z'),
    dependencies: {
      database,
      secret,
      tenancy: createTenancy({ database, secret, clock: () => room.now }),
      rerun: () => Promise.reject(new KnownError('unavailable')),
      node: { othersAlive: async () => false },
      clock: () => room.now,
      blobs: await openDiskBlobs(join(folder, 'blobs')),
      conversations: {
        async turns(asking, id) {
          visible(asking, id)
          return turns
        },
        async uploads(asking, id) {
          visible(asking, id)
          return uploads
        },
        createWith: () => Promise.reject(new KnownError('unavailable')),
        async summary(asking, id) {
          visible(asking, id)
          const mine = { ownerId: actor.userId, access: 'owner', visibility: 'me', isPinned: false, isArchived: false } as const
          return { id, title: 'Orders review', ...mine, turnCount: turns.length, createdAt: '', updatedAt: '' }
        },
      },
      dashboards: {
        read: () => Promise.reject(new KnownError('not-found')),
        tiles: () => Promise.reject(new KnownError('not-found')),
      },
      results: {
        table: async (_, digest) => tableOf(digest),
        columnar: async (_, digest) => Buffer.from(JSON.stringify(tables.get(digest)?.rows)),
        async page(_, digest, request) {
          const { columns, rows } = tables.get(digest) ?? { columns: [], rows: [] }
          if (request.sort && !columns.some((column) => column.name === request.sort))
            throw new KnownError('invalid-input', 'no such column')
          const sorted = request.sort ? [...rows].sort((one, other) => Number(one[0]) - Number(other[0])) : rows
          if (request.desc) sorted.reverse()
          const shown = sorted.slice(request.offset, request.offset + request.limit)
          return { columns, rows: shown, offset: request.offset, matchCount: rows.length, rowCount: rows.length }
        },
        csv: async (_, digest, { escapeFormulas }) =>
          Readable.from([
            (tables.get(digest)?.rows ?? [])
              .map((row) =>
                row
                  .map((cell) => (escapeFormulas && typeof cell === 'string' && /^[=+\-@]/.test(cell) ? `'${cell}` : cell))
                  .join(','),
              )
              .join('\n'),
          ]),
        findings: async (_, digest) => {
          const table = tables.get(digest)
          return table ? scanRows(table.columns, table.rows) : []
        },
        foundTexts: async () => [],
        redact: async () => undefined,
        fileHolds: async () => false,
        keepPictures: async (_, { wide, narrow }) => ({ wide: keep(Buffer.from(wide)), narrow: keep(Buffer.from(narrow)) }),
        compare: () => Promise.reject(new KnownError('unavailable')),
        adopt: () => Promise.reject(new KnownError('unavailable')),
        parquet: async () => Readable.from([Buffer.from('PAR1')]),
        figure: async (_, digest) => bytesOf(digest),
        picture: async (_, digest) => Buffer.from(bytesOf(digest)).toString('utf8'),
        async file(_, digest) {
          const bytes = bytesOf(digest)
          return {
            bytes: bytes.byteLength,
            open: async (range) => Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes]),
          }
        },
      },
    },
    sharing: undefined as unknown as Sharing,
    addTable(rows) {
      const columns = [
        { name: 'id', type: 'integer' as const },
        { name: 'word', type: 'text' as const },
      ]
      const digest = sha256(JSON.stringify(rows))
      tables.set(digest, { rows, columns })
      return { id: `inner-${tables.size}`, digest, title: 'Orders by region', columns, rowCount: rows.length, truncated: false }
    },
    addTurn(change = {}) {
      const turn: Turn = {
        id: randomId<TurnId>('trn', new Date()),
        seq: turns.length + 1,
        question: `question ${turns.length + 1}`,
        status: 'answered',
        analyst: 'basic',
        answer: `answer ${turns.length + 1}`,
        steps: [],
        tables: [],
        charts: [],
        files: [],
        startedAt: room.now.toISOString(),
        ...change,
      }
      turns.push(turn)
      return turn
    },
    addPicture: (svg) => keep(Buffer.from(svg)),
    addUpload(name, text) {
      const bytes = Buffer.from(text)
      const upload: Upload = {
        id: randomId<UploadId>('upl', new Date()),
        name,
        bytes: bytes.byteLength,
        kind: 'csv',
        digest: keep(bytes),
        tables: [],
        problems: [],
        problemCount: 0,
        createdAt: room.now.toISOString(),
      }
      uploads.push(upload)
      return upload
    },
    async switchSharing(isOn) {
      await database.write({ tenantId }).update(tenants).set({ sharingEnabled: isOn }).where(eq(tenants.id, tenantId))
      await room.sharing.tenantChanged(tenantId)
    },
  }
  return Object.assign(room, { sharing: createSharing(room.dependencies) })
}

/** Says everything that a snapshot holds, so that a walk over its bytes sees what a real page could show. */
const renderPage: RenderPage = ({ snapshot, basePath, pictures }) =>
  `<!doctype html><title>page</title>${basePath}<pre>${JSON.stringify(snapshot).replaceAll('<', '&lt;')}</pre>${[...pictures.values()].join('')}`

/** The strangers' door of a sharing room on a port of its own. */
export async function openStrangersDoor(
  sharing: Sharing,
  options: {
    trustProxy?: boolean
    slugOfHost?: (host: string | undefined) => string | undefined
    monotonicMs?: () => number
  } = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const handle = createRequestHandler({
    open: sharing.open,
    renderPage,
    lockDoor: createLockDoor({
      open: sharing.open,
      style: { title: '', css: 'body{}', fonts: '' },
      contentSecurityPolicy: contentSecurityPolicy(['body{}', '']),
      isSecure: () => false,
    }),
    renderOffline: async ({ snapshot, tables }) =>
      `<pre>${JSON.stringify([snapshot, ...tables.values()]).replaceAll('<', '&lt;')}</pre>`,
    renderCard: async ({ snapshot, picture }) => Buffer.from(JSON.stringify([snapshot.cardTitle, picture])),
    gonePage: await encodeBody(
      '<!doctype html><title>Nothing here</title><p>There is nothing here.',
      'text/html; charset=utf-8',
      'best',
    ),
    contentSecurityPolicy: contentSecurityPolicy(['body{}', '']),
    trustProxy: options.trustProxy ?? false,
    ...(options.slugOfHost ? { slugOfHost: options.slugOfHost } : {}),
    monotonicMs: options.monotonicMs ?? (() => performance.now()),
    report: (error) => {
      throw error
    },
  })
  const server = createServer({ optimizeEmptyRequests: true }, (request, response) => {
    if (!handle(request, response)) response.writeHead(418).end()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
