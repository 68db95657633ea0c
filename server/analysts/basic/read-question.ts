import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import type { Starter } from '../../../contract/conversation.ts'
import type { Plan, Reading } from '../../../contract/plan.ts'
import { isAskedThingUnknown } from './asked-thing.ts'
import { buildPlan } from './build-plan.ts'
import { chipsOf } from './chips.ts'
import { isDate } from './columns.ts'
import { isLikely } from './confidence.ts'
import type { Doubt, Draft, Pick } from './draft.ts'
import { editPlan, isEdit } from './follow-up.ts'
import { type Link, linkTokens } from './lattice.ts'
import { looksForeign } from './lexicon.ts'
import { nearTables } from './near-tables.ts'
import { isSamePlan, readAcross } from './read-across.ts'
import { readClauses } from './read-clauses.ts'
import { keptApart, readingTable, wideTable, withJoins } from './reading-table.ts'
import { leftOut, nearestNames, notRead, notReadSentence, unreadSentences } from './refusal-words.ts'
import { candidateQuestions } from './suggestions.ts'
import { type Token, tokenise } from './tokens.ts'

/** Every question is linked with every table, so what is tried for all of thousands holds the whole server up for minutes. */
const STARTER_TABLES = 40
const LONGEST_QUESTION = 1000
/** With more unknown words than this a reading of all tables is not worth showing. */
const MOST_UNKNOWN = 4

interface Attempt {
  readonly table: CatalogTable
  readonly plan: Plan | undefined
  readonly draft: Draft
  readonly isFollowUp: boolean
  /** How many equally good meanings each open word has. */
  readonly choices: ReadonlyMap<string, number>
  readonly linked: number
}

/**
 * Reads a question against the tables of a catalog, as an edit of `last` where it is a fragment.
 * Pure: `now` says what "last month" means. Nothing is understood while a word is unknown or fits two things. Where a picture `isDrawn` of it,
 * what is grouped by stands along its axis, so that nobody has to say that it is shown.
 */
export function readQuestion(text: string, catalog: Catalog, now: Date, last?: Plan, isDrawn = false): Reading {
  const said = text.slice(0, LONGEST_QUESTION)
  const tokens = tokenise(said)
  const attempts = attemptsAt(tokens, catalog, now, last)
  const reading = readingOf(attempts, tokens, catalog, now, last)
  const wide = wideReading(reading, tokens, catalog, now, last)
  if (wide) return wide
  const isAlone = catalog.tables.length < 2 || attempts[0]?.isFollowUp
  const found = isAlone ? reading : withOtherTables(reading, said, catalog, now, isDrawn)
  const unknown = attempts[0]?.draft.unknown ?? []
  const isBeside = found === reading && reading.state === 'my-reading' && isAskedThingUnknown(tokens, unknown)
  return isBeside ? refusal(unknown, tokens, catalog, now) : found
}

/** As `readQuestion`, of one table and those that its rows belong to: what shares and comparisons are made of. */
export function readOneTable(text: string, catalog: Catalog, now: Date): Reading {
  const tokens = tokenise(text.slice(0, LONGEST_QUESTION))
  const reading = readingOf(attemptsAt(tokens, catalog, now, undefined), tokens, catalog, now, undefined)
  return wideReading(reading, tokens, catalog, now, undefined, true) ?? reading
}

/** Weighs the reading of one table against that of all of them: what both say is sure, what they say differently is asked. */
function withOtherTables(reading: Reading, text: string, catalog: Catalog, now: Date, isDrawn: boolean): Reading {
  const clause = reading.state === 'not-understood' ? undefined : reading
  if (clause?.plan.measures.some(({ metric }) => metric)) return reading
  if (clause && (isTimed(clause.plan, catalog) || (clause.state === 'understood' && !hasKeys(catalog)))) return reading
  const across = readAcross(text, catalog, now, isDrawn)
  if (!across) return reading
  const { plan, doubts, unknown, isSure } = across
  const table = catalog.tables.find(({ name }) => name === plan.table)
  if (!table) return reading
  const isAgreed = clause !== undefined && unknown.length === 0 && isSamePlan(clause.plan, plan)
  const isGrouped = plan.dimensions.length > 0 && plan.measures.length > 0
  if (
    isAgreed &&
    !(isGrouped && doubts.length > 0) &&
    (clause.state === 'understood' || (doubts.length === 0 && unknown.length === 0))
  )
    return { state: 'understood', plan, chips: chipsOf(plan, table) }
  if (clause?.state === 'understood' && (unknown.length > 0 || isSummedUp(clause.plan, plan))) return reading
  if (clause && isCountedBy(clause.plan, plan, text, catalog)) return reading
  if ((isSure && clause?.state !== 'understood') || isLikely(across, clause, isAgreed))
    return { state: 'understood', plan, chips: chipsOf(plan, table) }
  if (unknown.length > MOST_UNKNOWN || isHollowed(plan, unknown, text) || isAskedThingUnknown(tokenise(text), unknown))
    return reading
  const open: Doubt[] = [
    ...doubts,
    ...leftOut(notRead(unknown, tokenise(text))),
    ...(clause && !isAgreed ? [{ part: 'from' as const, why: 'the words can be read in another way too' }] : []),
  ]
  if (open.length === 0) open.push({ part: 'from', why: 'questions like this one are easily misread' })
  const others = clause && !isAgreed ? [{ plan: clause.plan, chips: clause.chips }] : []
  return {
    state: 'my-reading',
    plan,
    chips: chipsOf(plan, table, open),
    why: whyOf(open),
    alternatives: [...others, ...(clause?.state === 'my-reading' ? clause.alternatives : [])].slice(0, 2),
  }
}

/** "Revenue by category": one table sums up where all tables would only list. */
const isSummedUp = (plan: Plan, across: Plan): boolean =>
  across.measures.length === 0 &&
  plan.dimensions.length > 0 &&
  plan.measures.some(({ aggregate }) => aggregate === 'sum' || aggregate === 'average')

/** Words are left out, and what is left says nothing of what was asked: a bare list or count, or no figure where one was named. */
function isHollowed(
  { measures, dimensions, columns, filters, having, related, second, order }: Plan,
  unknown: readonly string[],
  text: string,
): boolean {
  if (unknown.length === 0) return false
  const figures = measures.filter(({ isHidden }) => !isHidden)
  const isCount = figures.every(({ aggregate, column }) => aggregate === 'count' && column === undefined)
  const isBare =
    filters.length + order.length + (related?.length ?? 0) === 0 && !having && !second && isCount && columns.length < 2
  const isFigured =
    order.length > 0 || measures.some(({ aggregate }) => aggregate !== 'count') || filters.some(({ figure }) => figure)
  const isLost = /\b(?:average|avg|mean|total|sum|maximum|minimum|median)\b/i.test(text) && !isFigured
  return unknown.length > 3 || isLost || (isBare && (unknown.length > 1 || dimensions.length === 0))
}

/** "Closed tickets by channel" counts; nobody lists channels with it. */
const isCountedBy = (plan: Plan, across: Plan, text: string, { tables }: Catalog): boolean =>
  !plan.dimensions.some(({ column }) =>
    tables.some(({ name, foreignKeys }) => name === plan.table && foreignKeys.some(({ columns }) => columns.includes(column))),
  ) &&
  /(?<!ed )\bby\b|\bper\b/i.test(text) &&
  plan.dimensions.length > 0 &&
  plan.measures.length > 0 &&
  across.dimensions.length === 0 &&
  across.order.length === 0 &&
  across.second === undefined &&
  across.related === undefined &&
  across.columns.length < 2 &&
  across.filters.length <= plan.filters.length

/** Files without keys have nothing that says how their tables meet, so one table that answers is enough. */
const hasKeys = ({ tables }: Catalog): boolean => tables.some(({ foreignKeys }) => foreignKeys.length > 0)

/** Time is what the reading of one table knows best. */
const isTimed = (plan: Plan, { tables }: Catalog): boolean =>
  plan.chart !== undefined ||
  plan.dimensions.some(({ grain, cycle }) => grain ?? cycle) ||
  plan.filters.some(({ column, operator }) => {
    const table = tables.find(({ name }) => name === plan.table)
    return operator === 'between' || table?.columns.some((other) => other.name === column && isDate(other))
  })

function readingOf(
  attempts: readonly Attempt[],
  tokens: readonly Token[],
  catalog: Catalog,
  now: Date,
  last: Plan | undefined,
): Reading {
  const [best, second] = attempts
  if (!best)
    return refusal(
      [],
      tokens,
      catalog,
      now,
      catalog.unread ? 'There is no table to ask.' : 'There is no table to ask yet. Add a file first.',
    )
  const unknown = best.draft.unknown
  if (unknown.length > 0 && looksForeign(unknown.map((word) => word.toLowerCase())))
    return refusal(unknown, tokens, catalog, now, 'I read English only.')
  const [refused] = best.draft.refusals
  if (refused) return refusal(unknown, tokens, catalog, now, refused)
  if (!best.plan) return refusal(unknown, tokens, catalog, now)
  if (unknown.length > 1 || (unknown.length === 1 && !carriesPlan(best))) return refusal(unknown, tokens, catalog, now)

  const doubts: Doubt[] = [...best.draft.doubts, ...leftOut(notRead(unknown, tokens))]
  const isTie =
    second?.plan !== undefined &&
    second.draft.unknown.length === unknown.length &&
    second.linked === best.linked &&
    !best.isFollowUp
  if (isTie) doubts.push({ part: 'from', why: `both ${best.table.label} and ${second.table.label} fit` })
  const chips = chipsOf(best.plan, best.table, doubts)
  if (doubts.length === 0) return { state: 'understood', plan: best.plan, chips }
  const others = [...alternatives(tokens, best, now, last), ...(isTie ? [second] : [])]
  const seen = new Set([JSON.stringify(best.plan)])
  const distinct = others.flatMap(({ plan, table }) => {
    if (!plan || seen.has(JSON.stringify(plan))) return []
    seen.add(JSON.stringify(plan))
    return [{ plan, chips: chipsOf(plan, table) }]
  })
  return {
    state: 'my-reading',
    plan: best.plan,
    chips,
    why: whyOf(doubts),
    alternatives: distinct.slice(0, 2),
  }
}

export function whyOf(doubts: readonly Doubt[]): string {
  const why = `${[...new Set(doubts.map((doubt) => doubt.why))].join('; ')}.`
  return why.charAt(0).toUpperCase() + why.slice(1)
}

/** Questions on this data that the analyst itself reads without doubt. Of a large catalog only the first tables are tried. */
export function workingQuestions(catalog: Catalog, now: Date, count: number): Starter[] {
  const isLarge = catalog.tables.length > STARTER_TABLES
  const near = isLarge ? { ...catalog, tables: catalog.tables.slice(0, STARTER_TABLES) } : catalog
  const isSure = (question: string, table: string, among: Catalog): boolean => surePlan(question, among, now)?.table === table
  const queues = near.tables.map((table) => ({ table: table.name, left: [...candidateQuestions(table)] }))
  const best: { starter: Starter; table: string }[] = []
  for (let isOpen = true; isOpen && best.length < count; ) {
    isOpen = false
    for (const { table, left } of queues) {
      if (best.length >= count) break
      const at = left.findIndex(({ question }) => isSure(question, table, near))
      const [starter] = at < 0 ? [] : left.splice(0, at + 1).slice(-1)
      if (at < 0) left.length = 0
      if (!starter) continue
      isOpen = true
      best.push({ starter, table })
    }
  }
  const held = isLarge
    ? best.filter(({ starter, table }) => isSure(starter.question, table, nearTables(catalog, starter.question)))
    : best
  return held.map(({ starter }) => starter)
}

/** The tables, those that the words fit best first. */
export const likeliestTables = (text: string, catalog: Catalog, now: Date): CatalogTable[] =>
  attemptsAt(tokenise(text.slice(0, LONGEST_QUESTION)), catalog, now, undefined).map(({ table }) => table)

/** The plan of a question that `readQuestion` would call understood, without the work of wording a refusal. */
export function surePlan(question: string, catalog: Catalog, now: Date): Plan | undefined {
  const [best, second] = attemptsAt(tokenise(question.slice(0, LONGEST_QUESTION)), catalog, now, undefined)
  if (!best?.plan || best.draft.unknown.length + best.draft.doubts.length + best.draft.refusals.length > 0) return undefined
  if (second?.plan && second.draft.unknown.length === 0 && second.linked === best.linked) return undefined
  if (catalog.tables.length < 2 || !hasKeys(catalog) || isTimed(best.plan, catalog)) return best.plan
  const across = readAcross(question, catalog, now)
  if (!across || across.unknown.length > 0 || isSummedUp(best.plan, across.plan)) return best.plan
  const isOpen = best.plan.dimensions.length > 0 && best.plan.measures.length > 0 && across.doubts.length > 0
  return isSamePlan(across.plan, best.plan) && !isOpen ? best.plan : undefined
}

/** One attempt for each table, best first. Joins would make further attempts of several tables here. */
function attemptsAt(tokens: readonly Token[], catalog: Catalog, now: Date, last: Plan | undefined): Attempt[] {
  const attempts = catalog.tables.map((table) => attemptOn(tokens, readingTable(table), now, last, new Map()))
  const followed = attempts.find(({ isFollowUp, plan, draft }) => isFollowUp && plan && draft.unknown.length === 0)
  if (followed) return [followed]
  const before = catalog.tables.find(({ name }) => name === last?.table)
  const wide = before && attemptOn(tokens, wideTable(before, catalog), now, last, new Map())
  if (wide?.isFollowUp && wide.draft.unknown.length === 0) {
    const plan = wide.plan && withJoins(keptApart(wide.plan, catalog), catalog)
    if (plan) return [{ ...wide, plan }]
  }
  return ranked(attempts, last)
}

const ranked = (attempts: Attempt[], last: Plan | undefined): Attempt[] =>
  attempts.sort(
    (one, two) =>
      one.draft.unknown.length - two.draft.unknown.length ||
      Number(two.plan !== undefined && two.draft.refusals.length === 0) -
        Number(one.plan !== undefined && one.draft.refusals.length === 0) ||
      two.linked - one.linked ||
      Number(two.table.name === last?.table) - Number(one.table.name === last?.table),
  )

/**
 * "Alarms by site this year": one table with the columns of those that its rows belong to. Only for what the plain readings leave open:
 * figures and times along keys.
 */
function wideReading(
  reading: Reading,
  tokens: readonly Token[],
  catalog: Catalog,
  now: Date,
  last: Plan | undefined,
  isAny = false,
): Reading | undefined {
  if (!hasKeys(catalog)) return undefined
  const isKeyed =
    reading.state === 'understood' &&
    reading.plan.measures.length > 0 &&
    reading.plan.limit !== 1 &&
    isByKey(reading.plan, tokens, catalog)
  if (reading.state === 'understood' && !isKeyed) return undefined
  const attempts = catalog.tables.flatMap((table): Attempt[] => {
    const wide = wideTable(table, catalog)
    if (wide === readingTable(table)) return []
    const attempt = attemptOn(tokens, wide, now, undefined, new Map())
    const plan = attempt.plan && withJoins(keptApart(attempt.plan, catalog), catalog)
    if (!plan || attempt.draft.unknown.length + attempt.draft.refusals.length > 0) return []
    const isWorth =
      isAny || isKeyed || (plan.measures.length > 0 && (isTimed(plan, catalog) || plan.measures.some(({ metric }) => metric)))
    return isWorth && plan.joins ? [{ ...attempt, plan }] : []
  })
  if (attempts.length === 0) return undefined
  const found = readingOf(ranked(attempts, last), tokens, catalog, now, undefined)
  return found.state === 'not-understood' ? undefined : found
}

/** "Revenue by product", grouped by the product's key, which tells people nothing; who says "product id" has it. */
const isByKey = ({ table: own, dimensions }: Plan, tokens: readonly Token[], { tables }: Catalog): boolean =>
  !tokens.some(({ lemma }) => ['id', 'key', 'code', 'number', 'identifier'].includes(lemma)) &&
  dimensions.some(({ column }) =>
    tables.some(({ name, foreignKeys }) => name === own && foreignKeys.some(({ columns }) => columns.join() === column)),
  )

function attemptOn(
  tokens: readonly Token[],
  table: CatalogTable,
  now: Date,
  last: Plan | undefined,
  forced: ReadonlyMap<string, number>,
): Attempt {
  const choices = new Map<string, number>()
  const pick: Pick = (key, options) => {
    if (options.length > 1) choices.set(key, options.length)
    return options[Math.min(forced.get(key) ?? 0, options.length - 1)]
  }
  const links = linkTokens(tokens, table, now)
  const draft = readClauses(links, table, pick)
  const linked = links.reduce((sum, link) => sum + weight(link), 0)
  const isFollowUp = last?.table === table.name && isEdit(draft)
  if (isFollowUp) {
    const known = { doubts: [...draft.doubts], refusals: [...draft.refusals] }
    const built = buildPlan(draft, table, pick)
    const before = draft.doubts
    const plan = editPlan(last, draft, built, table, pick)
    if (draft.doubts !== before) known.doubts = draft.doubts
    if (plan) return { table, plan, draft: { ...draft, ...known }, isFollowUp: true, choices, linked }
    return { table, plan: built, draft, isFollowUp: false, choices, linked }
  }
  const plan = buildPlan(draft, table, pick)
  if (draft.edits.has('about') && !draft.refusals.length)
    draft.doubts.push({ part: 'from', why: 'this sounds like more of an earlier question' })
  return { table, plan, draft, isFollowUp: false, choices, linked }
}

const weight = (link: Link): number => {
  if (link.kind === 'period') return 1
  if (link.kind !== 'thing') return 0
  return link.isPartial ? 1 : 2 * link.length + (link.isTable ? 1 : 0)
}

function* alternatives(tokens: readonly Token[], best: Attempt, now: Date, last: Plan | undefined): Generator<Attempt> {
  for (const [key, count] of best.choices) {
    for (let option = 1; option < Math.min(count, 3); option++) {
      const other = attemptOn(tokens, best.table, now, last, new Map([[key, option]]))
      if (other.draft.refusals.length === 0) yield other
    }
  }
}

/** Enough is left without the unknown word to be worth showing. */
const carriesPlan = ({ plan, draft }: Attempt): boolean =>
  plan !== undefined &&
  !draft.isHollow &&
  (draft.isEntityNamed || (plan.measures.length > 0 && draft.selected.some(({ column }) => column !== undefined))) &&
  plan.measures.length + plan.dimensions.length + plan.columns.length > 0

/** Without a message of its own it says what of the question could not be read. */
function refusal(unknown: readonly string[], tokens: readonly Token[], catalog: Catalog, now: Date, message?: string): Reading {
  const unread = notRead(unknown, tokens)
  const said =
    message ??
    (unknown.length > 0 ? notReadSentence(unread, catalog) : 'I could not find a question about this data in these words.')
  return {
    state: 'not-understood',
    unknownWords: [...unread.names],
    nearest: nearestNames(unread.names, catalog),
    suggestions: workingQuestions(catalog, now, 3).map(({ question }) => question),
    message: [said, ...unreadSentences(catalog)].join(' '),
  }
}
