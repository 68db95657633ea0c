import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { and, asc, eq, isNull } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { SourceId } from '../../contract/id.ts'
import type { SourceState } from '../../contract/source.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Results } from '../results/results.ts'
import type { Database } from '../storage/database.ts'
import type { Secret } from '../storage/secret.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { memberActor } from '../tenancy/sign-in.ts'
import { readConnection, splitConnection } from './connection.ts'
import type { Destination } from './job.ts'
import { joinSources, sqlNameOf } from './join-sources.ts'
import { fittingNotes } from './notes/check-notes.ts'
import { createSourceNotes } from './notes/source-notes.ts'
import { suggestNotes } from './notes/suggest-notes.ts'
import { presentSource } from './present-source.ts'
import { previewPolicy } from './preview-policy.ts'
import { firstRows } from './quote-path.ts'
import { requireAllowedFile } from './require-allowed-file.ts'
import { openConnection, sealConnection } from './sealed-connection.ts'
import { searchTables } from './search-tables.ts'
import { createSourceAccesses } from './source-access.ts'
import { createSourceCatalogs, keyOf } from './source-catalogs.ts'
import { createSourceProcesses } from './source-processes.ts'
import type { Sources } from './sources.ts'
import { sources } from './tables.ts'
import { withoutHidden } from './without-hidden.ts'

export interface SourcesDependencies {
  readonly database: Database
  readonly results: Results
  readonly secret: Secret
  readonly clock: Clock
  /** A folder of this room's own. */
  readonly tempDir: string
  /** Where files may be sources: a folder, `any` place, or `none`. */
  readonly fileFolder: string
  /** What one question may take; `byteLimit` is of the rows on their way, as text. */
  readonly limits: { readonly rowLimit: number; readonly timeoutMs: number; readonly byteLimit: number }
  /** Never a source: the server's own data. */
  readonly dataDir: string
  readonly log: { warn(fields: object, message: string): void }
}

const TRY_TIMEOUT_MS = 20_000
/** Of a table that is looked into, and of these so many are shown. */
const LOOKED_ROWS = 10_000
const SHOWN_ROWS = 20
/** For jobs that reach no source. */
const NOWHERE: Destination = { kind: 'duckdb', connection: {} }

export function createSources(dependencies: SourcesDependencies): Sources {
  const { database, results, secret, clock, tempDir, limits, log } = dependencies
  const processes = createSourceProcesses({ perSource: 4, idleMs: 60_000, log })
  const catalogs = createSourceCatalogs({ database, results, processes, clock, tempDir })
  const accesses = createSourceAccesses(database)
  const noted = createSourceNotes(database, clock)
  const background = new Set<Promise<unknown>>()

  const find = async (actor: Actor, id: SourceId) => {
    const [row] = await database
      .read(actor)
      .select()
      .from(sources)
      .where(and(eq(sources.tenantId, actor.tenantId), eq(sources.id, id), isNull(sources.deletedAt)))
    if (!row || !(await accesses.allowed(actor, [id])).has(id))
      throw new KnownError('not-found', 'There is no such data source, or it is not for you.')
    return row
  }
  const destinationOf = (row: typeof sources.$inferSelect): Destination => ({
    kind: row.kind,
    connection: openConnection(secret, row),
  })

  const present = async (actor: Actor, row: typeof sources.$inferSelect) =>
    presentSource(
      row,
      (await catalogs.tableCounts(actor, [row.id])).get(row.id),
      actor.permissions.has('sources:manage') ? openConnection(secret, row) : undefined,
    )

  async function requireFreeName(actor: Actor, name: string, except?: SourceId): Promise<void> {
    const rows = await database
      .read(actor)
      .select({ id: sources.id })
      .from(sources)
      .where(and(eq(sources.tenantId, actor.tenantId), eq(sources.name, name), isNull(sources.deletedAt)))
    if (rows.some(({ id }) => id !== except))
      throw new KnownError('conflict', `There is a data source named ${name} already. Choose another name.`)
  }

  const catalogOf = async (actor: Actor, row: typeof sources.$inferSelect, isFresh = false) => {
    const found = isFresh ? undefined : await catalogs.find(actor, row.id)
    if (found) catalogs.refreshOld(actor, row.id, found, () => destinationOf(row))
    return found ?? catalogs.refresh(actor, row.id, destinationOf(row))
  }

  /** As the actor may know it. */
  async function seenCatalog(actor: Actor, id: SourceId, isFresh: boolean) {
    const row = await find(actor, id)
    const catalog = await catalogOf(actor, row, isFresh)
    const policies = await accesses.policiesFor(actor, id, row.kind, async () => catalog.tables)
    return { ...catalog, dialect: row.kind, tables: policies ? withoutHidden(catalog.tables, policies) : catalog.tables }
  }

  async function tryOut(key: string, destination: Destination): Promise<SourceState> {
    const startMs = clock().getTime()
    const checked = (): Pick<SourceState, 'checkedAt' | 'durationMs'> => ({
      checkedAt: clock().toISOString(),
      durationMs: clock().getTime() - startMs,
    })
    try {
      const said = await processes.run(key, destination, { kind: 'greet' }, { timeoutMs: TRY_TIMEOUT_MS })
      return { ok: true, message: 'Connected.', ...said, warnings: [...said.warnings], ...checked() }
    } catch (error) {
      if (!(error instanceof KnownError)) throw error
      return { ok: false, message: error.message, warnings: [], ...checked() }
    }
  }

  async function keepState(actor: Actor, row: typeof sources.$inferSelect): Promise<SourceState> {
    const asked = destinationOf(row)
    const state = await tryOut(keyOf(actor, row.id), asked)
    const destination = pinned(asked, state)
    await database
      .write(actor)
      .update(sources)
      .set({ state, config: splitConnection(destination.connection).open })
      .where(and(eq(sources.tenantId, actor.tenantId), eq(sources.id, row.id)))
    if (state.ok) {
      const work = catalogs
        .refresh(actor, row.id, destination)
        .catch(() => undefined)
        .finally(() => background.delete(work))
      background.add(work)
    }
    return state
  }

  const query: Sources['query'] = async (actor, id, sql, { rowLimit, timeoutMs, signal, values }) => {
    const row = await find(actor, id)
    const policies = await accesses.policiesFor(actor, id, row.kind, async () => (await catalogOf(actor, row)).tables)
    await mkdir(tempDir, { recursive: true })
    const output = join(tempDir, `${randomUUID()}.cells`)
    try {
      const answer = await processes.run(
        keyOf(actor, id),
        destinationOf(row),
        { kind: 'query', sql, rowLimit, byteLimit: limits.byteLimit, timeoutMs, output, policies, values },
        { timeoutMs, signal },
      )
      return { ...(await results.keepCells(actor, { path: output, columns: answer.columns })), truncated: answer.truncated }
    } finally {
      await rm(output, { force: true })
    }
  }

  return {
    limits,

    async list(actor) {
      const all = await database
        .read(actor)
        .select()
        .from(sources)
        .where(and(eq(sources.tenantId, actor.tenantId), isNull(sources.deletedAt)))
        .orderBy(asc(sources.name))
      const allowed = await accesses.allowed(
        actor,
        all.map(({ id }) => id),
      )
      const rows = all.filter(({ id }) => allowed.has(id))
      const counts = await catalogs.tableCounts(
        actor,
        rows.map(({ id }) => id),
      )
      const mayManage = actor.permissions.has('sources:manage')
      return rows.map((row) => presentSource(row, counts.get(row.id), mayManage ? openConnection(secret, row) : undefined))
    },

    read: async (actor, id) => present(actor, await find(actor, id)),

    async create(actor, { kind, name, config }) {
      requirePermission(actor, 'sources:manage')
      const connection = readConnection(kind, config)
      await requireAllowedFile(connection, dependencies)
      await requireFreeName(actor, name)
      const id = randomId<SourceId>('src', clock())
      const { tenantId } = actor
      await database.transaction(actor, async (writer) => {
        await writer
          .insert(sources)
          .values({ tenantId, id, kind, name, ...sealConnection(secret, tenantId, id, connection), createdAt: clock() })
        await audit(writer, actor, 'source-create', id, { kind, name }, clock)
      })
      await keepState(actor, await find(actor, id))
      return present(actor, await find(actor, id))
    },

    async change(actor, id, { name, config }) {
      requirePermission(actor, 'sources:manage')
      const row = await find(actor, id)
      if (name !== undefined) await requireFreeName(actor, name, id)
      const connection = config && readConnection(row.kind, config, openConnection(secret, row))
      if (connection) await requireAllowedFile(connection, dependencies)
      await database.transaction(actor, async (writer) => {
        await writer
          .update(sources)
          .set({
            ...(name === undefined ? {} : { name }),
            ...(connection ? sealConnection(secret, actor.tenantId, id, connection) : {}),
          })
          .where(and(eq(sources.tenantId, actor.tenantId), eq(sources.id, id)))
        await audit(
          writer,
          actor,
          'source-change',
          id,
          { ...(name === undefined ? {} : { name }), isReconnected: connection !== undefined },
          clock,
        )
      })
      if (connection) await keepState(actor, await find(actor, id))
      return present(actor, await find(actor, id))
    },

    async remove(actor, id) {
      requirePermission(actor, 'sources:manage')
      const row = await find(actor, id)
      await database.transaction(actor, async (writer) => {
        // NOTE: its secrets go at once; the row stays, so that old conversations can name it.
        await writer
          .update(sources)
          .set({ deletedAt: clock(), sealedSecrets: '' })
          .where(and(eq(sources.tenantId, actor.tenantId), eq(sources.id, id)))
        await audit(writer, actor, 'source-delete', id, { name: row.name }, clock)
      })
    },

    async test(actor, id) {
      requirePermission(actor, 'sources:manage')
      return keepState(actor, await find(actor, id))
    },

    async tryConnection(actor, { kind, config, sourceId }) {
      requirePermission(actor, 'sources:manage')
      const known = sourceId && openConnection(secret, await find(actor, sourceId))
      const connection = readConnection(kind, config, known ?? {})
      await requireAllowedFile(connection, dependencies)
      return tryOut(`${actor.tenantId} trial`, { kind, connection })
    },

    async access(actor, id) {
      requirePermission(actor, 'sources:manage')
      await find(actor, id)
      return accesses.read(actor, id)
    },

    async changeAccess(actor, id, access) {
      requirePermission(actor, 'sources:manage')
      const { kind } = await find(actor, id)
      await accesses.write(actor, id, kind, access)
      await database.transaction(actor, (writer) => audit(writer, actor, 'source-access', id, { ...access }, clock))
      return accesses.read(actor, id)
    },

    async previewPolicy(actor, id, policy, userId) {
      requirePermission(actor, 'sources:manage')
      const row = await find(actor, id)
      const person = await memberActor(database.read(actor), actor.tenantId, userId).catch((cause: unknown) => {
        throw new KnownError('not-found', 'This person is no member here.', { cause })
      })
      const place = { key: keyOf(actor, id), destination: destinationOf(row) }
      return previewPolicy({ processes, tempDir }, place, policy, person, (await catalogOf(actor, row)).tables)
    },

    async catalog(actor, id, isFresh = false) {
      const { dialect, tables, readAt, isProfiled } = await seenCatalog(actor, id, isFresh)
      return { dialect, tables, readAt: readAt.toISOString(), isProfiled }
    },

    async tables(actor, id, { search, from, limit, isFresh }) {
      const { tables, readAt, isProfiled } = await seenCatalog(actor, id, isFresh)
      const found = searchTables(tables, search)
      return {
        items: found.slice(from, from + limit),
        tableCount: tables.length,
        foundCount: found.length,
        nextCursor: found.length > from + limit ? String(from + limit) : null,
        readAt: readAt.toISOString(),
        isProfiled,
      }
    },

    async notes(actor, id) {
      await find(actor, id)
      return noted.read(actor, id, (await catalogs.find(actor, id))?.tables)
    },

    async knowledge(actor, id) {
      await find(actor, id)
      const { version, notes, problems } = await noted.read(actor, id, (await catalogs.find(actor, id))?.tables)
      return { notes: fittingNotes(notes, problems), key: `${version}/${problems.length}` }
    },

    async changeNotes(actor, id, change) {
      requirePermission(actor, 'sources:manage')
      const row = await find(actor, id)
      const { tables } = await catalogOf(actor, row)
      await noted.write(actor, row, tables, change)
      return noted.read(actor, id, tables)
    },

    async notesSuggestions(actor, id) {
      requirePermission(actor, 'sources:manage')
      const row = await find(actor, id)
      const { tables } = await catalogOf(actor, row)
      return suggestNotes((await noted.read(actor, id, tables)).notes, tables)
    },

    query,

    async look(actor, id, name) {
      const row = await find(actor, id)
      const table = (await catalogOf(actor, row)).tables.find((one) => one.name === name)
      if (!table) throw new KnownError('not-found', `There is no table ${name} in this source. Refresh it if it is new.`)
      const sql = firstRows(row.kind, table.path ?? [name], LOOKED_ROWS)
      const kept = await query(actor, id, sql, { rowLimit: LOOKED_ROWS, timeoutMs: TRY_TIMEOUT_MS })
      return {
        columns: await results.profile(actor, kept.digest),
        rowCount: kept.rowCount,
        isWhole: kept.rowCount < LOOKED_ROWS && !kept.truncated,
        sample: { columns: kept.columns, rows: kept.rows.slice(0, SHOWN_ROWS) },
      }
    },

    async names(actor) {
      const rows = await database
        .read(actor)
        .select({ id: sources.id, kind: sources.kind, name: sources.name })
        .from(sources)
        .where(and(eq(sources.tenantId, actor.tenantId), isNull(sources.deletedAt)))
      const allowed =
        rows.length > 0
          ? await accesses.allowed(
              actor,
              rows.map(({ id }) => id),
            )
          : new Set()
      return rows.filter(({ id }) => allowed.has(id)).map((row) => ({ ...row, sqlName: sqlNameOf(row.name) }))
    },

    join: (actor, wish, options) =>
      joinSources(
        {
          results,
          query,
          tablesOf: async (asking, id) => (await catalogOf(asking, await find(asking, id))).tables,
          mentionsIn: ({ tenantId }, sql, { timeoutMs, signal }) =>
            processes.run(`${tenantId} join`, NOWHERE, { kind: 'mentions', sql }, { timeoutMs, signal }),
        },
        actor,
        wish,
        options,
      ),

    async close() {
      await processes.close()
      await catalogs.close()
      await Promise.allSettled(background)
      await rm(tempDir, { recursive: true, force: true })
    },
  }
}

/** With the key of the SSH server that was shown when the first connection worked: from then on it is the only one. */
function pinned({ kind, connection }: Destination, { sshFingerprint: fingerprint }: SourceState): Destination {
  const { ssh } = connection
  if (!ssh || ssh.fingerprint !== undefined || fingerprint === undefined) return { kind, connection }
  return { kind, connection: { ...connection, ssh: { ...ssh, fingerprint } } }
}
