import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import type { PythonLimits } from '../engine.ts'
import type { FoundPython } from './find-python.ts'

export interface Walls {
  readonly python: FoundPython
  readonly limits: PythonLimits
  readonly kernelDir: string
  readonly fontDir: string
  readonly dataDir: string
  readonly outDir: string
  readonly seccompDescriptor: number
}

/** Of /etc, what libraries look up: which BLAS is chosen, the time zone, matplotlib's own settings, fonts. */
const readable = ['/etc/alternatives', '/etc/localtime', '/etc/matplotlibrc', '/etc/fonts']

/**
 * The command line of bubblewrap: namespaces of its own for everything, no capability, an empty environment, the system read-only, and memory file
 * systems of a fixed size. NOTE: bubblewrap's own process keeps the environment that it is started with where its child can read it: start it with none.
 */
export function bubblewrapArguments({ python, limits, kernelDir, fontDir, dataDir, outDir, seccompDescriptor }: Walls): string[] {
  const system = ['/bin', '/sbin', '/lib', '/lib32', '/lib64'].flatMap((path) => {
    if (!existsSync(path)) return []
    return lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path]
  })
  const prefixes = python.prefixes.filter((prefix) => prefix !== '/' && prefix !== '/usr' && !prefix.startsWith('/usr/'))
  return [
    ...['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session', '--clearenv'],
    ...['--cap-drop', 'ALL', '--hostname', 'cell'],
    ...['--ro-bind', '/usr', '/usr', ...system],
    ...prefixes.flatMap((prefix) => ['--ro-bind', prefix, prefix]),
    ...readable.flatMap((path) => ['--ro-bind-try', path, path]),
    ...[
      '--ro-bind',
      kernelDir,
      '/kernel',
      '--ro-bind',
      fontDir,
      '/fonts',
      '--ro-bind',
      dataDir,
      '/data',
      '--bind',
      outDir,
      '/out',
    ],
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--size', String(limits.sharedMemoryBytes), '--tmpfs', '/dev/shm'],
    ...['--size', String(limits.tmpBytes), '--tmpfs', '/tmp'],
    ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/tmp'],
    ...Object.entries(cellEnvironment('/tmp')).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--seccomp', String(seccompDescriptor), '--'],
  ]
}

/** All that cells find in their environment. One thread for numeric libraries: a forked process has no other, and theirs would be waited for. */
export const cellEnvironment = (home: string): Record<string, string> => ({
  PATH: '/usr/bin:/bin',
  HOME: home,
  TMPDIR: home,
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  MPLBACKEND: 'agg',
  MPLCONFIGDIR: `${home}/.matplotlib`,
  PYTHONHASHSEED: '0',
  PYTHONDONTWRITEBYTECODE: '1',
  ...Object.fromEntries(['OMP', 'OPENBLAS', 'MKL', 'NUMEXPR', 'VECLIB_MAXIMUM'].map((name) => [`${name}_NUM_THREADS`, '1'])),
})
