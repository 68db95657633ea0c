import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits } from '../../server/python/engine.ts'
import { escapes } from '../../server/python/escapes.ts'
import { createNativeEngine, type Sandbox } from '../../server/python/native/native-engine.ts'
import { createPyodideEngine } from '../../server/python/pyodide/pyodide-engine.ts'
import { tryEscapes, withBait } from '../../server/python/self-test.ts'

/**
 * A program: lets every escape loose on an engine, as the user that runs it, and prints what got out as JSON.
 * Its argument is `bubblewrap`, `landlock` or `pyodide`.
 */
const wanted = process.argv[2] ?? 'bubblewrap'
const engine =
  wanted === 'pyodide'
    ? await createPyodideEngine({ limits: defaultLimits, wheelFolder: await mkdtemp(join(tmpdir(), 'qry-wheels-')) })
    : await createNativeEngine({ limits: defaultLimits, sandbox: wanted as Sandbox, preload: [] })
const out = await withBait(async (bait) => {
  const all = escapes(bait)
  return { tried: all.length, escaped: await tryEscapes(engine, all) }
})
await engine.close()
process.stdout.write(JSON.stringify({ uid: process.getuid?.(), ...out }))
