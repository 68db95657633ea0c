import { z } from 'zod'
import { CellErrorKind, MimeBundle, Variable } from './engine.ts'

const id = z.string().max(200)
const counted = z.number().nonnegative()

/** A line that a kernel says. Anything else is a broken kernel. */
export const KernelEvent = z.discriminatedUnion('t', [
  z.object({ t: z.literal('ready'), python: z.string().max(50), packages: z.record(z.string().max(100), z.string().max(100)) }),
  z.object({
    t: z.literal('stream'),
    id,
    name: z.enum(['stdout', 'stderr']),
    text: z.string(),
    truncated: z.literal(true).optional(),
  }),
  z.object({ t: z.enum(['display', 'result']), id, data: MimeBundle }),
  z.object({
    t: z.literal('error'),
    id,
    kind: CellErrorKind,
    ename: z.string().max(200),
    evalue: z.string().max(4_000),
    traceback: z.string().max(40_000),
    line: z.number().int().positive().optional(),
  }),
  z.object({ t: z.literal('died'), id, reason: z.string().max(50), signal: z.string().max(20), restoredTo: id }),
  z.object({ t: z.literal('done'), id, ok: z.boolean(), stateKept: z.boolean(), ms: counted, peakMb: counted.optional() }),
  z.object({ t: z.literal('frozen'), id, hot: z.boolean(), ms: counted }),
  z.object({ t: z.literal('call'), id, call: z.number().int(), name: z.enum(['sql', 'load']), text: z.string().max(100_000) }),
  z.object({ t: z.literal('restored'), id, ok: z.boolean(), ms: counted }),
  z.object({ t: z.literal('saved'), id, ok: z.boolean(), notSaved: z.array(z.string().max(500)).max(10_000) }),
  z.object({ t: z.literal('loaded'), ok: z.boolean(), lost: z.array(z.string().max(500)).max(10_000) }),
  z.object({ t: z.literal('variables'), variables: z.array(Variable).max(500) }),
  z.object({ t: z.literal('lost') }),
])
export type KernelEvent = z.infer<typeof KernelEvent>

/** A message of a session may hold ten megabytes of one MIME type and a few of another. */
const MAX_LINE = 80 * 2 ** 20

/** Takes lines out of chunks as they come. Throws a RangeError for a line that is too long or no event. */
export class KernelLines {
  #parts: Buffer[] = []
  #length = 0

  take(chunk: Buffer): KernelEvent[] {
    const events: KernelEvent[] = []
    let rest = chunk
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      this.#parts.push(rest.subarray(0, end))
      rest = rest.subarray(end + 1)
      const line = Buffer.concat(this.#parts).toString('utf8')
      this.#parts = []
      this.#length = 0
      events.push(parseEvent(line))
    }
    this.#length += rest.length
    if (this.#length > MAX_LINE) throw new RangeError('The kernel said a line that is too long.')
    if (rest.length > 0) this.#parts.push(rest)
    return events
  }
}

function parseEvent(line: string): KernelEvent {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    throw new RangeError('The kernel said something that is not JSON.')
  }
  const checked = KernelEvent.safeParse(json)
  if (!checked.success) throw new RangeError('The kernel said something that is no event.')
  return checked.data
}
