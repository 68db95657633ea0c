import { expect, test } from 'vitest'
import type { TurnId } from '../../contract/id.ts'
import { isPassword } from '../tenancy/password.ts'
import { keepToRules, mergePolicy, presentPolicy, StoredPolicy } from './policy.ts'

const now = new Date('2026-05-12T10:00:00Z')
const turnId = 'trn_00000000000000000001' as TurnId

test('B3 a change is merged, null clears, findings are merged one by one', async () => {
  const first = await mergePolicy(undefined, {
    title: 'Sales',
    password: 'sesame',
    answersOnly: true,
    excludeTurnIds: [turnId],
    findings: { a: 'mask', b: 'allow' },
  })
  expect(presentPolicy(first)).toMatchObject({ title: 'Sales', hasPassword: true, answersOnly: true, excludeTurnIds: [turnId] })
  expect(await isPassword('sesame', first.passwordHash ?? '')).toBe(true)
  const second = await mergePolicy(first, { findings: { b: null, c: 'drop-column' }, title: null, excludeTurnIds: null })
  expect(presentPolicy(second)).toMatchObject({ title: null, hasPassword: true, answersOnly: true, excludeTurnIds: [] })
  expect(second.findings).toEqual({ a: 'mask', c: 'drop-column' })
  const third = await mergePolicy(second, { password: null, answersOnly: null, downloads: null, findings: null })
  expect(presentPolicy(third)).toMatchObject({ hasPassword: false, answersOnly: false, downloads: true, findings: {} })
  expect(JSON.stringify(presentPolicy(first))).not.toContain('scrypt')
})

test("B3 a link keeps to the tenant's rules of life and password", async () => {
  const rules = { name: 'T', maxLinkDays: 30, defaultLinkDays: 7, requirePassword: false }
  const plain = StoredPolicy.parse({})
  const made = keepToRules(plain, { rules, change: {}, isNew: true, now })
  expect(made.expiresAt).toBe('2026-05-19T10:00:00.000Z')
  expect(keepToRules(plain, { rules, change: {}, isNew: false, now }).expiresAt).toBe('2026-06-11T10:00:00.000Z')
  const never = { expiresAt: null }
  expect(keepToRules(plain, { rules, change: never, isNew: true, now }).expiresAt).toBe('2026-06-11T10:00:00.000Z')
  const far = { expiresAt: '2027-01-01T00:00:00Z' }
  expect(() => keepToRules({ ...plain, ...far }, { rules, change: far, isNew: true, now })).toThrow('at most 30 days')
  const strict = { ...rules, requirePassword: true }
  expect(() => keepToRules(plain, { rules: strict, change: {}, isNew: true, now })).toThrow('need a password')
  expect(keepToRules(plain, { rules: { name: 'T' }, change: {}, isNew: true, now })).toEqual(plain)
})
