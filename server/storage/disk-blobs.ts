import { randomUUID } from 'node:crypto'
import { createReadStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { copyFile, type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { KnownError } from '../../contract/error.ts'
import { Digest, TenantId } from '../../contract/id.ts'
import { sha256, sha256OfOpened } from '../basics/sha256.ts'
import type { Blobs } from './blobs.ts'

const abandonedAfterMs = 24 * 3_600_000

/** Blobs in a local folder: `<root>/<tenant>/<first two digits>/<digest>`, written under `<root>/incoming` first. */
export async function openDiskBlobs(rootFolder: string): Promise<Blobs> {
  const root = resolve(rootFolder)
  const incoming = join(root, 'incoming')
  translated(() => mkdirSync(incoming, { recursive: true, mode: 0o700 }))
  removeAbandoned(incoming)

  const place = (tenantId: TenantId, digest: Digest): string => {
    if (!TenantId.safeParse(tenantId).success) throw new KnownError('invalid-input', 'This is not the id of a tenant.')
    if (!Digest.safeParse(digest).success) throw new KnownError('invalid-input', 'This is not a digest.')
    return join(root, tenantId, digest.slice(0, 2), digest)
  }
  const sizeOf = async (path: string): Promise<number | undefined> => {
    try {
      return (await stat(path)).size
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }
  const existing = async (tenantId: TenantId, digest: Digest): Promise<{ path: string; bytes: number }> => {
    const path = place(tenantId, digest)
    const bytes = await sizeOf(path)
    if (bytes === undefined) throw new KnownError('not-found', 'This content is not there any more.')
    return { path, bytes }
  }
  const makeFolder = async (folder: string): Promise<void> => {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 })
    if (first === undefined) return
    for (let path = folder; path.length >= dirname(first).length; path = dirname(path)) await sync(path)
  }
  /** Moves a synced file to its place. One that is there with as many bytes is the same, but its folder may not be synced yet. */
  const settle = async (unfinished: string, path: string, bytes: number): Promise<void> => {
    await makeFolder(dirname(path))
    if ((await sizeOf(path)) === bytes) await rm(unfinished)
    else await rename(unfinished, path)
    await sync(dirname(path))
  }
  const keeping = async <Result>(work: (unfinished: string) => Promise<Result>): Promise<Result> => {
    const unfinished = join(incoming, randomUUID())
    try {
      return await work(unfinished)
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => {})
      throw storeError(error)
    }
  }

  return {
    put: async (tenantId, bytes) => {
      const digest = sha256(bytes)
      const path = place(tenantId, digest)
      await keeping(async (unfinished) => {
        await using(await open(unfinished, 'wx', 0o400), async (file) => {
          await file.writeFile(bytes)
          await file.sync()
        })
        await settle(unfinished, path, bytes.byteLength)
      })
      return digest
    },

    putFile: (tenantId, source, known) =>
      keeping(async (unfinished) => {
        await moveFile(source, unfinished)
        const [digest, { size: bytes }] = await using(await open(unfinished, 'r'), (file) =>
          Promise.all([known ?? sha256OfOpened(file), file.stat(), file.chmod(0o400).then(() => file.sync())]),
        )
        await settle(unfinished, place(tenantId, digest), bytes)
        return { digest, bytes }
      }),

    read: async (tenantId, digest) => {
      const { path } = await existing(tenantId, digest)
      return readFile(path).catch(rethrow)
    },
    open: async (tenantId, digest, range) => {
      const { path } = await existing(tenantId, digest)
      return createReadStream(path, range)
    },
    size: async (tenantId, digest) => (await existing(tenantId, digest)).bytes,
    path: async (tenantId, digest) => (await existing(tenantId, digest)).path,
    has: async (tenantId, digest) => (await sizeOf(place(tenantId, digest))) !== undefined,
    remove: async (tenantId, digest) => {
      await rm(place(tenantId, digest), { force: true }).catch(rethrow)
    },
    async *list() {
      for (const tenant of await readdir(root).catch(rethrow)) {
        const tenantId = TenantId.safeParse(tenant)
        if (!tenantId.success) continue
        for (const start of await readdir(join(root, tenant)).catch(rethrow))
          for (const name of await readdir(join(root, tenant, start)).catch(rethrow)) {
            const digest = Digest.safeParse(name)
            if (digest.success) yield { tenantId: tenantId.data, digest: digest.data }
          }
      }
    },
  }
}

async function using<Result>(file: FileHandle, work: (file: FileHandle) => Promise<Result>): Promise<Result> {
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

const sync = async (path: string): Promise<void> => using(await open(path, 'r'), (file) => file.sync())

async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error
    await copyFile(from, to)
    await rm(from)
  }
}

/** What a process left half written when it died. Other processes may be writing, so only old ones. */
function removeAbandoned(incoming: string): void {
  for (const name of readdirSync(incoming)) {
    const path = join(incoming, name)
    const seen = statSync(path, { throwIfNoEntry: false })
    if (seen && Date.now() - seen.mtimeMs > abandonedAfterMs) rmSync(path, { force: true })
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** The error of the file system in the words of the application. */
function storeError(cause: unknown): unknown {
  if (cause instanceof KnownError) return cause
  switch (codeOf(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new KnownError('unavailable', 'The disk of the server is full. Make room in its data folder, then try again.', {
        cause,
      })
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new KnownError(
        'unavailable',
        "The server can't write to its data folder. Give its user the right to, then try again.",
        { cause },
      )
    case 'EIO':
    case 'EMFILE':
    case 'ENFILE':
      return new KnownError('unavailable', "The server's disk does not answer. Try again in a moment.", { cause })
    default:
      return cause
  }
}

function rethrow(error: unknown): never {
  if (codeOf(error) === 'ENOENT') throw new KnownError('not-found', 'This content is not there any more.', { cause: error })
  throw storeError(error)
}

function translated<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw storeError(error)
  }
}
