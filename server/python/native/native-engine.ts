import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, cp, mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EngineRefused, type PythonEngine, type PythonLimits, type PythonSession } from '../engine.ts'
import { copyPlainFile } from '../kept-states.ts'
import { openKernelSession } from '../kernel-session.ts'
import { bubblewrapArguments, cellEnvironment } from './bubblewrap.ts'
import { type FoundPython, findPython, offeredPackages } from './find-python.ts'
import { seccompFilter } from './seccomp.ts'

export type Sandbox = 'bubblewrap' | 'landlock'

export interface NativeEngineOptions {
  readonly limits: PythonLimits
  readonly sandbox: Sandbox
  /** A Python to take instead of looking for one. */
  readonly python?: string | undefined
  /** Imported before the first cell. */
  readonly preload?: readonly string[]
}

const kernelSource = fileURLToPath(new URL('../../../kernel/', import.meta.url))
/** Of uids that no account has (systemd hands this range out to services that run as nobody in particular). */
const FIRST_UID = 61_184
const UIDS = 4_096
let lastUid = Math.floor(Math.random() * UIDS)

const FONTS = `
import matplotlib.font_manager, os, shutil
folder = os.environ['MPLCONFIGDIR']
for name in os.listdir(folder):
    if name.startswith('fontlist'): shutil.copy(os.path.join(folder, name), next(path for path in ('/out', os.path.join(os.path.dirname(os.environ['HOME']), 'out')) if os.path.isdir(path)))
`

/**
 * CPython in a sandbox of the operating system. Not yet tested: the caller lets the escapes loose on it first.
 * Throws `EngineRefused` where something is missing.
 */
export async function createNativeEngine(options: NativeEngineOptions): Promise<PythonEngine> {
  if (process.platform !== 'linux') throw new EngineRefused('the native engine needs Linux')
  const filter = seccompFilter(process.arch)
  if (!filter) throw new EngineRefused(`there is no system call filter for ${process.arch} yet`)
  const found = await findPython(options.python)
  if ('reasons' in found) throw new EngineRefused(`no Python with pandas: ${found.reasons.join('; ')}`)
  // NOTE: not in the data folder, which an ordinary user may not be able to enter.
  const base = await mkdtemp(join(tmpdir(), 'qry-python-'))
  await chmod(base, 0o711)
  const kernelDir = join(base, 'kernel')
  const fontDir = join(base, 'fonts')
  await cp(kernelSource, kernelDir, {
    recursive: true,
    filter: (path) => !/__pycache__|test/.test(path.slice(kernelSource.length)),
  })
  await mkdir(fontDir)
  await allowReading(base)
  const filterPath = join(base, 'seccomp')
  await writeFile(filterPath, filter)
  const sessions = new Set<PythonSession>()

  const start = async (): Promise<PythonSession> => {
    const folder = join(base, randomBytes(12).toString('hex'))
    const [dataDir, outDir, homeDir] = [join(folder, 'data'), join(folder, 'out'), join(folder, 'home')]
    for (const path of [folder, dataDir, outDir, homeDir]) await mkdir(path)
    const user = ordinaryUser()
    if (user) {
      for (const path of [outDir, homeDir]) await chown(path, user.uid, user.gid)
      await chmod(folder, 0o711)
      await chmod(dataDir, 0o755)
    }
    const walls = { python: found, limits: options.limits, kernelDir, fontDir, dataDir, outDir, seccompDescriptor: 3 }
    const isBubblewrap = options.sandbox === 'bubblewrap'
    const seen = isBubblewrap
      ? { out: '/out', data: '/data', fonts: '/fonts', cwd: '/tmp' }
      : { out: outDir, data: dataDir, fonts: fontDir, cwd: homeDir }
    const settings = JSON.stringify({
      ...seen,
      sandbox: options.sandbox,
      limits: kernelLimits(options, user !== undefined),
      preload: options.preload ?? ['numpy', 'pandas'],
      packages: offeredPackages,
      ...(isBubblewrap ? {} : landlockSettings(found, { kernelDir, fontDir, dataDir, outDir, homeDir }, filter)),
    })
    const program = [found.path, '-I', '-X', 'utf8']
    const command = isBubblewrap
      ? ['bwrap', ...bubblewrapArguments(walls), ...program, '/kernel/start.py', settings]
      : [...program, join(kernelDir, 'start.py'), settings]
    const filterFile = await open(filterPath, 'r')
    const child = spawn(isBubblewrap ? '/usr/bin/bwrap' : found.path, command.slice(1), {
      env: isBubblewrap ? {} : cellEnvironment(homeDir),
      cwd: isBubblewrap ? '/' : homeDir,
      stdio: ['pipe', 'pipe', 'ignore', filterFile.fd],
      ...user,
    })
    try {
      const session = await openKernelSession({
        process: child,
        limits: options.limits,
        dataDir,
        outDir,
        seenDataDir: seen.data,
        seenOutDir: seen.out,
        folder,
        writableDirs: isBubblewrap ? [outDir] : [outDir, homeDir],
        endsItself: !isBubblewrap,
      })
      sessions.add(session)
      return session
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw new EngineRefused(`${options.sandbox} does not start here`, { cause: error })
    } finally {
      await filterFile.close()
    }
  }

  /** Has matplotlib look for fonts once, which takes it seconds, and keeps its list for all sessions. */
  const prepare = async (): Promise<void> => {
    if (!('matplotlib' in found.packages)) return
    const session = await start()
    try {
      for await (const _ of session.run({ id: 'fonts', name: 'cell 1', code: FONTS }, async () => ({ error: '' })));
      for (const name of await readdir(session.outDir))
        if (/^fontlist-[\w.-]+\.json$/.test(name))
          await copyPlainFile(join(session.outDir, name), join(fontDir, name), 4 * 2 ** 20)
      await allowReading(fontDir)
    } finally {
      await session.stop()
      sessions.delete(session)
    }
  }
  await prepare().catch(async (cause: unknown) => {
    await rm(base, { recursive: true, force: true })
    throw cause
  })

  return {
    kind: 'native',
    probe: { sandbox: `${options.sandbox} + seccomp`, version: found.version, packages: found.packages },
    start,
    async close() {
      await Promise.all([...sessions].map((session) => session.stop()))
      await rm(base, { recursive: true, force: true })
    },
  }
}

/** A user of the session's own where the server is root; nothing where the server is an ordinary user already. */
function ordinaryUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  lastUid = (lastUid + 1) % UIDS
  return { uid: FIRST_UID + lastUid, gid: FIRST_UID + lastUid }
}

/** Without namespaces processes are counted per user, whose others count, too. */
function kernelLimits({ limits, sandbox }: NativeEngineOptions, hasOwnUser: boolean): Record<string, number> {
  const processes = sandbox === 'bubblewrap' || hasOwnUser ? limits.processes : limits.processes + 4_000
  return {
    memory_bytes: limits.memoryBytes,
    processes,
    file_bytes: limits.fileBytes,
    output_bytes: limits.outputBytes,
    displays: limits.displays,
    display_bytes: limits.displayBytes,
    hot_copies: limits.hotCopies,
  }
}

function landlockSettings(
  { prefixes }: FoundPython,
  folders: { kernelDir: string; fontDir: string; dataDir: string; outDir: string; homeDir: string },
  filter: Buffer,
) {
  const system = [
    '/usr',
    '/bin',
    '/lib',
    '/lib64',
    '/etc/alternatives',
    '/etc/localtime',
    '/etc/matplotlibrc',
    '/etc/ld.so.cache',
  ]
  return {
    readable: [...system, ...prefixes, folders.kernelDir, folders.fontDir, folders.dataDir],
    writable: [folders.outDir, folders.homeDir],
    seccomp: filter.toString('base64'),
  }
}

async function allowReading(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644)
}
