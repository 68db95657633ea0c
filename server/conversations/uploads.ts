import { rm, stat } from 'node:fs/promises'
import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId, UploadId } from '../../contract/id.ts'
import type { Upload, UploadTable } from '../../contract/upload.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { HeldFile, KeptTable, OpenFile, Results } from '../results/results.ts'
import type { Database, Reader, Writer } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { digestsOfUpload } from './held-digests.ts'
import type { Imports } from './imports.ts'
import { tableName } from './table-name.ts'
import { uploads } from './tables.ts'
import type { OwnNode } from './turns-of-nodes.ts'
import { holdResults } from './visibility.ts'

type Row = typeof uploads.$inferSelect

export const presentUpload = (row: Row): Upload => ({
  id: row.id,
  name: row.name,
  bytes: row.bytes,
  kind: row.kind,
  ...(row.conversationId ? { conversationId: row.conversationId } : {}),
  ...(row.digest ? { digest: row.digest } : {}),
  ...(row.importing ? { importing: row.importing } : {}),
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

const stemOf = (name: string): string => name.replace(/\.[^.]{1,8}$/, '')

/** A kept table under the name that people know, as a file of its own. */
export interface BroughtTable {
  readonly label: string
  readonly table: KeptTable & { readonly bytes: number }
  /** What a reader of it should know. */
  readonly note?: string
}

/** Smaller files are read before anybody has seen that they are there. */
const BEHIND_BYTES = 4_000_000

/** A file that somebody brings. */
export interface BroughtFile {
  readonly path: string
  readonly name: string
  readonly conversationId?: ConversationId | undefined
  /** A large file of text is imported behind the answer, and can be asked at once. */
  readonly isBehind?: boolean
}

/** An upload, with its rows where they are not kept yet. */
export interface OpenUpload {
  readonly upload: Upload
  readonly file?: OpenFile
}

/** Files people bring: the bytes as they came, and the table that was read from them. */
export class Uploads {
  readonly #database: Database
  readonly #results: Results
  readonly #clock: Clock
  readonly #node: OwnNode
  readonly #imports: Imports

  constructor(database: Database, results: Results, clock: Clock, node: OwnNode, imports: Imports) {
    this.#database = database
    this.#results = results
    this.#clock = clock
    this.#node = node
    this.#imports = imports
  }

  /** Takes the file at `path` over: it is gone afterwards. */
  async add(actor: Actor, file: BroughtFile): Promise<Upload> {
    requirePermission(actor, 'conversations:create')
    const { conversationId } = file
    const name = fileName(file.name)
    const bytes = file.isBehind ? (await stat(file.path)).size : 0
    const opened = bytes >= BEHIND_BYTES ? await this.#results.openFile(actor, { path: file.path, name }) : undefined
    if (opened) return this.#addOpened(actor, { name, bytes, conversationId }, opened)
    const [read, kept] = await Promise.all([
      this.#results.importFile(actor, { path: file.path, name }),
      this.#results.keepFile(actor, file.path),
    ])
    await rm(file.path, { force: true })
    void this.#lookInto(actor, read.tables)
    const stem = stemOf(name)
    const tables = read.tables.map(({ name: own, keys, table: { digest, columns, rowCount } }) => {
      const label = own === undefined || read.tables.length === 1 ? stem : own
      return { name: label, label, digest, columns, rowCount, ...(keys ? { keys } : {}) }
    })
    const { kind, problems, problemCount } = read
    const { digest } = kept
    return this.#insert(actor, { name, bytes: kept.bytes, kind, digest, problems, problemCount, conversationId }, (taken) => ({
      tables: namedApart(tables, taken),
    }))
  }

  /** The row comes first, so that the file can be asked; then all of it is read. */
  async #addOpened(
    actor: Actor,
    { name, bytes, conversationId }: { name: string; bytes: number; conversationId: ConversationId | undefined },
    opened: HeldFile,
  ): Promise<Upload> {
    try {
      const label = stemOf(name)
      const columns = opened.csv.profile.map((column) => ({ name: column.name, type: column.type }))
      const file = { name, bytes, kind: 'csv' as const, problems: [], problemCount: 0, nodeId: this.#node.id, conversationId }
      const upload = await this.#insert(actor, file, (taken) => ({
        tables: [],
        importing: { name: tableName(label, taken), label, columns },
      }))
      this.#imports.begin({ tenantId: actor.tenantId, id: upload.id }, name, opened)
      return upload
    } catch (error) {
      await opened.release()
      throw error
    }
  }

  /** Writes the row; `named` gives its tables names beside those that are taken. */
  #insert(
    actor: Actor,
    {
      conversationId,
      ...file
    }: Pick<Row, 'name' | 'bytes' | 'kind' | 'problems' | 'problemCount'> &
      Partial<Pick<Row, 'digest' | 'nodeId'>> & { conversationId: ConversationId | undefined },
    named: (taken: Set<string>) => Pick<Row, 'tables'> & Partial<Pick<Row, 'importing'>>,
  ): Promise<Upload> {
    return this.#database.transaction(actor, async (writer) => {
      const taken = conversationId ? await takenNames(writer, actor, conversationId) : new Set<string>()
      const now = this.#clock()
      const [row] = await writer
        .insert(uploads)
        .values({
          ...file,
          ...named(taken),
          tenantId: actor.tenantId,
          id: randomId<UploadId>('upl', now),
          ownerId: actor.userId,
          conversationId: conversationId ?? null,
          createdAt: now,
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
    const rows = await writer.select().from(uploads).where(mine).orderBy(asc(uploads.id)).for('update')
    if (rows.length < new Set(ids).size)
      throw new KnownError('not-found', 'One of the uploads is not there any more. Bring the file again.')
    const taken = await takenNames(writer, actor, conversationId)
    for (const row of rows) {
      if (row.conversationId === conversationId) continue
      if (row.conversationId)
        throw new KnownError('not-found', 'One of the uploads belongs to another conversation. Bring the file again.')
      const tables = namedApart(row.tables, taken)
      const importing = row.importing && { ...row.importing, name: tableName(row.importing.label, taken) }
      if (importing) taken.add(importing.name)
      await writer
        .update(uploads)
        .set({ conversationId, tables, importing })
        .where(and(eq(uploads.tenantId, actor.tenantId), eq(uploads.id, row.id), isNull(uploads.conversationId)))
      await holdResults(writer, { tenantId: actor.tenantId, conversationId }, digestsOfUpload(row))
    }
  }

  async list(reader: Reader, actor: Pick<Actor, 'tenantId'>, conversationId: ConversationId): Promise<Upload[]> {
    const rows = await reader
      .select()
      .from(uploads)
      .where(and(eq(uploads.tenantId, actor.tenantId), eq(uploads.conversationId, conversationId)))
      .orderBy(asc(uploads.createdAt), asc(uploads.id))
    return rows.map(presentUpload)
  }

  /** As `list`, when all of them have been read. */
  async settled(actor: Actor, conversationId: ConversationId, signal?: AbortSignal): Promise<Upload[]> {
    const listed = await this.list(this.#database.read(actor), actor, conversationId)
    const importing = listed.filter((upload) => upload.importing)
    if (importing.length === 0) return listed
    for (const { id } of importing) await this.#imports.settled({ tenantId: actor.tenantId, id }, signal)
    return this.list(this.#database.read(actor), actor, conversationId)
  }

  /** As `list`, with the files of those that are still being read; waits for those that another node reads. */
  async opened(actor: Actor, conversationId: ConversationId, signal?: AbortSignal): Promise<OpenUpload[]> {
    const listed = await this.list(this.#database.read(actor), actor, conversationId)
    const opened = listed.map((upload) => ({ upload, file: upload.importing && this.#imports.fileOf(upload.id) }))
    if (opened.every(({ upload, file }) => !upload.importing || file))
      return opened.map(({ upload, file }) => ({ upload, ...(file ? { file } : {}) }))
    return (await this.settled(actor, conversationId, signal)).map((upload) => ({ upload }))
  }

  /** One that is the actor's own and in no conversation yet, or in one that `maySee` lets through. Waits `waitMs` at most for it to be read. */
  async read(actor: Actor, id: UploadId, maySee: (id: ConversationId) => Promise<unknown>, waitMs = 0): Promise<Upload> {
    const found = async (): Promise<Row> => {
      const [row] = await this.#database
        .read(actor)
        .select()
        .from(uploads)
        .where(and(eq(uploads.tenantId, actor.tenantId), eq(uploads.id, id)))
      if (!row || (!row.conversationId && row.ownerId !== actor.userId)) throw new KnownError('not-found')
      return row
    }
    const row = await found()
    if (row.conversationId) await maySee(row.conversationId)
    if (!row.importing || waitMs === 0) return presentUpload(row)
    await this.#imports.settled({ tenantId: actor.tenantId, id }, AbortSignal.timeout(waitMs)).catch(() => undefined)
    return presentUpload(await found())
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
    .select({ tables: uploads.tables, importing: uploads.importing })
    .from(uploads)
    .where(and(eq(uploads.tenantId, actor.tenantId), eq(uploads.conversationId, conversationId)))
  return new Set(rows.flatMap(({ tables, importing }) => [...tables, ...(importing ? [importing] : [])].map(({ name }) => name)))
}
