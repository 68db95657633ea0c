import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the commands of this folder share. Runs on Node 20 with nothing installed. */
export const root = fileURLToPath(new URL('..', import.meta.url))

const at = (...names) => join(root, ...names)
const seconds = (startedAt) => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`

export function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

/** Says what happens, does it, and says how long it took. */
export async function step(title, work) {
  const startedAt = performance.now()
  console.log(`${title} …`)
  const result = await work()
  console.log(`${title}: ${seconds(startedAt)}`)
  return result
}

/** Installs what package-lock.json asks for, when that is not there. */
export async function install() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    fail(`QRY needs Node 20 or newer to start; this is ${process.version}. Get a newer one from https://nodejs.org.`)
  const stamp = at('node_modules', '.qry-installed')
  const lock = readFileSync(at('package-lock.json'))
  const wanted = `${createHash('sha256').update(lock).digest('hex')} ${process.platform} ${process.arch}`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  if (!isInstalled(JSON.parse(lock.toString()))) {
    await step('Installing', async () => {
      const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm']
      const [file, ...first] = npm
      const environment = { ...process.env, npm_config_update_notifier: 'false' }
      delete environment.NODE_ENV
      // NOTE: not `npm ci`, which refuses a lock without the other systems' optional packages; this keeps to the lock too, and does not write it.
      const code = await run(
        file,
        [...first, 'install', '--no-save', '--include=dev', '--include=optional', '--no-audit', '--no-fund'],
        {
          env: environment,
        },
      )
      if (code !== 0) fail('Installing failed; the lines above say why. Run it again once that is mended.')
    })
  }
  node24()
  writeFileSync(stamp, wanted)
}

/** Somebody has run npm already: npm's own note of what it installed is what the lock asks for. */
function isInstalled(lock) {
  const note = at('node_modules', '.package-lock.json')
  if (!existsSync(note)) return false
  const present = JSON.parse(readFileSync(note, 'utf8')).packages
  return Object.entries(lock.packages).every(
    ([path, entry]) => path === '' || entry.optional || entry.peer || present[path]?.version === entry.version,
  )
}

/** The Node that came with the packages. */
export function node24() {
  const path = at('node_modules', 'node', 'bin', 'node')
  if (existsSync(path)) return realpathSync(path)
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  return fail(
    'The Node 24 that QRY brings along was not installed: allow install scripts (npm config set ignore-scripts false), delete node_modules, and start again.',
  )
}

/** The environment in which every child finds that Node first. */
export const environment = () => ({
  ...process.env,
  PATH: [dirname(node24()), at('node_modules', '.bin'), process.env.PATH].join(delimiter),
})

/** Runs a program in the project's folder, signals passed on. Resolves with its exit code. */
export function run(file, parameters, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, parameters, { cwd: root, stdio: 'inherit', ...options })
    const forward = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, forward)
    const end = (code) => {
      for (const signal of signals) process.off(signal, forward)
      resolve(code)
    }
    child.once('error', (error) => {
      console.error(error.message)
      end(1)
    })
    child.once('exit', (code, signal) => end(code ?? (signal ? 130 : 1)))
  })
}

/** Runs a TypeScript file on Node 24. It is told to stop when this process is gone. */
export const runTypeScript = (file, parameters, flags = []) =>
  run(node24(), [...flags, file, ...parameters], {
    cwd: process.cwd(),
    env: environment(),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })

export const vite = (...parameters) => [
  at('node_modules', 'vite', 'bin', 'vite.js'),
  'build',
  '--config',
  at('web', 'vite.config.ts'),
  ...parameters,
]

/** Builds the web when its sources are not those of the last build. */
export async function buildWeb() {
  const stamp = at('dist', '.built')
  const wanted = sourcesDigest()
  if (existsSync(stamp) && existsSync(at('dist', 'web')) && readFileSync(stamp, 'utf8') === wanted) return
  await step('Building the web', () => {
    const built = spawnSync(node24(), vite('--logLevel', 'warn'), { cwd: root, env: environment(), encoding: 'utf8' })
    if (built.status !== 0) fail(`${built.stdout}${built.stderr}\nBuilding the web failed; the lines above say why.`)
    mkdirSync(at('dist'), { recursive: true })
    writeFileSync(stamp, wanted)
  })
}

function sourcesDigest() {
  const hash = createHash('sha256').update(readFileSync(at('package-lock.json')))
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) visit(path)
      else if (!/\.test\.tsx?$/.test(entry.name)) {
        const { mtimeMs, size } = statSync(path)
        hash.update(`${path.slice(root.length)} ${mtimeMs} ${size}\n`)
      }
    }
  }
  for (const folder of ['web', 'render', 'contract']) visit(at(folder))
  return hash.digest('hex')
}
