import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, node24, root, run } from './steps.mjs'

/** Runs vitest and counts from its own report. A file that did not load counts as a failure, and so does a run without any test. */
export async function runTests(parameters) {
  const folder = mkdtempSync(join(tmpdir(), 'qry-tests-'))
  const report = join(folder, 'report.json')
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const code = await run(node24(), [vitest, 'run', ...reporters, ...parameters], { env: environment() })
  const found = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined
  rmSync(folder, { recursive: true })
  const passed = found?.numPassedTests ?? 0
  const skipped = (found?.numPendingTests ?? 0) + (found?.numTodoTests ?? 0)
  const unloaded = (found?.testResults ?? []).filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  const counted = (found?.numFailedTests ?? 0) + unloaded
  const failed = counted === 0 && (code !== 0 || passed === 0) ? 1 : counted
  const sentence = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
  return { sentence, passed, failed, code: failed ? code || 1 : 0 }
}
