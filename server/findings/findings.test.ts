import { expect, test } from 'vitest'
import { findInText, findInTexts } from './find-in-text.ts'
import { createMask, type HiddenValue, sampleOf } from './mask.ts'
import { scanRows } from './tally.ts'

const found = async (text: string) => (await findInText(text)).map(({ kind, start, end }) => [kind, text.slice(start, end)])
const jwt = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'].join('.')

test.each([
  ['secret', `sk_${'live'}_4eC39HqLyjWDarjtT1zdp7dc`],
  ['secret', `gh${'p'}_016C7z9ghkjgkjhgkjhgLKJHkjhlkjhlkj12`],
  ['secret', 'postgres://admin:hunter2hunter@db.internal:5432/x'],
  ['secret', 'redis://:s3cr3tpass@cache:6379'],
  ['secret', jwt],
  ['email', 'ann.larsen@fjell-sport.no'],
  ['email', 'jürgen@müller.de'],
  ['phone', '+47 412 34 118'],
  ['phone', '+49 (0)151 2345-6789'],
  ['phone', '(415) 555-2671'],
  ['card', '4111 1111 1111 1111'],
  ['card', '378282246310005'],
  ['iban', 'DE89 3704 0044 0532 0130 00'],
  ['iban', 'GB82WEST12345698765432'],
  ['national-id', '078-05-1120'],
  ['national-id', '12345678Z'],
  ['national-id', 'RSSMRA85T10A562S'],
  ['national-id', '756.9217.0769.85'],
  ['national-id', '529.982.247-25'],
  ['national-id', '131052-308T'],
  ['national-id', '11010519491231002X'],
])('B1 finds %s %s', async (kind, text) => {
  expect(await found(`See ${text} here`)).toEqual([[kind, text]])
})

test.each([
  'Revenue by month in 2024: 1,234,567.89 of 12 345 678',
  'orders 4111111111111112 and 1234567890123456',
  'DE89 3704 0044 0532 0130 01',
  '2026-05-12T10:00:00Z to 2026-06-12',
  'the key figure is: revenue, the password field is empty',
  "select count(*) from orders where region = 'Nordics' and units > 10",
  '192.168.10.12:5432 and 10.0.0.1',
  '12345678A is an article',
  '+1.234.567 and +12 345 678',
  'postgres://db.example/x has no password',
  'SKU-2024-000123-456789',
])('B1 finds nothing in %s', async (text) => {
  expect(await found(text)).toEqual([])
})

test('B1 a password said in words is its value; a note in a text does not switch the search off', async () => {
  expect(await found('api_key = "abc123def456"')).toEqual([['secret', 'abc123def456']])
  expect(await found(`secretlint-disable\ngh${'p'}_016C7z9ghkjgkjhgkjhgLKJHkjhlkjhlkj12`)).toHaveLength(1)
})

test('B1 many texts are searched together, each with its own places', async () => {
  const texts = ['nothing', `x sk_${'live'}_4eC39HqLyjWDarjtT1zdp7dc`, '', 'mail ann@example.org', 'password: hunter2!']
  const all = await findInTexts(texts)
  expect(all.map((matches, place) => matches.map(({ start, end }) => texts[place]?.slice(start, end)))).toEqual([
    [],
    [`sk_${'live'}_4eC39HqLyjWDarjtT1zdp7dc`],
    [],
    ['ann@example.org'],
    ['hunter2!'],
  ])
})

test('B1 the name of a column says what its numbers are', async () => {
  const columns = [
    { name: 'mobile_no', type: 'text' as const },
    { name: 'order_no', type: 'text' as const },
    { name: 'card', type: 'integer' as const },
    { name: 'serial', type: 'integer' as const },
    { name: 'bsn', type: 'integer' as const },
  ]
  const rows = [
    ['0151 2345678', '0151 2345678', '4111111111111111', '4000000000000000', 111222333],
    ['0171 8765432', '0171 8765432', '5555555555554444', '4000000000000001', 123456782],
    [null, null, null, null, null],
  ]
  expect((await scanRows(columns, rows)).map(({ column, kind, count }) => [column, kind, count])).toEqual([
    ['mobile_no', 'phone', 2],
    ['card', 'card', 2],
    ['bsn', 'national-id', 2],
  ])
})

test('B1 a mask replaces a text in any writing, few and many, and numbers in any grouping', () => {
  const few: HiddenValue[] = [
    ['email', 'Ann@Example.org'],
    ['card', '4111111111111111'],
    ['secret', 'hunter2!'],
  ]
  const many: HiddenValue[] = [...few, ...Array.from({ length: 500 }, (_, at): HiddenValue => ['email', `p${at}@example.org`])]
  for (const values of [few, many]) {
    const mask = createMask(values)
    expect(mask("to ann@example.ORG, 4111 1111 1111 1111 and 'hunter2!'")).toBe("to [e-mail], [card number] and '[secret]'")
    expect(mask('4,111,111,111,111,111')).toBe('[card number]')
    expect(mask('nothing of it: bob@example.com, İstanbul')).toBe('nothing of it: bob@example.com, İstanbul')
  }
  expect(createMask(many)('x p17@example.org,p18@example.org')).toBe('x [e-mail],[e-mail]')
})

test('B1 a sample tells its owner what was found and nobody what it is', () => {
  expect(sampleOf('email', 'anders@fjell-sport.no')).toBe('an•••@fjell-sport.no')
  expect(sampleOf('phone', '+47 412 34 118')).toBe('+47 ••• •• •18')
  expect(sampleOf('secret', `sk_${'live'}_4eC39HqLyjWDarjtT1zdp7dc`)).toBe('sk_l••••••••7dc')
  expect(sampleOf('secret', 'postgres://admin:hunter2@db/x')).toBe('postgres://•••')
})
