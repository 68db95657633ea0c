import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghijklmnopqrstuv'

/** A branded id: prefix, then 48 bits of time so that newer ids sort later, then 80 random bits. */
export function randomId<Id extends string>(prefix: string, now: Date): Id {
  let time = now.getTime()
  let head = ''
  for (let place = 0; place < 10; place++) {
    head = (alphabet[time % 32] ?? '') + head
    time = Math.floor(time / 32)
  }
  const tail = Array.from(randomBytes(16), (byte) => alphabet[byte & 31]).join('')
  return `${prefix}_${head}${tail}` as Id
}

/** `bytes` random bytes as URL-safe text. */
export const randomToken = (bytes = 24): string => randomBytes(bytes).toString('base64url')
