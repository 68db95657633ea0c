import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { EngineRefused, type PythonEngine, type PythonLimits, type PythonSession } from '../engine.ts'
import { openKernelSession } from '../kernel-session.ts'
import { createWheels, readLock, type WheelLock, wantedPackages } from './wheels.ts'

export interface PyodideEngineOptions {
  readonly limits: PythonLimits
  /** Where package files are kept between runs of the server. */
  readonly wheelFolder: string
  /** Where they are fetched from when the first cell runs; nothing is fetched without it. */
  readonly wheelUrl?: string | undefined
  /** A list of packages to take instead of the one that comes with Pyodide. */
  readonly lock?: WheelLock
  readonly wanted?: readonly string[]
}

const MOST_MEMORY_BYTES = 2 ** 30
const PAGE_BYTES = 2 ** 16
const AGAIN_MS = 60_000
const kernelFolder = realpathSync(fileURLToPath(new URL('../../../kernel/', import.meta.url)))

/**
 * Python in WebAssembly, in a process of Deno that may read its own program and the session's data, write the session's folder, and nothing else. WebAssembly is
 * no wall here, Deno's permissions are. Each state but the first comes back from a file or by running the cells again: there are no frozen copies.
 * Throws `EngineRefused` where a part is missing.
 */
export async function createPyodideEngine(options: PyodideEngineOptions): Promise<PythonEngine> {
  const deno = findDeno()
  const indexFolder = findFolder('pyodide/pyodide.mjs')
  if (!deno || !indexFolder) throw new EngineRefused('Deno and Pyodide are not installed: run npm install again')
  const lock = options.lock ?? (await readLock(indexFolder))
  const { wheelUrl, wanted = wantedPackages } = options
  await mkdir(options.wheelFolder, { recursive: true })
  const wheelFolder = await realpath(options.wheelFolder)
  const wheels = createWheels({ folder: wheelFolder, lock, baseUrl: wheelUrl ?? '', wanted })
  const packageOf = Object.fromEntries(
    Object.values(lock.packages).flatMap(({ name, imports }) => imports.map((module) => [module, name])),
  )
  const base = await realpath(await mkdtemp(join(tmpdir(), 'qry-pyodide-')))
  const lockPath = options.lock && join(base, 'lock.json')
  if (lockPath) await writeFile(lockPath, JSON.stringify(options.lock))
  const sessions = new Set<PythonSession>()
  let spare: { readonly wheelCount: number; readonly session: Promise<PythonSession> } | undefined
  let isClosed = false
  let isWanted = false
  let hasAll = false
  let fetching: Promise<void> | undefined
  let failedAtMs = Number.NEGATIVE_INFINITY

  const open = async (atHand: readonly string[]): Promise<PythonSession> => {
    const folder = join(base, randomBytes(12).toString('hex'))
    const [dataDir, outDir, denoDir] = [join(folder, 'data'), join(folder, 'out'), join(folder, 'deno')]
    for (const path of [folder, dataDir, outDir, denoDir]) await mkdir(path)
    const memoryBytes = Math.min(options.limits.memoryBytes, MOST_MEMORY_BYTES)
    const settings = JSON.stringify({
      pyodide: pathToFileURL(join(indexFolder, 'pyodide.mjs')).href,
      indexFolder: `${indexFolder}/`,
      wheelFolder,
      kernelFolder: join(kernelFolder, 'qry_kernel'),
      hostOut: outDir,
      hostData: dataDir,
      ...(lockPath ? { lock: lockPath } : {}),
      wheels: atHand,
      packageOf,
      packages: atHand.flatMap((name) => lock.packages[name]?.imports.slice(0, 1) ?? []),
      preload: ['numpy', 'pandas', 'cloudpickle'],
      environment: { HOME: '/home/cell', TZ: 'UTC', MPLBACKEND: 'agg', MPLCONFIGDIR: '/home/cell/.matplotlib' },
      limits: {
        memory_bytes: memoryBytes,
        processes: options.limits.processes,
        file_bytes: options.limits.fileBytes,
        output_bytes: options.limits.outputBytes,
        displays: options.limits.displays,
        display_bytes: options.limits.displayBytes,
        hot_copies: options.limits.hotCopies,
      },
    })
    const child = spawn(
      deno,
      [
        ...['run', '--quiet', '--no-prompt', '--no-remote', '--no-npm', '--no-config', '--no-lock', '--node-modules-dir=none'],
        `--allow-read=${[indexFolder, kernelFolder, wheelFolder, dataDir, ...(lockPath ? [lockPath] : [])].map(escapeComma).join(',')}`,
        `--allow-write=${escapeComma(outDir)}`,
        `--v8-flags=--wasm-max-mem-pages=${Math.floor(memoryBytes / PAGE_BYTES)}`,
        join(kernelFolder, 'pyodide', 'control.mjs'),
        settings,
      ],
      // NOTE: a DENO_DIR of its own, since storage and caches of a page would otherwise be shared by all sessions.
      { cwd: folder, env: { DENO_DIR: denoDir, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' }, stdio: ['pipe', 'pipe', 'ignore'] },
    )
    try {
      const session = await openKernelSession({
        process: child,
        limits: { ...options.limits, memoryBytes },
        dataDir,
        outDir,
        seenOutDir: '/out',
        seenDataDir: '/data',
        folder,
        writableDirs: [outDir],
      })
      sessions.add(session)
      return session
    } catch (cause) {
      await rm(folder, { recursive: true, force: true })
      throw new EngineRefused('Deno does not start here', { cause })
    }
  }

  /** Takes the session that waits and begins another: loading Python takes seconds. */
  const start = async (): Promise<PythonSession> => {
    for (const one of sessions) if (one.isStopped) sessions.delete(one)
    const atHand = await wheels.atHand()
    const taken = spare
    spare = undefined
    const waiting = await taken?.session.catch(() => undefined)
    const isFit = waiting !== undefined && !waiting.isStopped && taken?.wheelCount === atHand.length
    if (waiting && !isFit) await waiting.stop()
    const session = waiting && isFit ? waiting : await open(atHand)
    if (!isClosed && isWanted) {
      spare = { wheelCount: atHand.length, session: open(atHand) }
      spare.session.catch(() => undefined)
    }
    return session
  }

  /** The first cell fetches packages and has a second session begun behind it. */
  const prepare = (): Promise<void> | undefined => {
    isWanted = true
    if (fetching || !wheelUrl || hasAll || performance.now() - failedAtMs < AGAIN_MS) return fetching
    fetching = wheels
      .fetchAll()
      .then(() => {
        hasAll = true
      })
      .catch(() => {
        // NOTE: without the network cells have the standard library; an import says what is missing.
        failedAtMs = performance.now()
      })
      .finally(() => {
        fetching = undefined
      })
    return fetching
  }

  const version = await pythonVersion(indexFolder)
  return {
    kind: 'pyodide',
    probe: { sandbox: 'deno', version, packages: Object.fromEntries((await wheels.atHand()).map((name) => [name, ''])) },
    start,
    prepare,
    async close() {
      isClosed = true
      await spare?.session.catch(() => undefined)
      await Promise.all([...sessions].map((session) => session.stop()))
      await rm(base, { recursive: true, force: true })
    },
  }
}

/** In Deno's lists of paths a comma ends one. */
const escapeComma = (path: string): string => path.replaceAll(',', ',,')

function findFolder(file: string): string | undefined {
  try {
    return realpathSync(dirname(createRequire(import.meta.url).resolve(file)))
  } catch {
    return undefined
  }
}

/** Deno's program: its package puts it beside itself on installing; where scripts were not allowed it lies in the platform's own package. */
function findDeno(): string | undefined {
  const name = process.platform === 'win32' ? 'deno.exe' : 'deno'
  const platform = `@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`
  return [findFolder('deno/package.json'), findFolder(`${platform}/package.json`)]
    .flatMap((folder) => (folder ? [join(folder, name)] : []))
    .find((path) => existsSync(path))
}

async function pythonVersion(indexFolder: string): Promise<string> {
  const { info } = (await readLock(indexFolder)) as { info?: { python?: unknown } }
  return typeof info?.python === 'string' ? info.python : ''
}
