/**
 * The seeded content that pages are measured on: ten questions with answers, five tables of 1,000 × 8, one of 100,000 × 8, charts.
 * The same numbers in the same order as the generator beside the specification, so that its floor page holds the same.
 */
export interface ReferenceTable {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: (string | number)[][]
}

export interface ReferenceTurn {
  readonly question: string
  readonly answer: string
  readonly tables: readonly string[]
  readonly chart?: 'line' | 'bar' | 'scatter' | 'area' | 'heat'
}

export interface ReferenceContent {
  readonly title: string
  readonly turns: readonly ReferenceTurn[]
  readonly tables: readonly ReferenceTable[]
}

export const COLUMNS = ['order_id', 'order_date', 'region', 'product', 'channel', 'units', 'unit_price', 'revenue']
const regions = ['North', 'South', 'East', 'West', 'Central', 'Overseas']
const products = Array.from({ length: 40 }, (_, index) => `Product ${String.fromCharCode(65 + (index % 26))}-${100 + index * 7}`)
const channels = ['web', 'store', 'partner', 'phone']
const words =
  'Revenue held up in most regions while unit growth slowed after the price change, and the partner channel gained share from phone orders during the same weeks'.split(
    ' ',
  )
const day = (number: number): string => new Date(Date.UTC(2023, 0, 1) + number * 864e5).toISOString().slice(0, 10)
const cents = (value: number): number => Math.round(value * 100) / 100

function seeded(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const gauss = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const pick = (from: readonly string[]): string => from[Math.floor(next() * from.length)] ?? ''
  const orders = (count: number) =>
    Array.from({ length: count }, (): (string | number)[] => {
      const units = 1 + Math.floor(next() * next() * 60)
      const price = cents(4 + Math.exp(2.2 + gauss() * 0.7))
      return [
        100000 + Math.floor(next() * 9e6),
        day(Math.floor(next() * 1000)),
        pick(regions),
        pick(products),
        pick(channels),
        units,
        price,
        cents(units * price),
      ]
    })
  return { next, gauss, pick, orders }
}

export function buildReferenceContent(): ReferenceContent {
  const { next, gauss, pick, orders } = seeded(20261123)
  const small = [1, 2, 3, 4, 5].map((number) => ({ name: `t${number}`, columns: COLUMNS, rows: orders(1_000) }))
  const big = { name: 'big', columns: COLUMNS, rows: orders(100_000) }
  let level = 100
  const line = Array.from({ length: 1_000 }, (_, index) => {
    level += gauss() * 3
    return [day(index), cents(level)]
  })
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  const bar = months.map((month) => [month, Math.round(2000 + next() * 8000)])
  const scatter = Array.from({ length: 5_000 }, () => {
    const channel = Math.floor(next() * 4)
    const x = gauss() * 10 + channel * 9
    return [cents(x), cents(x * 0.6 + gauss() * 8), channels[channel] ?? '']
  })
  const area: (string | number)[][] = []
  const levels = channels.map(() => 40 + next() * 60)
  for (let index = 0; index < 365; index++)
    channels.forEach((channel, place) => {
      const value = Math.max(5, (levels[place] ?? 0) + gauss() * 4)
      levels[place] = value
      area.push([day(index), channel, Math.round(value * 10) / 10])
    })
  const heat: (string | number)[][] = []
  for (let hour = 0; hour < 24; hour++)
    for (const name of ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])
      heat.push([hour, name, Math.round(50 + 40 * Math.sin(((hour - 6) / 24) * 6.28) + gauss() * 8)])

  const sentence = (): string => {
    const count = 10 + Math.floor(next() * 14)
    const text = Array.from({ length: count }, () => pick(words))
      .join(' ')
      .toLowerCase()
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
  }
  const paragraph = (): string => Array.from({ length: 3 + Math.floor(next() * 3) }, sentence).join(' ')
  const chartOf = ['line', 'bar', 'scatter', 'area', 'heat'] as const
  const turns = Array.from({ length: 10 }, (_, index): ReferenceTurn => {
    const question = `${sentence()} ${sentence()}`
    next()
    const answer = `### Finding ${index + 1}\n\n${paragraph()}\n\n- ${sentence()}\n- **${pick(regions)}**: ${sentence()}\n- ${sentence()}\n\n${paragraph()}`
    const chart = chartOf[(index - 1) / 2]
    return index % 2 === 0
      ? { question, answer, tables: [`t${index / 2 + 1}`] }
      : { question, answer, tables: index === 9 ? ['big'] : [], ...(chart ? { chart } : {}) }
  })
  return {
    title: 'Orders review',
    turns,
    tables: [
      ...small,
      big,
      { name: 'line', columns: ['day', 'level'], rows: line },
      { name: 'bar', columns: ['month', 'orders'], rows: bar },
      { name: 'scatter', columns: ['price', 'score', 'channel'], rows: scatter },
      { name: 'area', columns: ['day', 'channel', 'share'], rows: area },
      { name: 'heat', columns: ['hour', 'weekday', 'load'], rows: heat },
    ],
  }
}

/** Orders without end for a large table, as CSV text in chunks. */
export function* orderLines(count: number): Generator<string> {
  const { orders } = seeded(count)
  yield `${COLUMNS.join(',')}\n`
  for (let left = count; left > 0; left -= 10_000)
    yield `${orders(Math.min(left, 10_000))
      .map((row) => row.join(','))
      .join('\n')}\n`
}

export const csvOf = ({ columns, rows }: ReferenceTable): string =>
  `${columns.join(',')}\n${rows.map((row) => row.join(',')).join('\n')}\n`
