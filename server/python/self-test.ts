import { randomBytes } from 'node:crypto'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PythonEngine, PythonSession } from './engine.ts'
import { type Bait, type Escape, escapes } from './escapes.ts'

/** Lays out what escapes are aimed at, lets the work try them, and clears away. */
export async function withBait<Outcome>(work: (bait: Bait) => Promise<Outcome>): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-bait-'))
  const bait = join(folder, 'bait.txt')
  const text = randomBytes(16).toString('hex')
  await writeFile(bait, text, { mode: 0o644 })
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.on('error', () => undefined).end('HTTP/1.0 200 OK\r\n\r\nreached')
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  try {
    const outcome = await work({ path: bait, text, port: (server.address() as AddressInfo).port, serverPid: process.pid })
    const isWritten = await access(`${bait}.written`).then(
      () => true,
      () => false,
    )
    if (isWritten) throw new Error('A cell wrote a file of the host.')
    if (connections > 0) throw new Error('A cell connected to the host.')
    return outcome
  } finally {
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
    await rm(folder, { recursive: true, force: true })
  }
}

/** Whether an attempt got out: what it printed after ESCAPED. */
async function tryEscape(session: PythonSession, { name, code }: Escape): Promise<string | undefined> {
  let printed = ''
  const cell = { id: `escape ${name}`, name: 'cell 1', code, timeoutMs: 20_000 }
  for await (const event of session.run(cell, async () => ({ error: 'There is no data here.' })))
    if (event.type === 'stream') printed += event.text
  const place = printed.indexOf('ESCAPED')
  return place < 0 ? undefined : printed.slice(place, place + 200)
}

/** Tries them one by one; a session that one of them ended is replaced. Answers what got out, by name. */
export async function tryEscapes(engine: PythonEngine, escapes: readonly Escape[]): Promise<string[]> {
  let session = await engine.start()
  const out: string[] = []
  const replaceStopped = async () => {
    if (!session.isStopped) return
    await session.stop()
    session = await engine.start()
  }
  try {
    for (const escape of escapes) {
      if (escape.isImitatedInWasm && engine.kind === 'pyodide') continue
      await replaceStopped()
      const escaped = await tryEscape(session, escape)
      if (escaped) out.push(`${escape.name} (${escaped})`)
    }
    await replaceStopped()
    if (!(await canCount(session))) out.push('a sum came out wrong')
    return out
  } finally {
    await session.stop()
  }
}

async function canCount(session: PythonSession): Promise<boolean> {
  let sum: unknown
  for await (const event of session.run({ id: 'sum', name: 'cell 1', code: '6 * 7' }, async () => ({ error: '' })))
    if (event.type === 'result') sum = event.data['text/plain']
  return sum === '42'
}

/** Lets the essential escapes loose on an engine, and has it count. Answers what got out or went wrong. */
export function selfTest(engine: PythonEngine): Promise<string[]> {
  return withBait((bait) =>
    tryEscapes(
      engine,
      escapes(bait).filter(({ isEssential }) => isEssential),
    ),
  )
}
