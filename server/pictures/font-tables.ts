import { inflateSync } from 'node:zlib'

/** The tables of a TrueType font by their four-letter tags. */
export type FontTables = ReadonlyMap<string, Buffer>

const HEADER = { woff: 44, font: 12 } as const
const ENTRY = { woff: 20, font: 16 } as const

/** The tables in a WOFF 1 file, unpacked. Format: https://www.w3.org/TR/WOFF/. Throws a RangeError for any other file. */
export function readWoff(woff: Buffer): FontTables {
  if (woff.length < HEADER.woff || woff.toString('latin1', 0, 4) !== 'wOFF') throw new RangeError('This is no WOFF file.')
  const tables = new Map<string, Buffer>()
  for (let place = 0; place < woff.readUInt16BE(12); place++) {
    const entry = HEADER.woff + place * ENTRY.woff
    const [start, packed, length] = [4, 8, 12].map((field) => woff.readUInt32BE(entry + field)) as [number, number, number]
    const bytes = woff.subarray(start, start + packed)
    tables.set(woff.toString('latin1', entry, entry + 4), packed < length ? inflateSync(bytes) : Buffer.from(bytes))
  }
  return tables
}

/** A TrueType file of these tables. Checksums are left out: what draws pictures does not look at them. */
export function writeFont(tables: FontTables): Buffer {
  const sorted = [...tables].sort(([one], [other]) => (one < other ? -1 : 1))
  const power = 2 ** Math.floor(Math.log2(sorted.length))
  const head = Buffer.alloc(HEADER.font + sorted.length * ENTRY.font)
  head.writeUInt32BE(0x00010000, 0)
  for (const [place, value] of [sorted.length, power * 16, Math.log2(power), (sorted.length - power) * 16].entries())
    head.writeUInt16BE(value, 4 + place * 2)
  const parts: Buffer[] = []
  let offset = head.length
  for (const [place, [tag, table]] of sorted.entries()) {
    const record = HEADER.font + place * ENTRY.font
    head.write(tag, record, 'latin1')
    head.writeUInt32BE(offset, record + 8)
    head.writeUInt32BE(table.length, record + 12)
    const padded = Math.ceil(table.length / 4) * 4
    parts.push(table, Buffer.alloc(padded - table.length))
    offset += padded
  }
  return Buffer.concat([head, ...parts])
}
