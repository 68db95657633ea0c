import type { ConversationId, TenantId } from '../../contract/id.ts'
import { randomId } from '../../server/basics/random-id.ts'
import type { PastCell, RoomEvent } from '../../server/python/cell-request.ts'
import type { DataAnswer, DataCall } from '../../server/python/engine.ts'
import type { Python } from '../../server/python/python.ts'

export const cellActor = { tenantId: randomId<TenantId>('ten', new Date()) }
let counter = 0

interface RunOptions {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly answer?: (call: DataCall, dataDir: string) => Promise<DataAnswer>
}

/** A conversation that remembers the cells that left something behind, as the turn log does. */
export function rememberCells(python: () => Python) {
  const id = randomId<ConversationId>('cnv', new Date())
  const past: PastCell[] = []
  const run = async (code: string, { signal, answer, ...limits }: RunOptions = {}) => {
    const cell = { id: `cell-${++counter}`, name: `cell ${past.length + 1}`, code }
    const events: RoomEvent[] = []
    const request = { cell: { ...cell, ...limits }, past: [...past], answer: answer ?? (async () => ({ error: 'none' })) }
    for await (const event of python().run(cellActor, id, { ...request, ...(signal ? { signal } : {}) })) events.push(event)
    const done = events.find((event) => event.type === 'done')
    if (done?.type === 'done' && done.stateKept) past.push(cell)
    const shown = events.flatMap((event) => (event.type === 'result' ? [event.data['text/plain']] : []))
    const printed = events.flatMap((event) => (event.type === 'stream' ? [event.text] : [])).join('')
    const error = events.find((event) => event.type === 'error')
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.text] : []))
    return { events, result: shown[0], printed, error: error?.type === 'error' ? error : undefined, notices, done }
  }
  return { id, past, run, rewindTo: (count: number) => past.splice(count) }
}
