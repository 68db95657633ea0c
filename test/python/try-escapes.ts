import { chooseEngine, type EngineChoice } from '../../server/python/choose-engine.ts'
import { defaultLimits } from '../../server/python/engine.ts'
import { escapes } from '../../server/python/escapes.ts'
import { createNativeEngine, type Sandbox } from '../../server/python/native/native-engine.ts'
import { tryEscape, withBait } from '../../server/python/self-test.ts'

/**
 * A program: lets every escape loose on an engine, as the user that runs it, and prints what got out as JSON.
 * Its argument is `bubblewrap`, `landlock` or `pyodide`.
 */
const wanted = process.argv[2] ?? 'bubblewrap'
const engine =
  wanted === 'pyodide'
    ? await chosen('pyodide')
    : await createNativeEngine({ limits: defaultLimits, sandbox: wanted as Sandbox, preload: [] })
const out = await withBait(async (bait) => {
  const session = await engine.start()
  const found: string[] = []
  const all = escapes(bait)
  for (const escape of all) {
    const escaped = await tryEscape(session, escape)
    if (escaped) found.push(`${escape.name}: ${escaped}`)
  }
  return { tried: all.length, escaped: found, isAlive: !session.isStopped }
})
await engine.close()
process.stdout.write(JSON.stringify({ uid: process.getuid?.(), ...out }))

async function chosen(choice: EngineChoice) {
  const answer = await chooseEngine(choice, defaultLimits)
  if (!('engine' in answer)) throw new Error(answer.reasons.join('; '))
  return answer.engine
}
