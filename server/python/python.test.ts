import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reasonToSkipNative } from '../../test/python/engine-here.ts'
import { cellActor, rememberCells } from '../../test/python/remembered-cells.ts'
import { createPython, type Python, type PythonOptions } from './python.ts'

const skip = await reasonToSkipNative()
if (skip) console.log(`The Python room is not tested: ${skip}.`)
const actor = cellActor
const log = { info: () => undefined, warn: () => undefined }

describe.skipIf(skip !== undefined)('the Python room', () => {
  let folder: string
  let python: Python

  const open = (more: Partial<PythonOptions> = {}): Python =>
    createPython({ choice: 'native', dataDir: folder, log, limits: { cellTimeoutMs: 20_000, interruptGraceMs: 1_000 }, ...more })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qry-python-test-'))
    python = open()
  })
  afterAll(async () => {
    await python.close()
    await rm(folder, { recursive: true, force: true })
  })

  const conversation = () => rememberCells(() => python)

  test('ten cells, and jumps between them in any order, by copy, by file and by running again', {
    timeout: 120_000,
  }, async () => {
    const talk = conversation()
    for (let cell = 1; cell <= 10; cell++)
      await talk.run(`seen = ${cell === 1 ? '[]' : 'seen'} + [${cell}]\nframe = __import__("pandas").DataFrame({"n": seen})`)
    const all = [...talk.past]
    const goTo = async (count: number) => {
      talk.past.splice(0, talk.past.length, ...all.slice(0, count))
      const { result } = await talk.run('len(seen), seen[-1], int(frame.n.sum())')
      talk.past.pop()
      expect(result).toBe(`(${count}, ${count}, ${(count * (count + 1)) / 2})`)
    }
    for (const count of [10, 4, 9, 1, 7, 2]) await goTo(count)
    await python.close()
    python = open()
    for (const count of [5, 10, 1, 8]) await goTo(count)
    talk.past.splice(0)
    expect((await talk.run('seen')).error?.message).toBe("name 'seen' is not defined")
  })

  test('a cell that is replaced in the middle has the later ones run again on top of it', async () => {
    const talk = conversation()
    await talk.run('a = 1')
    await talk.run('b = a * 10')
    const [, second] = talk.past
    talk.rewindTo(0)
    await talk.run('a = 2')
    if (second) talk.past.push(second)
    const { result, notices } = await talk.run('b')
    expect(result).toBe('20')
    expect(notices).toEqual(['One earlier cell was run again to bring the state back.'])
  })

  test('what cannot be saved is named once it is gone', async () => {
    const talk = conversation()
    await talk.run('import sqlite3\ncon = sqlite3.connect(":memory:")\nkept = 1')
    await talk.run('gen = (x for x in [1])')
    await python.close()
    python = open()
    const { result, notices } = await talk.run('kept')
    expect(result).toBe('1')
    expect(notices.at(-1)).toBe('Could not be saved and are gone: con, gen.')
  })

  test('a restart forgets every name, also after the server has been restarted', async () => {
    const talk = conversation()
    await talk.run('x = 1')
    await python.restart(actor, talk.id, talk.past)
    expect((await talk.run('x')).error?.name).toBe('NameError')
    expect((await talk.run('y = 2\ny')).result).toBe('2')
    await python.close()
    python = open()
    expect((await talk.run('y')).result).toBe('2')
    expect((await talk.run('x')).error?.name).toBe('NameError')
  })

  describe('limits: the conversation goes on with its state as before the cell', () => {
    const talk = conversation()
    const survives = async () => expect((await talk.run('kept')).result).toBe("'safe'")
    beforeAll(async () => {
      await talk.run('kept = "safe"')
    })

    test('a memory bomb', async () => {
      const { error } = await talk.run('hoard = []\nwhile True: hoard.append(bytearray(50 * 2**20))')
      expect(error?.kind).toBe('memory')
      await talk.run('del hoard')
      await survives()
    })

    test('a memory bomb of many processes', { timeout: 60_000 }, async () => {
      const { error } = await talk.run(
        `kept = "lost"
import os, time
for _ in range(8):
    if os.fork() == 0:
        block = bytearray(600 * 2**20)
        for place in range(0, len(block), 4096): block[place] = 1
        time.sleep(30)
time.sleep(30)`,
      )
      expect(error?.message).toBe('The limit of 2 GiB memory was reached. The state is as before this cell.')
      await survives()
    })

    test('a fork bomb', { timeout: 60_000 }, async () => {
      const { error } = await talk.run('import os\nwhile True: os.fork()')
      expect(error).toBeDefined()
      await survives()
    })

    test('endless printing', async () => {
      const { printed, error } = await talk.run('while True: print("x" * 1000)', { timeoutMs: 1_500 })
      expect(error?.kind).toBe('timeout')
      expect(printed.length).toBeLessThanOrEqual(2 ** 20)
      await survives()
    })

    test('an endless loop, also one that ignores the interrupt', { timeout: 60_000 }, async () => {
      expect((await talk.run('while True: pass', { timeoutMs: 500 })).error?.message).toMatch(/^The cell was stopped after 1 s/)
      const stubborn = 'kept = "lost"\nimport signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass'
      const { error, done } = await talk.run(stubborn, { timeoutMs: 500 })
      expect(error?.message).toContain('The state is as before this cell.')
      expect(done).toMatchObject({ ok: false, stateKept: false })
      await survives()
    })

    test('a file of two gigabytes', async () => {
      const { error } = await talk.run(
        'file = open("/out/big", "wb", buffering=0)\nblock = bytes(64 * 2**20)\nwhile file.tell() < 2 * 2**30: file.write(block)',
      )
      expect(error?.message).toContain('File too large')
      await survives()
    })

    test('a segmentation fault and an early exit', async () => {
      expect((await talk.run('kept = "lost"\nimport ctypes\nctypes.string_at(0)')).error?.kind).toBe('crashed')
      await survives()
      expect((await talk.run('kept = "lost"\nimport os\nos._exit(0)')).error?.kind).toBe('crashed')
      await survives()
      expect((await talk.run('import sys\nsys.exit()')).error?.name).toBe('SystemExit')
      await survives()
    })

    test('a stop by a person', async () => {
      const stop = new AbortController()
      setTimeout(() => stop.abort(), 300)
      const { error } = await talk.run('import time\ntime.sleep(60)', { signal: stop.signal })
      expect(error?.kind).toBe('interrupted')
      await survives()
    })

    test('a kernel that is made to lie ends its own session only', async () => {
      const other = conversation()
      await other.run('x = 1')
      const { error } = await other.run(
        `import gc
for thing in gc.get_objects():
    if type(thing).__name__ == "Channel":
        thing.send({"t": "display", "data": "not a bundle"})`,
      )
      expect(error?.kind).toBe('crashed')
      expect((await other.run('x')).result).toBe('1')
      await survives()
    })
  })

  test('more conversations than sessions take turns', { timeout: 60_000 }, async () => {
    const own = python
    python = open({ maxSessions: 2 })
    const talks = Array.from({ length: 4 }, () => conversation())
    const results = await Promise.all(talks.map((talk, place) => talk.run(`x = ${place}\nx`)))
    expect(results.map(({ result }) => result)).toEqual(['0', '1', '2', '3'])
    expect((await talks[0]?.run('x + 10'))?.result).toBe('10')
    await python.close()
    python = own
  })

  test('there is no engine without a sandbox, and it is said why', async () => {
    const none = createPython({ choice: 'off', dataDir: folder, log })
    await expect(
      none
        .run(actor, conversation().id, {
          cell: { id: 'a', name: 'cell 1', code: '1' },
          past: [],
          answer: async () => ({ error: '' }),
        })
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toThrow('Python cells are not available on this server: PYTHON_ENGINE is off.')
    await none.close()
  })
})
