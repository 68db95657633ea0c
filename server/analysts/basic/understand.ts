import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import type { Plan, Reading } from '../../../contract/plan.ts'
import { type Applied, applyExtras } from './apply-extras.ts'
import { chipsOf } from './chips.ts'
import { isDate } from './columns.ts'
import { settledPlan } from './compare.ts'
import type { Doubt } from './draft.ts'
import { drawPlan } from './draw-plan.ts'
import { nearTables } from './near-tables.ts'
import { type ChartWish, peelChart } from './peel-chart.ts'
import { type Extras, peelExtras } from './peel-extras.ts'
import { readOneTable, readQuestion, whyOf } from './read-question.ts'
import { readRatio } from './read-ratio.ts'
import { readVersus } from './read-versus.ts'
import { nameWords } from './tokens.ts'
import { unaccountedDoubts, whyNoAnswer } from './unaccounted.ts'

const undo = /^(?:please )?(?:undo(?: that| this| it)?|go back|back|take that back|revert(?: that)?)[.!]?$/i

/** A question takes the plan before it back, instead of asking something. */
export const isUndo = (text: string): boolean => undo.test(text.trim())

/**
 * Reads a question with all that business asks on top of plain figures: shares, rates, comparisons with an earlier time, spreads,
 * and where a change sits. `plans` are those of the questions before, the latest last.
 */
export function understand(text: string, whole: Catalog, now: Date, plans: readonly Plan[] = []): Reading {
  const catalog = nearTables(whole, text, [...new Set(plans.slice(-2).map(({ table }) => table))])
  const reading = readWhole(text, catalog, now, plans)
  if (reading.state === 'not-understood') return reading
  const { plan } = reading
  const why = whyNoAnswer(text, plan, catalog, now)
  if (why !== undefined) return refused(why, catalog, now)
  const table = catalog.tables.find(({ name }) => name === plan.table)
  const doubts = reading.state === 'understood' ? unaccountedDoubts(text, plan, catalog) : []
  if (!table || doubts.length === 0) return reading
  return { state: 'my-reading', plan, chips: chipsOf(plan, table, doubts), why: whyOf(doubts), alternatives: [] }
}

/** A picture is drawn of what is read without the words for it. */
function readWhole(text: string, catalog: Catalog, now: Date, plans: readonly Plan[]): Reading {
  const whole = readPlainly(text, catalog, now, plans)
  const wish = whole.state === 'understood' ? undefined : peelChart(text)
  const base = wish && readPlainly(wish.rest, catalog, now, plans, true)
  if (!wish || !base || base.state === 'not-understood') return whole
  const tableOf = (plan: Plan): CatalogTable | undefined => catalog.tables.find(({ name }) => name === plan.table)
  const table = tableOf(base.plan)
  if (!table) return whole
  const plan = drawPlan(base.plan, wish, table)
  const doubts = pictureDoubts(plan, wish)
  if (base.state === 'understood' && doubts.length > 0)
    return { state: 'my-reading', plan, chips: chipsOf(plan, table, doubts), why: whyOf(doubts), alternatives: [] }
  if (base.state === 'understood') return { state: 'understood', plan, chips: chipsOf(plan, table) }
  const unsure = new Set(base.chips.filter((chip) => chip.unsure).map(({ part, value }) => `${part} ${value}`))
  return {
    ...base,
    plan,
    chips: chipsOf(plan, table).map((chip) => ({ ...chip, unsure: unsure.has(`${chip.part} ${chip.value}`) })),
    alternatives: base.alternatives.flatMap((other) => {
      const own = tableOf(other.plan)
      const drawn = own && drawPlan(other.plan, wish, own)
      return own && drawn ? [{ plan: drawn, chips: chipsOf(drawn, own) }] : []
    }),
  }
}

/** What keeps a plan from being the picture that was wished for. */
function pictureDoubts({ measures, dimensions, columns }: Plan, { axes, openBin }: ChartWish): Doubt[] {
  if (measures.length > 0 && dimensions.length === 0)
    return [{ part: 'as', why: 'one number alone makes no picture; it may be meant of groups' }]
  if (measures.length + dimensions.length === 0 && columns.length === 1)
    return [{ part: 'as', why: 'the question does not say what stands along the axis' }]
  if (axes !== undefined && dimensions.filter(({ isHidden }) => !isHidden).length > axes)
    return [{ part: 'by', why: 'this reading tells the points apart by more than the question names' }]
  if (openBin === 'width') return [{ part: 'by', why: 'the question does not say how wide a bin is' }]
  return openBin ? [{ part: 'by', why: 'the times of all years are put together; they may be meant one after another' }] : []
}

function readPlainly(text: string, catalog: Catalog, now: Date, plans: readonly Plan[], isDrawn = false): Reading {
  const last = plans.at(-1)
  if (isUndo(text)) return undone(plans, catalog, now)
  const ratio = readRatio(text, catalog, (part) => readQuestion(part, catalog, now))
  if (ratio) return ratio
  const versus = readVersus(text, catalog, now, (part) => readOneTable(part, catalog, now))
  if (versus) return versus
  const plain = settled(readQuestion(text, catalog, now, last, isDrawn), catalog)
  if (plain.state === 'understood') return plain
  const extras = peelExtras(text, columnWords(catalog))
  if (!hasExtras(extras)) return plain
  const rest = extras.isRate ? nameFlag(extras.rest, catalog) : extras.rest
  const ofParts = (extras.isShare || extras.isRate) && rest !== '' ? sharedPart(rest, extras, catalog, now) : undefined
  if (ofParts) return ofParts
  const base = rest === '' ? alone(last, catalog) : readQuestion(rest, catalog, now, last)
  if (!base || base.state === 'not-understood') return base && rest !== '' ? base : plain
  const applied = applyExtras(base.plan, extras, catalog, now)
  if (typeof applied === 'string') return refused(applied, catalog, now)
  return joined(base, applied, extras, catalog, now)
}

/** Shares are of one table's rows, and of those that the words keep. */
function sharedPart(rest: string, extras: Extras, catalog: Catalog, now: Date): Reading | undefined {
  const base = readOneTable(rest, catalog, now)
  if (base.state === 'not-understood' || base.plan.limit !== undefined) return undefined
  const applied = applyExtras(base.plan, extras, catalog, now)
  return typeof applied === 'string' ? undefined : joined(base, applied, extras, catalog, now)
}

const hasExtras = ({ isShare, isRate, isSpread, compare }: Extras): boolean =>
  isShare || isRate || isSpread || compare !== undefined

/** Nothing of what is asked on top is lost on the alternatives of the rest. */
function joined(
  base: Exclude<Reading, { state: 'not-understood' }>,
  { plan, doubts }: Exclude<Applied, string>,
  extras: Extras,
  catalog: Catalog,
  now: Date,
): Reading {
  const table = catalog.tables.find(({ name }) => name === plan.table)
  if (!table) return refused('There is no table to ask yet.', catalog, now)
  const why = [...new Set(doubts.map((doubt) => doubt.why))].join('; ')
  const said = why === '' ? '' : `${why.charAt(0).toUpperCase()}${why.slice(1)}.`
  const isOpen = base.state === 'my-reading' && !isAnswered(base.plan, plan)
  if (!isOpen && doubts.length === 0) return { state: 'understood', plan, chips: chipsOf(plan, table) }
  const others = base.state === 'my-reading' ? base.alternatives : []
  return {
    state: 'my-reading',
    plan,
    chips: chipsOf(plan, table, doubts).map((chip) => ({
      ...chip,
      unsure:
        chip.unsure ||
        (isOpen && base.chips.some(({ part, value, unsure }) => unsure && part === chip.part && value === chip.value)),
    })),
    why: [isOpen ? base.why : '', said].filter((part) => part !== '').join(' '),
    alternatives: others.flatMap((other) => {
      const applied = applyExtras(other.plan, extras, catalog, now)
      const own = catalog.tables.find(({ name }) => name === other.plan.table)
      return typeof applied === 'string' || !own ? [] : [{ plan: applied.plan, chips: chipsOf(applied.plan, own) }]
    }),
  }
}

/** A spread does not care whether the number would have been added up or averaged. */
const isAnswered = (base: Plan, plan: Plan): boolean =>
  plan.dimensions.some(({ width }) => width !== undefined) && base.filters.length === 0

function alone(last: Plan | undefined, catalog: Catalog): Reading | undefined {
  const table = catalog.tables.find(({ name }) => name === last?.table)
  return last && table ? { state: 'understood', plan: last, chips: chipsOf(last, table) } : undefined
}

function undone(plans: readonly Plan[], catalog: Catalog, now: Date): Reading {
  const plan = plans.at(-2)
  return alone(plan, catalog) ?? refused('There is nothing earlier to go back to.', catalog, now)
}

/** A refusal with questions that work, said in a sentence of its own. */
const refused = (message: string, catalog: Catalog, now: Date): Reading => {
  const reading = readQuestion('', catalog, now)
  return {
    state: 'not-understood',
    unknownWords: [],
    nearest: [],
    suggestions: reading.state === 'not-understood' ? reading.suggestions : [],
    message,
  }
}

/** An edit may have taken away the time that a comparison stands on; where a change sat is not asked again. */
function settled(reading: Reading, catalog: Catalog): Reading {
  if (reading.state === 'not-understood' || !reading.plan.compare) return reading
  const { isExplained: _, ...rest } = reading.plan
  const plan = settledPlan(rest)
  const table = catalog.tables.find(({ name }) => name === plan.table)
  return table ? { ...reading, plan, chips: chipsOf(plan, table) } : reading
}

/** "Return rate" where the data says "returned": the first word that begins as a yes/no column or a value of few stands for it. */
function nameFlag(text: string, { tables }: Catalog): string {
  const columns = tables.flatMap((table) => table.columns)
  const names = columns.filter(({ type }) => type === 'boolean').flatMap(({ name }) => nameWords(name))
  const values = columns.flatMap((column) =>
    (column.distinctCount ?? 99) <= 20
      ? (column.values ?? []).flatMap(({ value }) => (typeof value === 'string' ? [value] : []))
      : [],
  )
  const [word = '', ...others] = text.split(' ')
  const meant = [...names, ...values].find((name) => isKin(word.toLowerCase(), name.toLowerCase()))
  return meant === undefined ? text : [meant, ...others].join(' ')
}

/** "cancellation" and "cancelled", "return" and "returned". */
const isKin = (word: string, name: string): boolean =>
  word.length >= 4 && (name.startsWith(word) || (word.length >= 6 && name.startsWith(word.slice(0, 6))))

/** Words of the data's own names, so that a column "growth rate" is not taken for a question about growth. */
const columnWords = ({ tables }: Catalog): ReadonlySet<string> =>
  new Set(tables.flatMap(({ columns }) => columns.filter((column) => !isDate(column)).flatMap(({ name }) => nameWords(name))))
