import { createRequire } from 'node:module'
import { isExact } from './sqlserver-types.ts'

interface Read {
  readonly value: unknown
  readonly offset: number
}
type ReadValue = (
  bytes: Buffer,
  offset: number,
  metadata: { readonly type: { readonly name: string }; readonly scale?: number },
  options: unknown,
) => Read

const MONEY_SCALE = 4
const NUMBER_OF_MONEY = /Money/

/**
 * NOTE: tedious makes decimals and money floating point numbers, which lose digits beyond the fifteenth. It reads every value by one function of its own;
 * this one stands before it and writes those as text from the same bytes. The version is pinned, and a test reads 38 digits.
 */
export function keepDigits(): void {
  const parser = createRequire(import.meta.url)('tedious/lib/value-parser.js') as { readValue: ReadValue & { isExact?: true } }
  const { readValue } = parser
  if (readValue.isExact) return
  parser.readValue = Object.assign(
    (...[bytes, offset, metadata, options]: Parameters<ReadValue>): Read => {
      const read = readValue(bytes, offset, metadata, options)
      if (read.value === null || !isExact(metadata.type.name)) return read
      return { ...read, value: exactText(bytes.subarray(offset, read.offset), metadata) }
    },
    { isExact: true as const },
  )
}

/** MS-TDS 2.2.5.5.1: a sign and up to 16 bytes, least first; money is a whole number of ten-thousandths, its upper half first. A length may stand before it. */
function exactText(bytes: Buffer, { type: { name }, scale = 0 }: Parameters<ReadValue>[2]): string {
  if (NUMBER_OF_MONEY.test(name)) {
    const digits = name === 'MoneyN' ? bytes.subarray(1) : bytes
    const units =
      digits.length === 4 ? BigInt(digits.readInt32LE()) : (BigInt(digits.readInt32LE()) << 32n) + BigInt(digits.readUInt32LE(4))
    return pointed(units, MONEY_SCALE)
  }
  const digits = bytes.subarray(2)
  const units = BigInt(`0x${Buffer.from(digits).reverse().toString('hex')}`)
  return pointed(bytes[1] === 1 ? units : -units, scale)
}

function pointed(units: bigint, scale: number): string {
  const sign = units < 0n ? '-' : ''
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
