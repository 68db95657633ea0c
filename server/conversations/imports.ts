import { and, eq, inArray, isNotNull, isNull, not, or } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { Digest, TenantId, UploadId } from '../../contract/id.ts'
import type { UploadTable } from '../../contract/upload.ts'
import { sleep } from '../basics/sleep.ts'
import type { HeldFile, KeptTable, OpenFile, Results } from '../results/results.ts'
import type { Database, Writer } from '../storage/database.ts'
import { uploads } from './tables.ts'
import type { OwnNode } from './turns-of-nodes.ts'
import { holdResults } from './visibility.ts'

export interface ImportsDependencies {
  readonly database: Database
  readonly results: Results
  readonly node: OwnNode
  /** Told of bugs. */
  readonly report?: (error: unknown, context: Record<string, unknown>) => unknown
}

/** An upload, and whose it is. */
export interface UploadPlace {
  readonly tenantId: TenantId
  readonly id: UploadId
}

type Row = typeof uploads.$inferSelect

/** How often a node looks whether another one has read a file. */
const LOOK_MS = 250
const LONGEST_WAIT_MS = 300_000

const STOPPED = 'The server stopped before it had kept this file. Bring the file again.'
const UNREADABLE = 'Something went wrong while this file was read. Bring the file again.'

/**
 * Imports that go on behind the questions. The row says `importing` until all of a file is a kept table; meanwhile its rows can be asked for
 * on the node that reads it. What a node that died was reading is taken over from the kept file.
 */
export class Imports {
  readonly #running = new Map<UploadId, { readonly file?: OpenFile; readonly ended: Promise<void> }>()
  readonly #closing = new AbortController()
  readonly #dependencies: ImportsDependencies

  constructor(dependencies: ImportsDependencies) {
    this.#dependencies = dependencies
  }

  /** Begins with a file that is not kept yet, whose row has been written. Takes over its release. */
  begin(place: UploadPlace, name: string, file: HeldFile): void {
    this.#run(place, file, async () => {
      const { digest } = await this.#dependencies.results.keepFile(place, file.path, {
        isBehind: true,
        signal: this.#closing.signal,
      })
      await this.#change(place, (writer, row) => this.#keepDigest(writer, row, digest))
      return this.#import(place, { path: file.path, name })
    })
  }

  /** The rows of a file that this node is still reading. */
  fileOf = (id: UploadId): OpenFile | undefined => this.#running.get(id)?.file

  /** Resolves when the file has been read, wherever that is done. Throws `unavailable` when it takes too long; rejects when the signal fires. */
  async settled({ tenantId, id }: UploadPlace, signal?: AbortSignal): Promise<void> {
    const ended = this.#running.get(id)?.ended
    if (ended) return orAborted(ended, signal)
    const isImporting = and(eq(uploads.tenantId, tenantId), eq(uploads.id, id), isNotNull(uploads.importing))
    for (let waitedMs = 0; waitedMs < LONGEST_WAIT_MS; waitedMs += LOOK_MS) {
      if ((await this.#dependencies.database.read({ tenantId }).$count(uploads, isImporting)) === 0) return
      await sleep(LOOK_MS, signal)
    }
    throw new KnownError('unavailable', 'A file of this conversation is still being read. Try again in a moment.')
  }

  /** Takes over what nodes that died were reading: a kept file is read again, of one that was not kept its row says so. */
  async recover(): Promise<void> {
    const { database, node } = this.#dependencies
    const alive = await node.aliveIds()
    const isLeft = and(isNotNull(uploads.importing), or(isNull(uploads.nodeId), not(inArray(uploads.nodeId, alive))))
    const left = await database.beyondTenants().update(uploads).set({ nodeId: node.id }).where(isLeft).returning()
    for (const { tenantId, id, name, digest } of left) {
      if (digest) this.#run({ tenantId, id }, undefined, () => this.#import({ tenantId, id }, { digest, name }))
      else await this.#change({ tenantId, id }, (writer, row) => this.#fail(writer, row, STOPPED))
    }
  }

  /** Breaks off what runs; the next node takes it over. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([...this.#running.values()].map(({ ended }) => ended))
  }

  #run(place: UploadPlace, file: HeldFile | undefined, work: () => Promise<void>): void {
    const run = async (): Promise<void> => {
      try {
        await work()
      } catch (error) {
        if (!this.#closing.signal.aborted) await this.#failed(place, error)
      } finally {
        this.#running.delete(place.id)
        await file?.release()
      }
    }
    this.#running.set(place.id, { ...(file ? { file } : {}), ended: run() })
  }

  /** NOTE: where the database does not answer either, the row stays as it is until a node takes it over. */
  async #failed(place: UploadPlace, error: unknown): Promise<void> {
    const isKnown = error instanceof KnownError
    try {
      await this.#change(place, (writer, row) => this.#fail(writer, row, isKnown ? error.message : UNREADABLE))
      if (!isKnown) this.#dependencies.report?.(error, { uploadId: place.id, during: 'an import' })
    } catch (failure) {
      this.#dependencies.report?.(failure, { uploadId: place.id, during: 'the end of an import' })
    }
  }

  async #import(place: UploadPlace, file: { readonly name: string } & ({ path: string } | { digest: Digest })): Promise<void> {
    const { results } = this.#dependencies
    const read = await results.importFile(place, file, { signal: this.#closing.signal, isBehind: true })
    const [first] = read.tables
    if (!first) throw new KnownError('unreadable-file', UNREADABLE)
    await this.#change(place, (writer, row) => this.#keepTable(writer, row, first.table, read))
    await results.profile(place, first.table.digest)
  }

  /** Changes the row while nobody else does; nothing where the upload is gone. */
  #change({ tenantId, id }: UploadPlace, change: (writer: Writer, row: Row) => Promise<void>): Promise<void> {
    return this.#dependencies.database.transaction({ tenantId }, async (writer) => {
      const isIt = and(eq(uploads.tenantId, tenantId), eq(uploads.id, id), isNotNull(uploads.importing))
      const [row] = await writer.select().from(uploads).where(isIt).for('update')
      if (row) await change(writer, row)
    })
  }

  async #keepDigest(writer: Writer, row: Row, digest: Digest): Promise<void> {
    await this.#set(writer, row, { digest })
    await this.#hold(writer, row, [digest])
  }

  async #keepTable(
    writer: Writer,
    row: Row,
    { digest, columns, rowCount }: KeptTable,
    { problems, problemCount }: Pick<Row, 'problems' | 'problemCount'>,
  ): Promise<void> {
    const { name, label } = row.importing ?? { name: row.name, label: row.name }
    const tables: UploadTable[] = [{ name, label, digest, columns, rowCount }]
    await this.#set(writer, row, { tables, problems, problemCount, importing: null, nodeId: null })
    await this.#hold(writer, row, [digest])
  }

  #fail = (writer: Writer, row: Row, message: string): Promise<void> =>
    this.#set(writer, row, { problems: [{ message }], problemCount: 1, importing: null, nodeId: null })

  async #set(writer: Writer, { tenantId, id }: Row, change: Partial<Row>): Promise<void> {
    await writer
      .update(uploads)
      .set(change)
      .where(and(eq(uploads.tenantId, tenantId), eq(uploads.id, id)))
  }

  async #hold(writer: Writer, { tenantId, conversationId }: Row, digests: readonly Digest[]): Promise<void> {
    if (conversationId) await holdResults(writer, { tenantId, conversationId }, digests)
  }
}

/** The same, or a rejection as soon as the signal fires. */
async function orAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return work
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
