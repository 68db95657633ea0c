import type { PythonEngine, PythonLimits } from './engine.ts'
import { createNativeEngine, type Sandbox } from './native/native-engine.ts'
import { createPyodideEngine, type PyodideEngineOptions } from './pyodide/pyodide-engine.ts'
import { selfTest } from './self-test.ts'

export type EngineChoice = 'auto' | 'native' | 'pyodide' | 'off'

/** An engine that passed its self-test, or why there is none: a sentence each. */
export type ChosenEngine =
  | { readonly engine: PythonEngine; readonly reasons: readonly string[] }
  | { readonly reasons: readonly string[] }

/**
 * Tries engines from the best on. One that fails its self-test in a single point is refused; there is never one without a sandbox.
 */
export async function chooseEngine(
  choice: EngineChoice,
  limits: PythonLimits,
  wheels: Pick<PyodideEngineOptions, 'wheelFolder' | 'wheelUrl'>,
): Promise<ChosenEngine> {
  if (choice === 'off') return { reasons: ['PYTHON_ENGINE is off'] }
  const native = (sandbox: Sandbox) => ({ name: `native (${sandbox})`, create: () => createNativeEngine({ limits, sandbox }) })
  const pyodide = { name: 'pyodide', create: () => createPyodideEngine({ limits, ...wheels }) }
  const candidates = [
    ...(choice === 'pyodide' ? [] : [native('bubblewrap'), native('landlock')]),
    ...(choice === 'native' ? [] : [pyodide]),
  ]
  const reasons: string[] = []
  for (const { name, create } of candidates) {
    let engine: PythonEngine | undefined
    try {
      engine = await create()
      const escaped = await selfTest(engine)
      if (escaped.length === 0) return { engine, reasons }
      reasons.push(`${name} failed its self-test: ${escaped.join('; ')}`)
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
    await engine?.close()
  }
  return { reasons }
}
