/** Pieces of TDS as [MS-TDS] writes them: packets (2.2.3), tokens of an answer (2.2.7), types and values (2.2.5). */

export const PACKET = { batch: 0x01, rpc: 0x03, answer: 0x04, attention: 0x06, login: 0x10, prelogin: 0x12 } as const
const HEAD_BYTES = 8
const MOST_BYTES = 4_096

/** One message in as many packets as it needs; the last one says so. */
export function packets(type: number, body: Buffer): Buffer {
  const room = MOST_BYTES - HEAD_BYTES
  const count = Math.max(1, Math.ceil(body.length / room))
  return Buffer.concat(
    Array.from({ length: count }, (_, at) => {
      const part = body.subarray(at * room, (at + 1) * room)
      const head = Buffer.from([type, at === count - 1 ? 1 : 0, 0, 0, 0, 0, (at + 1) & 0xff, 0])
      head.writeUInt16BE(part.length + HEAD_BYTES, 2)
      return Buffer.concat([head, part])
    }),
  )
}

/** `isIgnored`: taken back while it was still being sent. */
export interface Message {
  readonly type: number
  readonly body: Buffer
  readonly isIgnored: boolean
}
const IGNORE = 0x02

/** Puts packets together as messages. */
export class MessageReader {
  #waiting = Buffer.alloc(0)
  #body: Buffer[] = []

  read(chunk: Buffer): Message[] {
    const whole: Message[] = []
    this.#waiting = Buffer.concat([this.#waiting, chunk])
    while (this.#waiting.length >= HEAD_BYTES && this.#waiting.length >= this.#waiting.readUInt16BE(2)) {
      const length = this.#waiting.readUInt16BE(2)
      const [type = 0, status = 0] = this.#waiting
      this.#body.push(this.#waiting.subarray(HEAD_BYTES, length))
      this.#waiting = this.#waiting.subarray(length)
      if ((status & 1) === 0) continue
      whole.push({ type, body: Buffer.concat(this.#body), isIgnored: (status & IGNORE) !== 0 })
      this.#body = []
    }
    return whole
  }
}

const byte = (value: number): Buffer => Buffer.from([value])
const short = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}
/** A whole number in so many bytes, least first. */
const little = (value: bigint, length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn)))
const wide = (text: string): Buffer => Buffer.from(text, 'utf16le')
const shortText = (text: string): Buffer => Buffer.concat([byte(text.length), wide(text)])
const longText = (text: string): Buffer => Buffer.concat([short(text.length), wide(text)])

const DONE = { token: 0xfd, inProcedure: 0xff, procedure: 0xfe } as const
const ATTENTION = 0x20
const FAILED = 0x02
const done = (token: number, status: number): Buffer => Buffer.concat([byte(token), short(status), short(0), little(0n, 8)])

export const acknowledged = done(DONE.token, ATTENTION)
export const finished = done(DONE.token, 0)
export const failed = done(DONE.token, FAILED)
/** What ends the answer to a procedure: the inner statement, what it returned, the procedure itself. */
export const procedureEnd = (isFailed = false): Buffer =>
  Buffer.concat([
    ...(isFailed ? [] : [done(DONE.inProcedure, 0x01), byte(0x79), int(0)]),
    done(DONE.procedure, isFailed ? FAILED : 0),
  ])

export function loginAcknowledged(): Buffer {
  const body = Buffer.concat([
    byte(1),
    Buffer.from([0x74, 0, 0, 4]),
    shortText('Microsoft SQL Server'),
    Buffer.from([16, 0, 0x10, 0]),
  ])
  return Buffer.concat([byte(0xad), short(body.length), body])
}

export function trouble(number: number, message: string): Buffer {
  const body = Buffer.concat([int(number), byte(1), byte(14), longText(message), shortText('peer'), shortText(''), int(1)])
  return Buffer.concat([byte(0xaa), short(body.length), body])
}

export interface PeerColumn {
  readonly name: string
  readonly type: Buffer
  /** The bytes of a value, with its length before them. */
  readonly value: (value: never) => Buffer
}

/** A column whose values have a length of one byte; 0 is no value. */
const sized = (name: string, type: readonly number[], bytes: (value: never) => Buffer): PeerColumn => ({
  name,
  type: Buffer.from(type),
  value: (value) => {
    if (value === null) return byte(0)
    const made = bytes(value)
    return Buffer.concat([byte(made.length), made])
  },
})

const UNITS_A_SECOND = 10_000_000n
const dayNumber = (iso: string): bigint => {
  const first = new Date(0)
  first.setUTCFullYear(1, 0, 1)
  return BigInt(Math.round((Date.parse(`${iso}T00:00:00Z`) - first.getTime()) / 86_400_000))
}
const clockUnits = (clock: string): bigint => {
  const [hours = '0', minutes = '0', rest = '0'] = clock.split(':')
  const [seconds = '0', fraction = ''] = rest.split('.')
  return (BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds)) * UNITS_A_SECOND + BigInt(fraction.padEnd(7, '0'))
}

export const column = {
  big: (name: string) => sized(name, [0x26, 8], (value: bigint) => little(BigInt.asUintN(64, value), 8)),
  bit: (name: string) => sized(name, [0x68, 1], (value: boolean) => byte(value ? 1 : 0)),
  numeric: (name: string, scale: number) =>
    sized(name, [0x6c, 17, 38, scale], (units: bigint) =>
      Buffer.concat([byte(units < 0n ? 0 : 1), little(units < 0n ? -units : units, 16)]),
    ),
  money: (name: string) =>
    sized(name, [0x6e, 8], (units: bigint) =>
      Buffer.concat([little(BigInt.asUintN(64, units) >> 32n, 4), little(BigInt.asUintN(64, units), 4)]),
    ),
  float: (name: string) =>
    sized(name, [0x6d, 8], (value: number) => {
      const bytes = Buffer.alloc(8)
      bytes.writeDoubleLE(value)
      return bytes
    }),
  real: (name: string) =>
    sized(name, [0x6d, 4], (value: number) => {
      const bytes = Buffer.alloc(4)
      bytes.writeFloatLE(value)
      return bytes
    }),
  day: (name: string) => sized(name, [0x28], (iso: string) => little(dayNumber(iso), 3)),
  clock: (name: string) => sized(name, [0x29, 7], (clock: string) => little(clockUnits(clock), 5)),
  moment: (name: string) =>
    sized(name, [0x2a, 7], (iso: string) =>
      Buffer.concat([little(clockUnits(iso.slice(11)), 5), little(dayNumber(iso.slice(0, 10)), 3)]),
    ),
  /** The moment is of UTC; the offset says where it was written. */
  zoned: (name: string) =>
    sized(name, [0x2b, 7], (iso: string) =>
      Buffer.concat([little(clockUnits(iso.slice(11)), 5), little(dayNumber(iso.slice(0, 10)), 3), little(120n, 2)]),
    ),
  guid: (name: string) => sized(name, [0x24, 16], (hex: string) => Buffer.from(hex, 'hex')),
  bytes: (name: string): PeerColumn => ({
    name,
    type: Buffer.concat([byte(0xa5), short(8000)]),
    value: (hex: string | null) =>
      hex === null ? short(0xffff) : Buffer.concat([short(hex.length / 2), Buffer.from(hex, 'hex')]),
  }),
  text: (name: string): PeerColumn => ({
    name,
    type: Buffer.concat([byte(0xe7), short(8000), Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34])]),
    value: (text: string | null) => (text === null ? short(0xffff) : Buffer.concat([short(text.length * 2), wide(text)])),
  }),
  /** In parts, as `nvarchar(max)` travels. */
  long: (name: string): PeerColumn => ({
    name,
    type: Buffer.concat([byte(0xe7), short(0xffff), Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34])]),
    value: (text: string | null) =>
      text === null
        ? Buffer.alloc(8, 0xff)
        : Buffer.concat([little(BigInt(text.length * 2), 8), int(text.length * 2), wide(text), int(0)]),
  }),
}

const NULLABLE = 0x09

export const columnsToken = (columns: readonly PeerColumn[]): Buffer =>
  Buffer.concat([
    byte(0x81),
    short(columns.length),
    ...columns.flatMap(({ name, type }) => [int(0), short(NULLABLE), type, shortText(name)]),
  ])

export const rowToken = (columns: readonly PeerColumn[], row: readonly unknown[]): Buffer =>
  Buffer.concat([byte(0xd1), ...columns.map(({ value }, at) => value(row[at] as never))])

/** The statement of a batch, or the first parameter of `sp_executesql`. */
export function statementOf(type: number, body: Buffer): string {
  let at = body.readUInt32LE(0)
  if (type === PACKET.batch) return body.subarray(at).toString('utf16le')
  const nameLength = body.readUInt16LE(at)
  at += nameLength === 0xffff ? 4 : 2 + nameLength * 2
  at += 2
  at += 1 + (body[at] ?? 0) * 2 + 1
  const declared = body.readUInt16LE(at + 1)
  at += 3 + 5
  if (declared !== 0xffff) return body.subarray(at + 2, at + 2 + body.readUInt16LE(at)).toString('utf16le')
  at += 8
  const parts: Buffer[] = []
  for (let length = body.readUInt32LE(at); length > 0; length = body.readUInt32LE(at)) {
    parts.push(body.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return Buffer.concat(parts).toString('utf16le')
}

/** User, password and database of LOGIN7 (2.2.6.4). */
export function loginOf(body: Buffer): { user: string; password: string; database: string } {
  const part = (place: number): Buffer => {
    const from = body.readUInt16LE(place)
    return body.subarray(from, from + body.readUInt16LE(place + 2) * 2)
  }
  const hidden = part(44).map((value) => {
    const plain = value ^ 0xa5
    return ((plain & 0x0f) << 4) | (plain >> 4)
  })
  return {
    user: part(40).toString('utf16le'),
    password: Buffer.from(hidden).toString('utf16le'),
    database: part(68).toString('utf16le'),
  }
}
