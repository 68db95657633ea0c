import { expect, test } from 'vitest'
import { decodeBase32, encodeBase32, newTotpKey, stepOfCode, totpCode } from './totp.ts'

const key = Buffer.from('12345678901234567890')

test('codes are those of RFC 6238, appendix B, cut to six digits', () => {
  const vectors = [
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ] as const
  for (const [seconds, code] of vectors) expect(totpCode(key, Math.floor(seconds / 30))).toBe(code)
})

test('a code counts within a step either way, and once', () => {
  const at = (seconds: number) => new Date(seconds * 1000)
  const step = Math.floor(1234567890 / 30)
  for (const seconds of [1234567890 - 30, 1234567890, 1234567890 + 30])
    expect(stepOfCode(key, '005924', at(seconds), null)).toBe(step)
  expect(stepOfCode(key, '005 924', at(1234567890), null)).toBe(step)
  expect(stepOfCode(key, '005924', at(1234567890 + 90), null)).toBeUndefined()
  expect(stepOfCode(key, '005924', at(1234567890), step)).toBeUndefined()
  for (const wrong of ['005925', '', '5924', '0059241', '00592x'])
    expect(stepOfCode(key, wrong, at(1234567890), null)).toBeUndefined()
})

test('base 32 goes there and back', () => {
  expect(encodeBase32(Buffer.from('foobar'))).toBe('MZXW6YTBOI')
  const made = newTotpKey()
  expect(made).toMatch(/^[A-Z2-7]{32}$/)
  expect(encodeBase32(decodeBase32(made))).toBe(made)
})
