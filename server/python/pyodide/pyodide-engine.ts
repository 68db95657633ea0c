import type { PythonEngine, PythonLimits } from '../engine.ts'

export async function createPyodideEngine(_options: { readonly limits: PythonLimits }): Promise<PythonEngine> {
  throw new Error('not there yet')
}
