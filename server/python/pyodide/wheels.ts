import { createHash } from 'node:crypto'
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** Pyodide's list of packages: what each needs, brings along as modules, and the digest of its file. */
export const WheelLock = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({
      name: z.string(),
      file_name: z.string().regex(/^[\w.+-]{1,200}$/),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      depends: z.array(z.string()),
      imports: z.array(z.string()),
    }),
  ),
})
export type WheelLock = z.infer<typeof WheelLock>

/** What cells may import where it could be fetched. */
export const wantedPackages = ['pandas', 'matplotlib', 'altair', 'cloudpickle', 'scikit-learn', 'statsmodels']
const MOST_BYTES = 100 * 2 ** 20
const TIMEOUT_MS = 120_000

export interface Wheels {
  /** Packages whose files, and those of all that they need, are in the folder. */
  atHand(): Promise<string[]>
  /**
   * Fetches what is wanted and absent into the folder; a file whose digest is not the lock's is not kept. What was fetched stays when another fails.
   * Throws with a sentence that names the file.
   */
  fetchAll(): Promise<void>
}

/** Packages for Pyodide: fetched once by the server, which checks them, and only ever read by the sandbox, which has no network. */
export function createWheels(options: {
  readonly folder: string
  readonly lock: WheelLock
  /** Where the files lie, with a slash at its end. */
  readonly baseUrl: string
  readonly wanted: readonly string[]
}): Wheels {
  const { folder, lock, baseUrl, wanted } = options
  const keyOf = new Map(Object.entries(lock.packages).map(([key, { name }]) => [name, key]))
  const find = (name: string) => lock.packages[name] ?? lock.packages[keyOf.get(name) ?? '']
  const needed = (name: string, seen = new Set<string>()): Set<string> => {
    const found = find(name)
    if (!found || seen.has(found.name)) return seen
    seen.add(found.name)
    for (const other of found.depends) needed(other, seen)
    return seen
  }
  const isAtHand = (name: string): Promise<boolean> => {
    const found = find(name)
    if (!found) return Promise.resolve(false)
    return access(join(folder, found.file_name)).then(
      () => true,
      () => false,
    )
  }
  const all = [...new Set(wanted.flatMap((name) => [...needed(name)]))]

  const fetchOne = async (name: string): Promise<void> => {
    const found = find(name)
    if (!found || (await isAtHand(name))) return
    const failed = (cause: unknown): Error => new Error(`The package file ${found.file_name} could not be fetched.`, { cause })
    const response = await fetch(new URL(found.file_name, baseUrl), { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
      (cause: unknown) => {
        throw failed(cause)
      },
    )
    if (!response.ok) throw failed(`status ${response.status}`)
    if (Number(response.headers.get('content-length') ?? 0) > MOST_BYTES) throw failed('it is too large')
    const bytes = Buffer.from(await response.arrayBuffer())
    if (createHash('sha256').update(bytes).digest('hex') !== found.sha256)
      throw failed('its digest is not the one that Pyodide names')
    const path = join(folder, found.file_name)
    await writeFile(`${path}.part`, bytes, { mode: 0o644 })
    await rename(`${path}.part`, path)
  }

  return {
    async atHand() {
      const here = new Map(await Promise.all(all.map(async (name) => [name, await isAtHand(name)] as const)))
      return all.filter((name) => [...needed(name)].every((other) => here.get(other)))
    },
    async fetchAll() {
      await mkdir(folder, { recursive: true })
      for (const name of all) await fetchOne(name)
    },
  }
}

/** The lock that comes with Pyodide. */
export async function readLock(folder: string): Promise<WheelLock> {
  return WheelLock.parse(JSON.parse(await readFile(join(folder, 'pyodide-lock.json'), 'utf8')))
}
