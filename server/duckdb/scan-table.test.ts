import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FindingKind } from '../../contract/share.ts'
import { findInText } from '../findings/find-in-text.ts'
import { hintsOf } from '../findings/find-personal.ts'
import type { scanRows } from '../findings/tally.ts'
import { findInColumn, scanTable } from './child/scan-table.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scan-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Numbers that are the same each time. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}
const next = seeded(7)
const below = (count: number) => Math.floor(next() * count)
const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item
const digits = (count: number) => Array.from({ length: count }, () => below(10)).join('')
const letters = (count: number, from = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789') =>
  Array.from({ length: count }, () => from[below(from.length)]).join('')
const separated = (text: string, size: number, by: string) => text.replace(new RegExp(`(.{${size}})(?=.)`, 'g'), `$1${by}`)

function cardNumber(): string {
  const body = pick(['4', '51', '37', '6011']) + digits(14)
  const start = body.slice(0, body.startsWith('37') ? 14 : 15)
  for (let check = 0; check < 10; check++) if (luhn(start + check)) return start + check
  return start
}
const luhn = (text: string) =>
  Array.from(text)
    .reverse()
    .reduce((sum, one, at) => sum + (at % 2 === 0 ? Number(one) : ((Number(one) * 2) % 10) + (Number(one) > 4 ? 1 : 0)), 0) %
    10 ===
  0
function ibanNumber(): string {
  const [country, bban] = pick([
    ['DE', digits(18)],
    ['NO', digits(11)],
    ['GB', `WEST${digits(14)}`],
    ['MT', `MALT${digits(5)}${letters(18, 'ABCDEF0123')}`],
  ])
  const moved = `${bban}${country}00`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  return `${country}${String(98n - (BigInt(moved) % 97n)).padStart(2, '0')}${bban}`
}
const jwt = () => `eyJ${letters(17)}.eyJ${letters(20)}.${letters(30)}`
/** One token for each rule of the library and each shape of our own. */
const secrets: readonly (() => string)[] = [
  () => `AKIA${letters(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
  () => `AWS_SECRET_ACCESS_KEY="${letters(40)}"`,
  () => `npm_${letters(36)}`,
  () => `_authToken=${letters(20)}`,
  () => `xoxb-${digits(11)}-${letters(24)}`,
  () => `https://hooks.slack.com/services/T${letters(8)}/B${letters(8)}/${letters(24)}`,
  () => `https://user:${letters(9)}@example.com/path`,
  () => `https://${letters(30)}:x-oauth-basic@github.com/a/b`,
  () => `sk-${letters(20)}T3BlbkFJ${letters(20)}`,
  () => `sk-ant-api03-${letters(93)}AA`,
  () => `gsk_${letters(52)}`,
  () => `hf_${letters(34, 'abcdefghijklmnopqrstuvwxyz')}`,
  () => `lin_api_${letters(40)}`,
  () => `ntn_${digits(11)}${letters(35)}`,
  () => `SG.${letters(22)}.${letters(43)}`,
  () => `shpat_${letters(32)}`,
  () => `sk_${'live'}_${letters(24)}`,
  () => `gh${'p'}_${letters(36)}`,
  () => `github_pat_${letters(82)}`,
  () => `glpat-${letters(20)}`,
  () => `glsa_${letters(32)}_${letters(8, '0123456789abcdef')}`,
  () => `hvs.${letters(95)}`,
  () => `vcp_${letters(24)}`,
  () => `dapi${letters(32, '0123456789abcdef')}`,
  () => `dckr_pat_${letters(27)}`,
  () => `figd_${letters(43)}`,
  () => `cfut_${letters(40)}${letters(8, '0123456789abcdef')}`,
  () => `tskey-auth-${letters(16)}-${letters(32)}`,
  () => `postgres://admin:${letters(12)}@db.internal:5432/shop`,
  () => `mongodb+srv://admin:${letters(12)}@cluster/test`,
  () => `redis://:${letters(12)}@cache:6379`,
  () => '-----BEGIN RSA PRIVATE KEY-----',
  jwt,
  () => `AIza${letters(35)}`,
  () => `${digits(9)}:AA${letters(33)}`,
  () => `qry_${letters(24)}`,
  () => `Bearer ${letters(32)}`,
  () => `password: ${letters(6)}7!`,
  () => `the API key is ${letters(12)}9`,
  () => `"client_secret" => '${letters(12)}4'`,
]
const personal: readonly (() => string)[] = [
  () => `${letters(5)}.${letters(4)}@${letters(6)}.${pick(['com', 'co.uk', 'de'])}`,
  () => `${letters(4)}+tag@my-${letters(4)}.example`,
  () => `jürgen.${letters(3)}@müller.de`,
  () => `+${pick(['47', '1', '420', '49'])} ${digits(3)} ${digits(2)} ${digits(3)}`,
  () => `+${pick(['47', '1', '420'])}${digits(8)}`,
  () => `+49 (0)${digits(3)} ${digits(4)}-${digits(4)}`,
  () => `+${pick(['1', '47'])} ${digits(6)} ${digits(5)}`,
  () => `(${digits(3)}) ${digits(3)}-${digits(4)}`,
  () => `${digits(3)}-${digits(3)}-${digits(4)}`,
  () => `call tel. 0${digits(3)} ${digits(6)}`,
  cardNumber,
  () => separated(cardNumber(), 4, pick([' ', '-'])),
  ibanNumber,
  () => separated(ibanNumber(), 4, ' '),
  () =>
    pick(['078-05-1120', 'AB123456C', 'AB 12 34 56 C', '12345678Z', 'X1234567L', 'RSSMRA85T10A562S', '2 55 08 14 168 025 38']),
  () =>
    pick([
      '756.9217.0769.85',
      '7569217076985',
      '529.982.247-25',
      '131052-308T',
      '11010519491231002X',
      '640823-3234',
      '85.07.30-033.28',
    ]),
  () => pick(['13097248022', '130972 48022', 'pesel 44051401359', 'BSN 111222333', 'SSN: 123456782']),
]
const noise: readonly (() => string)[] = [
  () => `2024-0${1 + below(9)}-1${below(10)} 1${below(10)}:${below(5)}${below(10)}:00`,
  () => `Order ${digits(6)} of 2024-03-15 by carrier ${below(9)}`,
  () =>
    `${letters(8, 'abcdef0123456789')}-${letters(4, 'abcdef0123456789')}-4${letters(3, 'abcdef0123456789')}-${letters(12, 'abcdef0123456789')}`,
  () => `REF-${digits(10)}`,
  () => `https://shop.example/p/${digits(6)}?ref=mail`,
  () => `desk-${letters(20, 'abcdefghijklmnopqrstuvwxyz')}`,
  () => `${digits(13)}`,
  () => `1,234,567.89 of 12 345 678, ${digits(3)}.${digits(3)}.${digits(3)}`,
  () => `the password field is empty, the key figure is ${letters(8)}`,
]
const around = (text: string) => pick([text, `See ${text} here`, `(${text})`, `${text}, please`, `x\n${text}`, `"${text}"`])
const corpus: readonly string[] = [
  ...[...secrets, ...personal].flatMap((make) => Array.from({ length: 30 }, () => around(make()))),
  ...noise.flatMap((make) => Array.from({ length: 60 }, () => around(make()))),
]

/** The corpus as a kept table of one column. */
async function keep(name: string): Promise<{ path: string; connection: Awaited<ReturnType<DuckDBInstance['connect']>> }> {
  const source = join(folder, 'corpus.json')
  const path = join(folder, `${name}.parquet`)
  await writeFile(source, JSON.stringify(corpus.map((text) => ({ [name]: text }))))
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(
    `COPY (SELECT * FROM read_json('${source}', columns = {'${name}': 'VARCHAR'})) TO '${path}' (FORMAT parquet)`,
  )
  return { path, connection }
}

describe.each(['note', 'phone_no', 'pesel'])('B1 the scan of a kept table, column %s', (name) => {
  test('B1 counts exactly what the rules find without any choice before them', async () => {
    const { path, connection } = await keep(name)
    const column = { name, type: 'text' as const }
    const counts = (found: Awaited<ReturnType<typeof scanRows>>) =>
      Object.fromEntries(found.map(({ kind, count }) => [kind, count]))
    const scanned = counts(await scanTable(connection, { kind: 'scan', path, columns: [column] }))
    const expected = new Map<FindingKind, Set<string>>()
    const cells: Partial<Record<FindingKind, number>> = {}
    for (const text of corpus) {
      const found = await findInText(text, hintsOf(name))
      for (const { kind, start, end } of found) expected.set(kind, (expected.get(kind) ?? new Set()).add(text.slice(start, end)))
      for (const kind of new Set(found.map((one) => one.kind))) cells[kind] = (cells[kind] ?? 0) + 1
    }
    expect(scanned).toEqual(cells)
    for (const [kind, texts] of expected) {
      const found = await findInColumn(connection, { kind: 'found', path, column, finding: kind })
      expect([kind, new Set(found)]).toEqual([kind, texts])
    }
    connection.closeSync()
  }, 60_000)
})

test('B1 every secret of the corpus is found, so that no shape is missing', async () => {
  for (const make of secrets) {
    const token = make()
    expect([token, (await findInText(`x ${token} y`)).some(({ kind }) => kind === 'secret')]).toEqual([token, true])
  }
})

test('B1 the library has no rule that could-hold.ts does not know: a new one needs its shape there', () => {
  const known =
    '1password anthropic aws basicauth cloudflare database-connection-string databricks docker figma filter-comments gcp github gitlab grafana groq hashicorp-vault huggingface linear notion npm openai privatekey sendgrid shopify slack stripe tailscale vercel'
  const ids = rules.map((rule) => rule.meta.id.replace('@secretlint/secretlint-rule-', ''))
  expect(ids.sort()).toEqual(known.split(' '))
})
