import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runTests } from './count-tests.mjs'
import { buildWeb, fail, install, node24, root, run, step } from './steps.mjs'

await install()
await findBrowser()
await findPython()
await buildWeb()
const { sentence, code } = await runTests(process.argv.slice(2))
console.log(sentence)
process.exitCode = code

/** Puts a Chromium's path into CHROMIUM, where the browser tests look; gets one when there is none. */
async function findBrowser() {
  const known = () =>
    process.env.CHROMIUM || onPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) || ofPlaywright()
  if (!known() && process.getuid?.() === 0 && onPath(['apt-get'])) {
    await step('Installing Chromium', async () => {
      const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
      await run('apt-get', ['update', '-qq'], quiet)
      await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'], quiet)
    })
  }
  if (!known())
    await step('Installing Chromium', () =>
      run(node24(), [join(root, 'node_modules', 'playwright-core', 'cli.js'), 'install', 'chromium']),
    )
  const path = known()
  if (path) process.env.CHROMIUM = path
  else if (process.env.CI === 'true')
    fail('No Chromium could be installed, and the browser tests need one: install it, or name one in CHROMIUM.')
  else
    console.log(
      'There is no Chromium and none could be installed: the browser tests are skipped. Name one in CHROMIUM to run them.',
    )
}

/** Gets what the native Python engine needs, where that can be had: a sandbox and Debian's pandas and plotting packages. */
async function findPython() {
  const packages = ['numpy', 'pandas', 'matplotlib', 'sklearn', 'statsmodels', 'plotly', 'altair', 'seaborn', 'cloudpickle']
  const isThere = () => {
    const question = `import importlib.util, sys; sys.exit(not all(map(importlib.util.find_spec, ${JSON.stringify(packages)})))`
    return existsSync('/usr/bin/bwrap') && spawnSync('/usr/bin/python3', ['-I', '-c', question]).status === 0
  }
  if (isThere() || process.getuid?.() !== 0 || !onPath(['apt-get'])) return
  await step('Installing bubblewrap and pandas', async () => {
    const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    const wanted = ['bubblewrap', ...packages.map((name) => `python3-${name}`)]
    await run('apt-get', ['update', '-qq'], quiet)
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], quiet)
  })
}

function onPath(names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin']
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path))
}

function ofPlaywright() {
  const script = "import('playwright-core').then(({ chromium }) => process.stdout.write(chromium.executablePath()))"
  const path = spawnSync(node24(), ['-e', script], { cwd: root, encoding: 'utf8' }).stdout
  return path && existsSync(path) ? path : undefined
}
