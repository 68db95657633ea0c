import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import type { Measure, Reading } from '../../../contract/plan.ts'
import { chipsOf } from './chips.ts'
import { additivity, isMeasure } from './columns.ts'
import type { Doubt } from './draft.ts'
import { stepsOf } from './join-path.ts'
import { lemma } from './lemma.ts'
import { withJoins } from './reading-table.ts'
import { calledOf, nameWords, spokenName } from './tokens.ts'

/** What "X per Y" divides, and what is said around it. */
interface Said {
  readonly top: string
  readonly bottom: string
  /** "On average": nobody wants one line for each Y. */
  readonly isAverage: boolean
}

const TAIL = '(?:\\s*,)?(?:\\s+(?:in|for|since|last|this|during|among|between|over|with|by)\\b.*|\\s*,.*)?'
const forms: readonly [RegExp, boolean][] = [
  [
    new RegExp(
      `^how (?:many|much) (.+?) (?:does|do|did|has|have) (?:a|an|each|one|every|the average) (\\w+)\\b(?: \\w+)? on average(${TAIL})$`,
      'i',
    ),
    true,
  ],
  [
    new RegExp(`^how (?:many|much) (.+?) (?:does|do|did|has|have) (?:the average|an average) (\\w+)\\b(?: \\w+)?(${TAIL})$`, 'i'),
    true,
  ],
  [new RegExp(`^how (?:many|much) (.+?) (?:do|did|does) (?:we|they|it) \\w+ per (\\w+)(?: on average)(${TAIL})$`, 'i'), true],
  [new RegExp(`^(?:average|avg|mean) (?:number of |count of )?(.+?) per (\\w+)(${TAIL})$`, 'i'), true],
  [new RegExp(`^(.+?) per (\\w+) on average(${TAIL})$`, 'i'), true],
  [new RegExp(`^how (?:many|much) (.+?) (?:do|did|does) (?:we|they|it) \\w+ per (\\w+)(${TAIL})$`, 'i'), false],
  [new RegExp(`^(.+?) per (\\w+)(${TAIL})$`, 'i'), false],
]
const opening = /^(?:what(?:'s| is| was| are| were) |show (?:me )?|give (?:me )?)?(?:the |our )?/i

function saidIn(text: string): Said | undefined {
  const plain = text
    .trim()
    .replace(/[?!.]+$/, '')
    .replace(opening, '')
  for (const [form, isAverage] of forms) {
    const [, top, bottom, tail = ''] = form.exec(plain) ?? []
    if (top && bottom) return { top: `${top}${tail}`, bottom, isAverage }
  }
  return undefined
}

/** With fewer things than this people want each of them, not what falls on one. */
const FEW = 40

/**
 * "Orders per customer", "revenue per seat": one figure divided by how many things or by another figure. `read` reads what is divided.
 * Nothing where the words are no ratio, or where a line for each is likelier meant.
 */
export function readRatio(text: string, catalog: Catalog, read: (text: string) => Reading): Reading | undefined {
  const said = saidIn(text)
  if (!said || /\b(?:day|week|month|quarter|year|hour)s?$/i.test(said.bottom)) return undefined
  const top = isCounted(said.top, catalog) ? `number of ${said.top}` : said.top
  const first = read(top)
  const isFigure = first.state !== 'not-understood' && first.plan.measures.length === 1
  const base = isFigure || top !== said.top ? first : read(`total ${top}`)
  if (base.state === 'not-understood') return undefined
  const [measure, ...others] = base.plan.measures
  if (!measure || others.length > 0 || measure.part || measure.isShare || base.plan.having || base.plan.limit !== undefined)
    return undefined
  const table = catalog.tables.find(({ name }) => name === base.plan.table)
  if (!table || !addsUp(measure, table)) return undefined
  const per = divisorOf(said.bottom, table, catalog)
  if (!per) return undefined
  if (!said.isAverage && per.things !== undefined && (per.things < FEW || base.plan.dimensions.length > 0)) return undefined
  const label = `${measure.label.replace(/^(?:total|number of) /, '')} per ${per.label}`
  const ratio: Measure = { ...measure, per: per.measure, label }
  const rename = (by: string): string => (by === measure.label ? label : by)
  const plan = withJoins(
    { ...base.plan, measures: [ratio], order: base.plan.order.map((one) => ({ ...one, by: rename(one.by) })) },
    catalog,
  )
  if (!plan) return undefined
  const doubts: Doubt[] =
    said.isAverage || per.things === undefined
      ? []
      : [{ part: 'measure', why: `I divide by the number of different ${per.label}s; a line for each ${per.label} may be meant` }]
  if (doubts.length === 0 && base.state === 'understood') return { state: 'understood', plan, chips: chipsOf(plan, table) }
  const why = [base.state === 'my-reading' ? base.why : '', ...doubts.map((doubt) => `${doubt.why}.`)].filter((one) => one !== '')
  const alternatives =
    doubts.length > 0
      ? [read(text)].flatMap((one) => (one.state === 'not-understood' ? [] : [{ plan: one.plan, chips: one.chips }]))
      : []
  return { state: 'my-reading', plan, chips: chipsOf(plan, table, doubts), why: why.join(' '), alternatives }
}

/** Things are counted; figures stand as they are. */
function isCounted(top: string, { tables }: Catalog): boolean {
  const [first = ''] = top.split(/\s+(?:in|for|since|last|this|during|among|with|by)\b|,/i)
  const words = first
    .trim()
    .split(/\s+/)
    .map((word) => lemma(word.toLowerCase()))
  const last = words.at(-1) ?? ''
  const isThing = tables.some((table) =>
    [table.name, table.label, ...(table.synonyms ?? [])].some((name) => nameWords(name).at(-1) === last),
  )
  const isFigure = tables.some(({ columns, metrics = [] }) =>
    [...columns.filter(isMeasure), ...metrics].some(({ name }) => nameWords(name).join(' ') === words.join(' ')),
  )
  return isThing && !isFigure && !/^(?:number|count|total|sum)\b/i.test(top)
}

/** Averages and extremes are not divided. */
function addsUp({ aggregate, column, metric }: Measure, table: CatalogTable): boolean {
  if (metric !== undefined)
    return /^\s*(?:sum|count)\s*\([^()]*\)\s*$/i.test(table.metrics?.find(({ name }) => name === metric)?.expression ?? '')
  if (aggregate === 'count') return true
  const found = table.columns.find(({ name }) => name === column)
  return aggregate === 'sum' && found !== undefined && additivity(found) !== 'no'
}

interface Divisor {
  readonly measure: NonNullable<Measure['per']>
  readonly label: string
  /** How many there are, where things are counted. */
  readonly things?: number
}

/** Rows of the table itself, things that its rows belong to, or a figure of them. */
function divisorOf(word: string, table: CatalogTable, catalog: Catalog): Divisor | undefined {
  const said = lemma(word.toLowerCase())
  const isNamed = ({ name, label, synonyms = [] }: CatalogTable): boolean =>
    [name, label, ...synonyms].some((one) => nameWords(one).join(' ') === said)
  const figure = table.columns.find(
    (column) => isMeasure(column) && [column.name, ...(column.synonyms ?? [])].some((name) => nameWords(name).join(' ') === said),
  )
  if (figure && additivity(figure) === 'yes')
    return { measure: { aggregate: 'sum', column: figure.name }, label: calledOf(figure) }
  if (isNamed(table)) return { measure: { aggregate: 'count' }, label: word.toLowerCase() }
  const steps = stepsOf(catalog).filter(({ isToMany, columns }) => !isToMany && columns.length === 1)
  const near = steps.filter((step) => step.table === table.name)
  for (const step of near) {
    const parent = catalog.tables.find(({ name }) => name === step.to)
    const [column] = step.columns
    if (parent && column !== undefined && isNamed(parent))
      return { measure: { aggregate: 'count-distinct', column }, label: word.toLowerCase(), things: parent.rowCount }
  }
  for (const step of near.flatMap((one) => steps.filter(({ table: from }) => from === one.to))) {
    const parent = catalog.tables.find(({ name }) => name === step.to)
    const [column] = step.columns
    if (parent && column !== undefined && isNamed(parent))
      return {
        measure: { aggregate: 'count-distinct', column: `${step.table}.${column}` },
        label: spokenName(word),
        things: parent.rowCount,
      }
  }
  return undefined
}
