import type { Catalog, CatalogTable, UnreadFile } from '../../contract/catalog.ts'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId, Digest, SourceId } from '../../contract/id.ts'
import type { ImportingTable, Upload, UploadTable } from '../../contract/upload.ts'
import { setNewest } from '../basics/set-newest.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { OpenUpload } from '../conversations/uploads.ts'
import type { KeptTable, NamedFile, NamedTable, OpenFile, Results } from '../results/results.ts'
import { FILES, sourcesNamedIn } from '../sources/join-sources.ts'
import type { Sources } from '../sources/sources.ts'
import type { Actor } from '../tenancy/actor.ts'
import { applyNotes } from './apply-notes.ts'
import { indexTables } from './basic/near-tables.ts'
import { unreadSentences } from './basic/refusal-words.ts'

export interface QueryLimits {
  readonly rowLimit: number
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** What a conversation is about: its data source, or the files brought into it. */
export interface ConversationData {
  readonly catalog: Catalog
  /** What one question may take. */
  readonly limits: { readonly rowLimit: number; readonly timeoutMs: number }
  /** What people call the places that a statement reads. */
  placesOf(sql: string): string
  /** Also over other sources, where the statement names them. `note` says what was read of each. */
  query(sql: string, limits: QueryLimits): Promise<KeptTable & { truncated: boolean; note?: string }>
  /** The kept result that a table is, by its name or its file's; undefined where tables lie in a database. */
  resultOf(name: string): Promise<Digest | undefined>
  /** Present while a file is still being read: `catalog` then knows its first rows only. Waits for all of them. */
  readonly whole?: () => Promise<ConversationData>
}

export interface ConversationDataDependencies {
  readonly conversations: Conversations
  readonly results: Results
  readonly sources: Sources
}

/** What a conversation asks; `signal` ends waiting for files that are still being read. */
interface Subject {
  readonly conversationId: ConversationId
  readonly sourceId: SourceId | null
  readonly signal?: AbortSignal
}

const KNOWN_TABLES = 500
const KNOWN_CATALOGS = 3

/** Finds the data of a conversation, as far as the actor may see it. */
export function createConversationData({ conversations, results, sources }: ConversationDataDependencies) {
  const knownTables = new Map<string, Promise<CatalogTable>>()
  /** With notes, by their version. NOTE: who sees a part of the rows has other tables, which hold nothing of the rest. */
  const knownCatalogs = new WeakMap<readonly CatalogTable[], Map<string, Catalog>>()

  /** What is known of a kept table never changes, so it is the same object each time: what analysts work out about it is kept with it. */
  const catalogTable = (actor: Actor, { name, label, rowCount, digest, keys }: UploadTable): Promise<CatalogTable> => {
    const key = JSON.stringify([actor.tenantId, digest, name, label, keys])
    const found = knownTables.get(key)
    if (found) return found
    const made = results
      .profile(actor, digest)
      .then((columns): CatalogTable => ({ name, label, rowCount, columns, primaryKey: [], foreignKeys: [], ...keys }))
    made.catch(() => knownTables.delete(key))
    return setNewest(knownTables, key, made, KNOWN_TABLES)
  }

  /** What the first rows of a file tell, as if they were all. */
  const openTable = ({ name, label }: ImportingTable, { csv }: OpenFile): CatalogTable => ({
    name,
    label,
    rowCount: csv.sampledRows,
    columns: [...csv.profile],
    primaryKey: [],
    foreignKeys: [],
  })

  async function ofUploads(actor: Actor, id: ConversationId, signal?: AbortSignal, isWhole = false): Promise<ConversationData> {
    const listed = isWhole
      ? conversations.uploads(actor, id, signal).then((all) => all.map((upload): OpenUpload => ({ upload })))
      : conversations.openUploads(actor, id, signal)
    const [opened, others] = await Promise.all([listed, sources.names(actor)])
    const uploads = opened.map(({ upload }) => upload)
    const kept = uploads.flatMap((upload) => upload.tables.map(({ name, digest }) => ({ name, digest, place: upload.name })))
    const open = opened.flatMap(({ upload: { name: place, importing }, file }) =>
      importing && file ? [{ table: openTable(importing, file), name: importing.name, file, place }] : [],
    )
    const tables = await Promise.all(uploads.flatMap((upload) => upload.tables).map((table) => catalogTable(actor, table)))
    const unread = unreadAmong(uploads)
    const placesOf = (sql: string): string => {
      const joined = sourcesNamedIn(sql, others).map(({ name }) => name)
      const words = new Set(sql.toLowerCase().match(/[\p{L}\p{N}_]+/gu))
      const files = [...kept, ...open].filter(({ name }) => words.has(name.toLowerCase())).map(({ place }) => place)
      return [...new Set([...joined, ...files])].join(', ')
    }
    if (open.length > 0) {
      const whole = lazily(() => ofUploads(actor, id, signal, true))
      return {
        catalog: { tables: [...tables, ...open.map(({ table }) => table)], ...(unread.length > 0 ? { unread } : {}) },
        limits: sources.limits,
        placesOf,
        async query(sql, limits) {
          const asked = sourcesNamedIn(sql, others).length === 0 && (await askedAtOnce(actor, [...kept, ...open], sql, limits))
          return asked || (await whole()).query(sql, limits)
        },
        resultOf: async (wanted) => (await whole()).resultOf(wanted),
        whole,
      }
    }
    return {
      catalog: { tables, ...(unread.length > 0 ? { unread } : {}) },
      limits: sources.limits,
      placesOf,
      query: async (sql, limits) =>
        (sourcesNamedIn(sql, others).length > 0 && (await sources.join(actor, { sql, sources: others, files: kept }, limits))) ||
        results.query(actor, kept, sql, limits).catch((error: unknown) => withUnread(error, tables, unread)),
      resultOf: async (wanted) =>
        kept.find(({ name, place }) => [name, place].some((one) => one.toLowerCase() === wanted.toLowerCase()))?.digest,
    }
  }

  /** The answer of rows that are not kept yet; false where they do not give one: what is wrong, the kept table says. */
  const askedAtOnce = async (actor: Actor, tables: readonly (NamedTable | NamedFile)[], sql: string, limits: QueryLimits) => {
    try {
      return await results.query(actor, tables, sql, limits)
    } catch (error) {
      const isRefuted = error instanceof KnownError && (error.code === 'query-failed' || error.code === 'limit-exceeded')
      if (isRefuted) return false
      throw error
    }
  }

  async function ofSource(
    actor: Actor,
    id: SourceId,
    conversationId: ConversationId,
    signal?: AbortSignal,
  ): Promise<ConversationData> {
    const { name } = await sources.read(actor, id)
    const [all, opened] = await Promise.all([sources.names(actor), conversations.openUploads(actor, conversationId, signal)])
    const fileNames = opened.flatMap(({ upload }) => [...upload.tables, ...(upload.importing ? [upload.importing] : [])])
    const others = all.filter((one) => one.id !== id)
    const namesFiles = (sql: string) =>
      fileNames.some((file) => new RegExp(`\\b${FILES}\\s*\\.\\s*"?${RegExp.escape(file.name)}`, 'i').test(sql))
    const join = async (sql: string, limits: QueryLimits) => {
      const uploads = namesFiles(sql) ? await conversations.uploads(actor, conversationId, limits.signal) : []
      const files = uploads.flatMap((upload) => upload.tables.map((table) => ({ name: table.name, digest: table.digest })))
      return sources.join(actor, { sql, sources: all, own: id, files }, limits)
    }
    const { dialect, tables } = await sources.catalog(actor, id)
    const { notes, key: version } = await sources.knowledge(actor, id)
    const ofTables = knownCatalogs.get(tables) ?? new Map<string, Catalog>()
    knownCatalogs.set(tables, ofTables)
    const catalog = ofTables.get(version) ?? setNewest(ofTables, version, applyNotes({ dialect, tables }, notes), KNOWN_CATALOGS)
    await indexTables(catalog)
    return {
      catalog,
      limits: sources.limits,
      placesOf: (sql) =>
        [name, ...sourcesNamedIn(sql, others).map((other) => other.name), ...(namesFiles(sql) ? [FILES] : [])].join(', '),
      query: async (sql, limits) =>
        ((sourcesNamedIn(sql, others).length > 0 || namesFiles(sql)) && (await join(sql, limits))) ||
        sources.query(actor, id, sql, limits),
      resultOf: async () => undefined,
    }
  }

  return (actor: Actor, { conversationId, sourceId, signal }: Subject): Promise<ConversationData> =>
    sourceId ? ofSource(actor, sourceId, conversationId, signal) : ofUploads(actor, conversationId, signal)
}

const unreadAmong = (uploads: readonly Upload[]): UnreadFile[] =>
  uploads.flatMap(({ name, importing, tables, problems: [problem] }) =>
    problem && !importing && tables.length === 0 ? [{ name, why: problem.message }] : [],
  )

/** Where there is no table at all, what is wrong with a statement is that its file could not be read. */
function withUnread(error: unknown, tables: readonly CatalogTable[], unread: UnreadFile[]): never {
  if (!(error instanceof KnownError) || error.code !== 'query-failed' || tables.length > 0) throw error
  throw new KnownError(error.code, [error.message, ...unreadSentences({ unread })].join(' '), { cause: error })
}

/** The same promise at every call; made at the first. */
function lazily<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => {
    made ??= make()
    return made
  }
}
