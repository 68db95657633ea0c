import { inflateSync } from 'node:zlib'

const HEADER = { woff: 44, font: 12 } as const
const ENTRY = { woff: 20, font: 16 } as const

/**
 * The font in a WOFF 1 file as a plain TrueType or OpenType one: the same tables, unpacked, in the same order.
 * Format: https://www.w3.org/TR/WOFF/. Throws a RangeError for any other file.
 */
export function unpackWoff(woff: Buffer): Buffer {
  if (woff.length < HEADER.woff || woff.toString('latin1', 0, 4) !== 'wOFF') throw new RangeError('This is no WOFF file.')
  const count = woff.readUInt16BE(12)
  const power = 2 ** Math.floor(Math.log2(count))
  const head = Buffer.alloc(HEADER.font + count * ENTRY.font)
  woff.copy(head, 0, 4, 8)
  for (const [place, value] of [count, power * 16, Math.log2(power), (count - power) * 16].entries())
    head.writeUInt16BE(value, 4 + place * 2)
  const tables: Buffer[] = []
  let offset = head.length
  for (let place = 0; place < count; place++) {
    const entry = HEADER.woff + place * ENTRY.woff
    const [start, packed, length] = [4, 8, 12].map((field) => woff.readUInt32BE(entry + field)) as [number, number, number]
    const bytes = woff.subarray(start, start + packed)
    const table = packed < length ? inflateSync(bytes) : bytes
    const record = HEADER.font + place * ENTRY.font
    woff.copy(head, record, entry, entry + 4)
    woff.copy(head, record + 4, entry + 16, entry + 20)
    head.writeUInt32BE(offset, record + 8)
    head.writeUInt32BE(length, record + 12)
    tables.push(table, Buffer.alloc((4 - (length % 4)) % 4))
    offset += Math.ceil(length / 4) * 4
  }
  return Buffer.concat([head, ...tables])
}
