import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const STEP_SECONDS = 30
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code of one step of 30 seconds since 1970: RFC 6238 with SHA-1 and six digits, as every authenticator app does. */
export function totpCode(key: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', key).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** The step whose code this is, at most one away from now and later than `after`; undefined when it is none. */
export function stepOfCode(key: Uint8Array, code: string, now: Date, after: number | null): number | undefined {
  const current = Math.floor(now.getTime() / 1000 / STEP_SECONDS)
  const given = Buffer.from(code.replace(/\s/g, '').padEnd(6, ' ').slice(0, 7))
  return [current - 1, current, current + 1].find((step) => {
    const right = Buffer.from(totpCode(key, step))
    return given.length === right.length && timingSafeEqual(given, right) && step > (after ?? -1)
  })
}

export const newTotpKey = (): string => encodeBase32(randomBytes(20))

/** RFC 4648 without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

export function decodeBase32(text: string): Uint8Array {
  const bits = Array.from(text, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}

/** The address that an authenticator app reads from a QR code. */
export const totpUri = (key: string, email: string): string =>
  `otpauth://totp/${encodeURIComponent(`QRY:${email}`)}?secret=${key}&issuer=QRY`
