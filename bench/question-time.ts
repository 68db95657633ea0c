import type { Catalog, CatalogColumn, CatalogTable } from '../contract/catalog.ts'
import { TenantId, UserId } from '../contract/id.ts'
import { createBasicAnalyst } from '../server/analysts/basic-analyst.ts'
import type { Tools } from '../server/analysts/tools.ts'
import { phrasesFor } from '../server/analysts/type-ahead.ts'
import type { Actor } from '../server/tenancy/actor.ts'
import { median } from './share-time.ts'

const TABLES = 50
const VALUES = 500
const now = new Date('2026-05-20T10:00:00Z')

export interface QuestionTime {
  readonly tables: number
  readonly values: number
  readonly questions: number
  /** From a question to its SQL, or to why there is none, the index of names and values standing. */
  readonly readingMs: number
  readonly slowestMs: number
  /** The first question of a catalog, which makes the index. */
  readonly firstMs: number
  /** From a typed letter to the phrases that go on from it. */
  readonly typeAheadMs: number
}

const nouns =
  'order customer product invoice shipment supplier warehouse employee department project ticket agent visit campaign channel store payment refund contract vendor asset device reading alarm site course student teacher exam grade flight airport airline passenger booking hotel room guest stay review author book loan account branch card transfer claim policy member club event'.split(
    ' ',
  )

const actor: Actor = {
  tenantId: TenantId.parse(`ten_${'0'.repeat(26)}`),
  userId: UserId.parse(`usr_${'0'.repeat(26)}`),
  role: 'analyst',
  permissions: new Set(),
  groups: [],
  attributes: {},
  via: 'api',
}

/** Nothing is run: the database's time is not the analyst's. */
const none = (): Promise<never> => Promise.reject(new Error('the basic analyst asks for nothing of this'))
const tools: Tools = {
  say: () => Promise.resolve(),
  read: () => Promise.resolve(),
  query: () => Promise.resolve({ ok: false, error: { code: 'unavailable', message: 'not run' } }),
  show: none,
  chart: none,
  python: none,
  look: none,
  think: none,
  offer: () => Promise.resolve(),
  count: none,
  fail: none,
}

/** The analyst's reading on a catalog of 50 tables that keys tie together, 12 columns each, eight of them with 500 known values. */
export async function measureQuestionTime(rounds = 5): Promise<QuestionTime> {
  const catalog = wideCatalog()
  const asked = questions()
  const analyst = createBasicAnalyst()
  const ask = (text: string) =>
    timed(() => analyst.answer({ actor, text, catalog, earlier: [], now, signal: new AbortController().signal }, tools))
  const firstMs = await ask(asked[0] ?? '')
  for (const question of asked) await ask(question)
  const times: number[] = []
  for (let round = 0; round < rounds; round++) for (const question of asked) times.push(await ask(question))
  const typed = ['total amount of orders by region', 'orders in region 42 last month', 'top 5 customers by total amount']
  const prefixes = typed.flatMap((text) => Array.from({ length: text.length }, (_, end) => text.slice(0, end + 1)))
  for (const prefix of prefixes) phrasesFor(catalog, prefix, now)
  const typing: number[] = []
  for (const prefix of prefixes) typing.push(await timed(() => phrasesFor(catalog, prefix, now)))
  return {
    ...{ tables: catalog.tables.length, values: VALUES * 8 * catalog.tables.length, questions: asked.length },
    ...{ readingMs: median(times), slowestMs: Math.max(...times), firstMs, typeAheadMs: median(typing) },
  }
}

async function timed(work: () => unknown): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}

/** Every question form once for each of six tables; the words of one are never those of another, so nothing is remembered between them. */
const questions = (): string[] =>
  nouns
    .slice(0, 6)
    .flatMap((noun, at) => [
      `How many ${noun}s are there?`,
      `total amount by region of ${noun}s`,
      `${noun}s last month`,
      `average ${noun} price in region ${at} by month`,
      `Which ${noun}s have a price over ${at + 10}?`,
      `top ${at + 3} ${noun}s by total amount`,
      `Show the names of ${noun}s without ${nouns[at + 7] ?? ''}s`,
      `Show the name of the ${noun} with the most ${nouns[at + 1] ?? ''}s`,
      `number of ${noun}s by status compared with last year`,
      `share of ${noun} amount by category`,
      `zorbleg ${noun}s by colour ${at}`,
    ])

function wideCatalog(): Catalog {
  const text = (name: string): CatalogColumn => ({
    name,
    type: 'text',
    distinctCount: VALUES,
    nullCount: 0,
    values: Array.from({ length: VALUES }, (_, at) => ({ value: `${name} ${at}`, count: VALUES - at })),
  })
  const tables = nouns.slice(0, TABLES).map(
    (noun, at): CatalogTable => ({
      name: `${noun}s`,
      label: `${noun}s`,
      rowCount: 100_000,
      primaryKey: ['id'],
      foreignKeys: at === 0 ? [] : [{ columns: ['parent_id'], table: `${nouns[at - 1] ?? ''}s`, references: ['id'] }],
      columns: [
        { name: 'id', type: 'integer', distinctCount: 100_000, nullCount: 0 },
        { name: 'parent_id', type: 'integer', distinctCount: 10_000, nullCount: 0 },
        { name: 'made_on', type: 'date', min: '2024-01-01', max: '2026-05-01' },
        { name: at % 2 ? 'price' : 'amount', type: 'decimal', distinctCount: 9_000, nullCount: 0, min: 1, max: 900 },
        ...['name', 'region', 'status', 'category', `${noun}_kind`, `${noun}_group`, 'origin', 'note'].map(text),
      ],
    }),
  )
  return { tables }
}
