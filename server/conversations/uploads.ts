import { rm } from 'node:fs/promises'
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId, UploadId } from '../../contract/id.ts'
import type { Upload, UploadTable } from '../../contract/upload.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { KeptTable, Results } from '../results/results.ts'
import type { Database, Reader, Writer } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { digestsOfUpload } from './held-digests.ts'
import { tableName } from './table-name.ts'
import { turnEvents, turns, uploads } from './tables.ts'
import type { Where } from './turn-log.ts'
import { holdResults } from './visibility.ts'

type Row = typeof uploads.$inferSelect

export const presentUpload = (row: Row): Upload => ({
  id: row.id,
  name: row.name,
  bytes: row.bytes,
  kind: row.kind,
  ...(row.conversationId ? { conversationId: row.conversationId } : {}),
  digest: row.digest,
  ...(row.tables[0] ? { table: row.tables[0] } : {}),
  tables: row.tables,
  problems: row.problems,
  problemCount: row.problemCount,
  createdAt: row.createdAt.toISOString(),
})

/** A file's own name: no folders, no control characters, at most 200 characters. */
export function fileName(given: string): string {
  const bare = given.split(/[/\\]/).at(-1) ?? ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  const cleaned = bare
    .normalize('NFC')
    .replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim()
    .slice(-200)
  return cleaned === '' || cleaned === '.' || cleaned === '..' ? 'file' : cleaned
}

/** A kept table under the name that people know, as a file of its own. */
export interface BroughtTable {
  readonly label: string
  readonly table: KeptTable & { readonly bytes: number }
  /** What a reader of it should know. */
  readonly note?: string
}

/** Files people bring: the bytes as they came, and the table that was read from them. */
export class Uploads {
  readonly #database: Database
  readonly #results: Results
  readonly #clock: Clock

  constructor(database: Database, results: Results, clock: Clock) {
    this.#database = database
    this.#results = results
    this.#clock = clock
  }

  /** Takes the file at `path` over: it is gone afterwards. */
  async add(actor: Actor, file: { path: string; name: string }, conversationId?: ConversationId): Promise<Upload> {
    requirePermission(actor, 'conversations:create')
    const name = fileName(file.name)
    const [read, kept] = await Promise.all([
      this.#results.importFile(actor, { path: file.path, name }),
      this.#results.keepFile(actor, file.path),
    ])
    await rm(file.path, { force: true })
    void this.#lookInto(actor, read.tables)
    const stem = name.replace(/\.[^.]{1,8}$/, '')
    const tables = read.tables.map(({ name: own, keys, table: { digest, columns, rowCount } }) => {
      const label = own === undefined || read.tables.length === 1 ? stem : own
      return { name: label, label, digest, columns, rowCount, ...(keys ? { keys } : {}) }
    })
    return this.#database.transaction(actor, async (writer) => {
      const taken = conversationId ? await takenNames(writer, actor, conversationId) : new Set<string>()
      const [row] = await writer
        .insert(uploads)
        .values({
          tenantId: actor.tenantId,
          id: randomId<UploadId>('upl', this.#clock()),
          ownerId: actor.userId,
          conversationId: conversationId ?? null,
          name,
          bytes: kept.bytes,
          kind: read.kind,
          digest: kept.digest,
          tables: namedApart(tables, taken),
          problems: read.problems,
          problemCount: read.problemCount,
          createdAt: this.#clock(),
        })
        .returning()
      if (!row) throw new Error('the upload was not written')
      if (conversationId) await holdResults(writer, { tenantId: actor.tenantId, conversationId }, digestsOfUpload(row))
      return presentUpload(row)
    })
  }

  /** Begins with what the first question will ask of every table, one after another. */
  async #lookInto(actor: Actor, tables: readonly { readonly table: KeptTable }[]): Promise<void> {
    try {
      for (const { table } of tables) await this.#results.profile(actor, table.digest)
    } catch {
      // The question looks again, and says what is wrong.
    }
  }

  /** Puts kept tables into a conversation, each as a Parquet file that was brought. */
  async bring(writer: Writer, actor: Actor, brought: readonly BroughtTable[], conversationId: ConversationId): Promise<void> {
    const taken = await takenNames(writer, actor, conversationId)
    for (const { label, table, note } of brought) {
      const { digest, bytes, columns, rowCount } = table
      const row = {
        tenantId: actor.tenantId,
        id: randomId<UploadId>('upl', this.#clock()),
        ownerId: actor.userId,
        conversationId,
        name: `${fileName(label).slice(0, 190)}.parquet`,
        bytes,
        kind: 'parquet' as const,
        digest,
        tables: namedApart([{ name: label, label, digest, columns, rowCount }], taken),
        problems: note === undefined ? [] : [{ message: note }],
        problemCount: note === undefined ? 0 : 1,
        createdAt: this.#clock(),
      }
      await writer.insert(uploads).values(row)
      await holdResults(writer, { tenantId: actor.tenantId, conversationId }, digestsOfUpload(row))
    }
  }

  /** Gives uploads of the actor that belong to no conversation yet to this one, with table names that differ. */
  async attach(writer: Writer, actor: Actor, ids: readonly UploadId[], conversationId: ConversationId): Promise<void> {
    if (ids.length === 0) return
    const mine = and(eq(uploads.tenantId, actor.tenantId), eq(uploads.ownerId, actor.userId), inArray(uploads.id, [...ids]))
    const rows = await writer.select().from(uploads).where(mine).orderBy(asc(uploads.id))
    if (rows.length < new Set(ids).size)
      throw new KnownError('not-found', 'One of the uploads is not there any more. Bring the file again.')
    const taken = await takenNames(writer, actor, conversationId)
    for (const row of rows) {
      if (row.conversationId === conversationId) continue
      if (row.conversationId)
        throw new KnownError('not-found', 'One of the uploads belongs to another conversation. Bring the file again.')
      const tables = namedApart(row.tables, taken)
      await writer
        .update(uploads)
        .set({ conversationId, tables })
        .where(and(eq(uploads.tenantId, actor.tenantId), eq(uploads.id, row.id), isNull(uploads.conversationId)))
      await holdResults(writer, { tenantId: actor.tenantId, conversationId }, digestsOfUpload(row))
    }
  }

  /** Uploads of the conversation that no turn in sight names: they come with the next question. */
  async pending(reader: Reader, where: Where): Promise<UploadId[]> {
    const started = await reader
      .select({ event: turnEvents.event })
      .from(turnEvents)
      .innerJoin(turns, and(eq(turns.tenantId, turnEvents.tenantId), eq(turns.id, turnEvents.turnId)))
      .where(
        and(
          eq(turnEvents.tenantId, where.tenantId),
          eq(turnEvents.conversationId, where.conversationId),
          eq(turns.isHidden, false),
          sql`${turnEvents.event}->>'type' = 'turn-start'`,
        ),
      )
    const named = new Set(started.flatMap(({ event }) => (event.type === 'turn-start' ? event.uploadIds : [])))
    return (await this.list(reader, where, where.conversationId)).map((upload) => upload.id).filter((id) => !named.has(id))
  }

  async list(reader: Reader, actor: Pick<Actor, 'tenantId'>, conversationId: ConversationId): Promise<Upload[]> {
    const rows = await reader
      .select()
      .from(uploads)
      .where(and(eq(uploads.tenantId, actor.tenantId), eq(uploads.conversationId, conversationId)))
      .orderBy(asc(uploads.createdAt), asc(uploads.id))
    return rows.map(presentUpload)
  }
}

/** The tables under names that differ from one another and from those `taken`, which get them added. */
function namedApart(tables: readonly UploadTable[], taken: Set<string>): UploadTable[] {
  const renamed = new Map<string, string>()
  const named = tables.map((table) => {
    const name = tableName(table.label, taken)
    taken.add(name)
    renamed.set(table.name, name)
    return { ...table, name }
  })
  return named.map(({ keys, ...table }) => {
    if (!keys) return table
    const foreignKeys = keys.foreignKeys.map((key) => ({ ...key, table: renamed.get(key.table) ?? key.table }))
    return { ...table, keys: { ...keys, foreignKeys } }
  })
}

async function takenNames(reader: Reader, actor: Actor, conversationId: ConversationId): Promise<Set<string>> {
  const rows = await reader
    .select({ tables: uploads.tables })
    .from(uploads)
    .where(and(eq(uploads.tenantId, actor.tenantId), eq(uploads.conversationId, conversationId)))
  return new Set(rows.flatMap((row) => row.tables.map((table) => table.name)))
}
