import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Column } from '../contract/column.ts'
import { encodeColumnar } from '../render/encode-columnar.ts'
import { chooseEngine } from '../server/python/choose-engine.ts'
import { defaultLimits, type PythonSession } from '../server/python/engine.ts'

export interface PythonTimes {
  readonly startMs: number
  readonly cellMs: number
  readonly checkpointMs: number
  readonly restoreMs: number
  readonly saveMs: number
  readonly rowsInMs: number
  readonly rowsOutMs: number
  /** A plain ipykernel on the same machine, with pandas imported; absent where it is not installed. */
  readonly ipykernel?: { readonly startMs: number; readonly cellMs: number }
}

const ROWS = 1_000_000
const IPYKERNEL = `
import sys, time, json
from jupyter_client import KernelManager
began = time.time()
manager = KernelManager()
manager.start_kernel()
client = manager.client(); client.start_channels(); client.wait_for_ready(timeout=60)
client.execute_interactive("import pandas", timeout=60)
start = time.time() - began
times = []
for _ in range(50):
    began = time.time(); client.execute_interactive("1+1", timeout=10, output_hook=lambda _: None); times.append(time.time() - began)
print(json.dumps({"startMs": start * 1000, "cellMs": sorted(times)[25] * 1000}))
client.stop_channels(); manager.shutdown_kernel(now=True)
`

/** Python cells in the native engine: the median of several runs where one is short. */
export async function measurePythonCells(): Promise<PythonTimes> {
  const chosen = await chooseEngine('native', defaultLimits, { wheelFolder: tmpdir() })
  if (!('engine' in chosen)) throw new Error(chosen.reasons.join('; '))
  const { engine } = chosen
  try {
    const starts: number[] = []
    for (let count = 0; count < 3; count++) {
      const began = performance.now()
      const session = await engine.start()
      starts.push(performance.now() - began)
      await session.stop()
    }
    const session = await engine.start()
    let cells = 0
    const run = async (code: string, file = ''): Promise<number> => {
      const began = performance.now()
      const answer = async () => ({ file })
      let took = 0
      for await (const event of session.run({ id: `c${++cells}`, name: 'cell', code }, answer)) {
        if (event.type === 'error') throw new Error(event.message)
        took = performance.now() - began
      }
      return took
    }
    const short = await many(50, () => run('1+1'))
    await run('import numpy, pandas\nframe = pandas.DataFrame(numpy.random.rand(2_600_000, 10))')
    const held = `c${cells}`
    const checkpoint = await many(5, () => settled(session, () => run('frame.iloc[0, 0]')))
    const restores: number[] = []
    for (let count = 0; count < 5; count++) {
      const began = performance.now()
      if (!(await session.restore(held))) throw new Error('the copy is gone')
      restores.push(performance.now() - began)
    }
    const saveBegan = performance.now()
    await session.save(held, 'bench.state')
    const saveMs = performance.now() - saveBegan
    await run('del frame')
    await writeFile(join(session.dataDir, 'rows.table'), encodeRows())
    const rowsInMs = await run('rows = load("rows")', 'rows.table')
    const rowsOutMs = await run('rows')
    await session.stop()
    const other = await measureIpykernel()
    return {
      startMs: median(starts),
      cellMs: short,
      checkpointMs: checkpoint,
      restoreMs: median(restores),
      saveMs,
      rowsInMs,
      rowsOutMs,
      ...(other ? { ipykernel: other } : {}),
    }
  } finally {
    await engine.close()
  }
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0

async function many(count: number, work: () => Promise<number>): Promise<number> {
  const times: number[] = []
  for (let turn = 0; turn < count; turn++) times.push(await work())
  return median(times)
}

/** How long it takes after a cell until the next thing can be asked: the copy is made in between. */
async function settled(session: PythonSession, work: () => Promise<number>): Promise<number> {
  await work()
  const began = performance.now()
  await session.variables()
  return performance.now() - began
}

function encodeRows(): Uint8Array {
  const columns: Column[] = [
    ...['a', 'b'].map((name) => ({ name, type: 'integer' as const })),
    ...['c', 'd'].map((name) => ({ name, type: 'number' as const })),
    { name: 'e', type: 'date' },
    { name: 'f', type: 'boolean' },
    ...['g', 'h'].map((name) => ({ name, type: 'text' as const })),
  ]
  const day = (row: number): string => new Date(Date.UTC(2024, 0, 1 + (row % 700))).toISOString().slice(0, 10)
  const cell = [
    (row: number) => row,
    (row: number) => (row * 7919) % 1000,
    (row: number) => row / 7,
    (row: number) => (row % 5 === 0 ? null : row * 0.25),
    day,
    (row: number) => row % 3 === 0,
    (row: number) => `region ${row % 12}`,
    (row: number) => `customer ${(row * 7919) % 90_000}`,
  ]
  return encodeColumnar(
    columns,
    cell.map((make) => Array.from({ length: ROWS }, (_, row) => make(row))),
  )
}

async function measureIpykernel(): Promise<{ startMs: number; cellMs: number } | undefined> {
  const child = spawn('/usr/bin/python3', ['-c', IPYKERNEL], { stdio: ['ignore', 'pipe', 'ignore'] })
  let line = ''
  createInterface(child.stdout).on('line', (text) => {
    line = text.startsWith('{') ? text : line
  })
  await once(child, 'close')
  return line === '' ? undefined : (JSON.parse(line) as { startMs: number; cellMs: number })
}
