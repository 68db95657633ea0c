import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runTests } from './count-tests.mjs'
import { buildWeb, environment, fail, install, node24, root } from './steps.mjs'

await install()
await buildWeb()
const program = (...names) => join(root, 'node_modules', ...names)
const zones = ['contract', 'render', 'server', 'web', 'test']

/** Each gate ends with a sentence on what it looked at, or fails: one that looked at nothing fails too. */
const gates = {
  format: () => ran([program('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings'], /Checked ([1-9]\d*) files?/),
  lint: () => ran([program('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings'], /on ([1-9]\d*) files?/),
  types: () => {
    const problem = ran([program('typescript', 'bin', 'tsc'), '-b'])
    const absent = zones.filter((zone) => !existsSync(join(root, '.cache', 'types', `${zone}.tsbuildinfo`)))
    return problem ?? (absent.length ? `nothing was compiled in ${absent.join(', ')}` : undefined)
  },
  unused: () => ran([program('knip', 'bin', 'knip.js'), '--no-progress']),
  tests: async () => {
    const { sentence, code } = await runTests(['contract', 'render', 'server', 'web', 'bin', 'evals', 'test/house.test.ts'])
    return code ? sentence : undefined
  },
}

function ran(parameters, proof) {
  const { status, stdout, stderr } = spawnSync(node24(), parameters, {
    cwd: root,
    env: environment(),
    encoding: 'utf8',
    maxBuffer: 1e9,
  })
  const output = `${stdout}${stderr}`
  if (status !== 0) return `${output}ended with ${status}`
  if (proof && !proof.test(output)) return `${output}it checked nothing`
  return undefined
}

/** `npm run check -- format types` runs these gates only. */
const wanted = process.argv.slice(2)
for (const name of wanted) if (!(name in gates)) fail(`There is no gate “${name}”. There are: ${Object.keys(gates).join(', ')}.`)
let isGood = true
for (const [name, gate] of Object.entries(gates)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const startedAt = performance.now()
  const problem = await gate()
  if (problem) console.log(problem)
  console.log(`${problem ? 'FAILED' : 'ok    '} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
  isGood &&= !problem
}
process.exit(isGood ? 0 : 1)
