import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Column } from '../../../contract/column.ts'
import { encodeColumnar } from '../../../render/encode-columnar.ts'
import { rememberCells } from '../../../test/python/remembered-cells.ts'
import { smallWheel } from '../../../test/python/small-wheel.ts'
import { defaultLimits, type PythonSession } from '../engine.ts'
import { createPython, type Python } from '../python.ts'
import { createPyodideEngine } from './pyodide-engine.ts'
import { readLock } from './wheels.ts'

const log = { info: () => undefined, warn: () => undefined }

describe('Pyodide in a process of Deno', { timeout: 240_000 }, () => {
  let folder: string
  let python: Python
  const open = () =>
    createPython({ choice: 'pyodide', dataDir: folder, log, limits: { cellTimeoutMs: 60_000, interruptGraceMs: 500 } })
  const conversation = () => rememberCells(() => python)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qry-pyodide-test-'))
    python = open()
  })
  afterAll(async () => {
    await python.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('passes its self-test and says what it is', async () => {
    const { run } = conversation()
    expect((await run('6 * 7')).result).toBe('42')
    expect(python.status()).toMatchObject({ engine: 'pyodide', sandbox: 'deno', reasons: [] })
    expect(python.status().version).toMatch(/^3\.\d+/)
  })

  test('jumps between cells in any order, and after the server has been restarted', async () => {
    const talk = conversation()
    for (let cell = 1; cell <= 4; cell++) await talk.run(`seen = ${cell === 1 ? '[]' : 'seen'} + [${cell}]`)
    const all = [...talk.past]
    const goTo = async (count: number) => {
      talk.past.splice(0, talk.past.length, ...all.slice(0, count))
      expect((await talk.run('len(seen), seen[-1]')).result).toBe(`(${count}, ${count})`)
      talk.past.pop()
    }
    for (const count of [4, 2]) await goTo(count)
    await python.close()
    python = open()
    await goTo(4)
    talk.past.splice(0)
    expect((await talk.run('seen')).error?.message).toBe("name 'seen' is not defined")
  })

  test('rows come in as records, a list of records goes out as a table', async () => {
    const { run } = conversation()
    const columns: Column[] = [
      { name: 'day', type: 'date' },
      { name: 'amount', type: 'integer' },
    ]
    const file = 'rows.bin'
    const { events, error } = await run(
      'rows = qry.sql("SELECT 1")\n[{**row, "double": row["amount"] * 2} for row in rows if row["amount"]]',
      {
        answer: async (_, dataDir) => {
          const values = [
            ['2026-01-02', '2026-01-03'],
            [5, null],
          ]
          await writeFile(join(dataDir, file), encodeColumnar(columns, values))
          return { file }
        },
      },
    )
    expect(error).toBeUndefined()
    expect(events.find((event) => event.type === 'table')).toMatchObject({ truncated: false })
    const refused = await run('qry.sql("DROP TABLE t")', { answer: async () => ({ error: 'Only one reading statement.' }) })
    expect(refused.error).toMatchObject({ name: 'QueryError', message: 'Only one reading statement.' })
  })

  test('an import of what is not there says what there is', async () => {
    const { error } = await conversation().run('import torch')
    expect(error).toMatchObject({ kind: 'missing-package' })
    expect(error?.message).toMatch(/^torch is not installed here/)
  })

  describe('limits: the conversation goes on with its state as before the cell', () => {
    const talk = conversation()
    const survives = async () => expect((await talk.run('kept')).result).toBe("'safe'")
    beforeAll(async () => {
      await talk.run('kept = "safe"')
    })

    test('a memory bomb', async () => {
      const other = conversation()
      await other.run('kept = "safe"')
      const { error } = await other.run('hoard = []\nwhile True: hoard.append(bytearray(50 * 2**20))')
      expect(error?.kind).toBe('memory')
      expect((await other.run('hoard = None\nkept')).result).toBe("'safe'")
    })

    test('a memory bomb of JavaScript', async () => {
      const code =
        'kept = "lost"\nfrom pyodide.code import run_js\nrun_js("globalThis.hoard = []")\nwhile True: run_js("hoard.push(new Uint8Array(5e7).fill(1)), 0")'
      expect((await talk.run(code)).error).toBeDefined()
      await survives()
    })

    test('endless printing', async () => {
      const { printed, error } = await talk.run('while True: print("x" * 1000)', { timeoutMs: 1_500 })
      expect(error?.kind).toBe('timeout')
      expect(printed.length).toBeLessThanOrEqual(2 ** 20)
      await survives()
    })

    test('an endless loop, also one that does not listen', async () => {
      expect((await talk.run('while True: pass', { timeoutMs: 500 })).error?.message).toMatch(/^The cell was stopped after 1 s/)
      await survives()
      const { error, done } = await talk.run('kept = "lost"\nsum(range(10**11))', { timeoutMs: 500 })
      expect(error?.message).toContain('The state is as before this cell.')
      expect(done).toMatchObject({ ok: false, stateKept: false })
      await survives()
    })

    test('a stop by a person, also while a cell waits for rows', async () => {
      const stop = new AbortController()
      const answer = () => new Promise<never>(() => setTimeout(() => stop.abort(), 100))
      const { error } = await talk.run('qry.sql("SELECT 1")', { signal: stop.signal, answer })
      expect(error?.kind).toBe('interrupted')
      await survives()
    })

    test('programs, an early exit, and a thread that is made to lie', async () => {
      expect((await talk.run('import os\nos.system("id")')).error?.name).toBe('OSError')
      expect((await talk.run('import sys\nsys.exit()')).error?.name).toBe('SystemExit')
      await survives()
      const lie =
        'kept = "lost"\nimport js\njs.postMessage(js.JSON.parse(\'{"t": "display", "data": "not a bundle"}\'))\nimport time\ntime.sleep(5)'
      expect((await talk.run(lie)).error?.kind).toBe('crashed')
      await survives()
    })
  })
})

describe('packages for Pyodide', { timeout: 240_000 }, () => {
  const wheel = smallWheel('tiny', '1.0', 'def answer():\n    return 42\n')
  const entry = (sha256: string) => ({
    name: 'tiny',
    version: '1.0',
    file_name: 'tiny-1.0-py3-none-any.whl',
    install_dir: 'site',
    package_type: 'package',
    sha256,
    depends: [],
    imports: ['tiny'],
  })
  let server: Server
  let url: string
  let requests = 0
  let folder: string
  let body: Buffer

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qry-wheels-test-'))
    server = createServer((_, response) => {
      requests++
      response.end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  afterAll(async () => {
    server.close()
    await rm(folder, { recursive: true, force: true })
  })

  const answerIn = async (session: PythonSession) => {
    const told: unknown[] = []
    for await (const event of session.run({ id: 'c', name: 'cell 1', code: 'import tiny\ntiny.answer()' }, async () => ({
      error: '',
    })))
      if (event.type === 'result') told.push(event.data['text/plain'])
      else if (event.type === 'error') told.push(event.name)
    await session.stop()
    return told
  }

  test('are fetched once, checked against their digest, and read without a network', async () => {
    const digest = createHash('sha256').update(wheel).digest('hex')
    const own = await readLock(join(createRequire(import.meta.url).resolve('pyodide/pyodide.mjs'), '..'))
    const options = {
      limits: defaultLimits,
      wheelFolder: folder,
      wheelUrl: url,
      wanted: ['tiny'],
      lock: { ...own, packages: { ...own.packages, tiny: entry(digest) } },
    }
    const engine = await createPyodideEngine(options)
    try {
      body = Buffer.from('something else')
      await engine.prepare?.()
      expect(await answerIn(await engine.start())).toEqual(['ModuleNotFoundError'])
      expect(requests).toBe(1)
    } finally {
      await engine.close()
    }
    body = wheel
    const again = await createPyodideEngine(options)
    try {
      await again.prepare?.()
      await again.prepare?.()
      expect(await answerIn(await again.start())).toEqual(['42'])
      expect(requests).toBe(2)
    } finally {
      await again.close()
    }
  })
})
