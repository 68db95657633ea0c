import { KnownError } from '../../contract/error.ts'
import type { ConfirmedPair } from '../../contract/notes.ts'
import type { Plan, Reading } from '../../contract/plan.ts'
import type { Turn } from '../../contract/turn.ts'
import { formatPlural } from '../../render/format-cell.ts'
import type { Analyst } from './analyst.ts'
import { chooseChart } from './basic/choose-chart.ts'
import { escapeCell } from './basic/escape-cell.ts'
import { planSql } from './basic/plan-sql.ts'
import { isUndo, understand } from './basic/understand.ts'
import { wordAnswer } from './basic/word-answer.ts'
import { confirmedPair, plainChart } from './confirmed-pair.ts'
import { explainChange } from './explain-change.ts'
import type { Tools } from './tools.ts'

/** Answers by fixed rules, with no model. Runs what it understood, shows what it is not sure of, and says what it does not know. */
export function createBasicAnalyst(): Analyst {
  return {
    name: 'basic',
    async answer({ text, catalog: known, wholeCatalog, earlier, confirmed, now }, tools) {
      const pair = confirmed ? undefined : confirmedPair(text, known)
      if (pair) return answerConfirmed(pair, tools)
      const first = confirmed ?? understand(text, known, now, plansOf(earlier))
      const isOpen = wholeCatalog !== undefined && !isOfColumnsOnly(first)
      const catalog = isOpen ? await wholeCatalog() : known
      const reading = isOpen && !confirmed ? understand(text, catalog, now, plansOf(earlier)) : first
      if (!confirmed) await tools.read(reading)
      if (reading.state === 'not-understood') {
        await tools.say(refusalText(reading))
        return 'answered'
      }
      if (reading.state === 'my-reading' && !confirmed) return 'needs-confirmation'
      const { plan } = reading
      const table = catalog.tables.find(({ name }) => name === plan.table)
      if (!table) throw new KnownError('invalid-input', `There is no table “${plan.table}” in this conversation.`)
      if (plan.isExplained) return explainChange(plan, catalog, tools)
      const shown = shownPlan(plan)
      const title = titleOf(shown)
      const outcome = await tools.query(planSql(plan, catalog), title)
      if (!outcome.ok) {
        await tools.say(`The query failed: ${outcome.error.message}`)
        return 'failed'
      }
      await tools.say(wordAnswer(shown, table, outcome.table.columns, outcome.rows, outcome.table.rowCount))
      const chart = chooseChart(shown, outcome.table.columns, outcome.rows)
      if (chart) await tools.chart(chart, title, outcome.table)
      return 'answered'
    },
  }
}

/** Whether a reading follows from the names of columns alone, so that rows not seen yet cannot make it another: no value, no time, no step. */
function isOfColumnsOnly(reading: Reading): boolean {
  if (reading.state !== 'understood') return false
  const { measures, dimensions, filters, joins, related, having, second, compare, isExplained } = reading.plan
  if ([filters, joins, related, having].some((parts) => parts !== undefined && parts.length > 0)) return false
  if (second || compare || isExplained) return false
  return measures.every(({ part }) => !part) && dimensions.every(({ grain, cycle, width }) => !grain && !cycle && !width)
}

/** Runs what somebody found right for this very question. */
async function answerConfirmed({ question, sql, by, on }: ConfirmedPair, tools: Tools): Promise<'answered' | 'failed'> {
  const outcome = await tools.query(sql, question)
  if (!outcome.ok) {
    await tools.say(`The confirmed query failed: ${outcome.error.message}`)
    return 'failed'
  }
  const { columns, rowCount } = outcome.table
  const only = rowCount === 1 && columns.length === 1 ? `: **${escapeCell(String(outcome.rows[0]?.[0] ?? 'no value'))}**` : ''
  const who = by === undefined ? '' : ` by ${escapeCell(by)}${on === undefined ? '' : ` on ${on}`}`
  await tools.say(`**${formatPlural(rowCount, 'row')}**${only}. This question and its SQL were confirmed${who}.`)
  const chart = plainChart(columns, outcome.rows)
  if (chart) await tools.chart(chart, question, outcome.table)
  return 'answered'
}

/** The plan as its answer shows it: what only sorts or keeps apart is left out. */
const shownPlan = (plan: Plan): Plan => {
  const measures = plan.measures.filter(({ isHidden }) => !isHidden)
  const dimensions = plan.dimensions.filter(({ isHidden }) => !isHidden)
  return measures.length === 0 && plan.measures.length > 0
    ? { ...plan, measures, dimensions: [], columns: dimensions.map(({ label }) => label) }
    : { ...plan, measures, dimensions }
}

/** The plans that answered questions ran, the latest last; one that was taken back is not among them. */
function plansOf(earlier: readonly Turn[]): Plan[] {
  const plans: Plan[] = []
  for (const { reading, status, question } of earlier) {
    if (status !== 'answered' || reading === undefined || reading.state === 'not-understood') continue
    if (isUndo(question)) plans.pop()
    else plans.push(reading.plan)
  }
  return plans
}

/** "Total amount by region" */
function titleOf(plan: Plan): string {
  const what =
    plan.measures.length > 0
      ? plan.measures.map(({ label }) => label).join(' and ')
      : plan.columns.length > 0
        ? plan.columns.map((name) => name.replaceAll('_', ' ')).join(', ')
        : plan.dimensions.length > 0
          ? ''
          : 'rows'
  const by = plan.dimensions.map(({ label }) => label).join(' and ')
  const title = what && by ? `${what} by ${by}` : what || by
  const against = plan.compare ? `${title}, compared with ${plan.compare.label}` : title
  const full = plan.filters.length > 0 ? `${against}: ${plan.filters.map(({ label }) => label).join(', ')}` : against
  return full.charAt(0).toUpperCase() + full.slice(1)
}

function refusalText({ message, nearest, suggestions }: Extract<Reading, { state: 'not-understood' }>): string {
  const lines = [message]
  if (nearest.length > 0)
    lines.push(
      `The nearest names in this data are ${nearest.map((name) => `**${name.replace(/[\\`*_[\]<>]/g, '\\$&')}**`).join(', ')}.`,
    )
  if (suggestions.length > 0)
    lines.push(
      `These questions work on this data:\n\n${suggestions.map((question) => `- ${question.replace(/[\\`*_[\]<>]/g, '\\$&')}`).join('\n')}`,
    )
  return lines.join('\n\n')
}
