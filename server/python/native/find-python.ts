import { execFile } from 'node:child_process'
import { access, constants, realpath } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

/** A Python on this machine. `prefixes`: folders that it needs to run. */
export interface FoundPython {
  readonly path: string
  readonly version: string
  readonly prefixes: readonly string[]
  readonly packages: Readonly<Record<string, string>>
}

/** What cells are offered, where it is installed. */
export const offeredPackages = [
  'numpy',
  'pandas',
  'matplotlib',
  'seaborn',
  'plotly',
  'altair',
  'sklearn',
  'statsmodels',
  'scipy',
  'cloudpickle',
]

const QUESTION = `
import importlib.util, json, sys
def version(name):
    try:
        import importlib.metadata as metadata
        return metadata.version({'sklearn': 'scikit-learn'}.get(name, name))
    except Exception:
        return ''
names = sys.argv[1].split(',')
there = {name: version(name) for name in names if importlib.util.find_spec(name)}
print(json.dumps({'version': sys.version.split()[0], 'prefixes': sorted({sys.prefix, sys.base_prefix, sys.exec_prefix}), 'packages': there, 'executable': sys.executable}))
`

/** The Pythons to try: one that is named, else the first of each name on the path and in the usual folders. */
async function candidates(named: string | undefined): Promise<string[]> {
  if (named) return [named]
  const folders = ['/usr/bin', '/usr/local/bin', '/opt/venv/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  const found = new Set<string>()
  for (const folder of folders)
    for (const name of ['python3', 'python']) {
      const path = join(folder, name)
      const isThere = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
      if (isThere) found.add(await realpath(path).catch(() => path))
    }
  return [...found]
}

/** The first Python of at least 3.10 that has numpy and pandas; where none has, why each was passed over. */
export async function findPython(named?: string): Promise<FoundPython | { readonly reasons: readonly string[] }> {
  const reasons: string[] = []
  for (const path of await candidates(named)) {
    try {
      const { stdout } = await promisify(execFile)(path, ['-I', '-c', QUESTION, offeredPackages.join(',')], {
        env: {},
        timeout: 20_000,
      })
      const { version, prefixes, packages } = JSON.parse(stdout) as Omit<FoundPython, 'path'>
      if (!/^3\.(1\d|[2-9]\d)/.test(version)) reasons.push(`${path} is Python ${version}, older than 3.10`)
      else if (!('numpy' in packages && 'pandas' in packages)) reasons.push(`${path} has no pandas`)
      else return { path, version, prefixes, packages }
    } catch {
      reasons.push(`${path} did not run`)
    }
  }
  return { reasons: reasons.length > 0 ? reasons : ['there is no Python'] }
}
