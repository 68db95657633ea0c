import type { Catalog } from '../../contract/catalog.ts'
import { KnownError } from '../../contract/error.ts'
import type { Plan } from '../../contract/plan.ts'
import { explainingColumns } from './basic/apply-extras.ts'
import { dimensionOf } from './basic/build-plan.ts'
import { chooseChart } from './basic/choose-chart.ts'
import { escapeCell } from './basic/escape-cell.ts'
import { planSql } from './basic/plan-sql.ts'
import { calledOf } from './basic/tokens.ts'
import { wordAnswer } from './basic/word-answer.ts'
import type { Tools } from './tools.ts'

/** What one value of a column adds to a change. */
interface Contribution {
  readonly column: string
  readonly value: string
  readonly change: number
}

const MOST_NAMED = 3

/**
 * Where a change sits: the two times compared once as a whole and once for each column of few values, the values that moved most named
 * with their share of the change. Says where, never why. Only sums and counts can be taken apart, as averages do not add up.
 */
export async function explainChange(plan: Plan, catalog: Catalog, tools: Tools): Promise<'answered' | 'failed'> {
  const table = catalog.tables.find(({ name }) => name === plan.table)
  const [measure] = plan.measures
  if (!table || !measure) throw new KnownError('invalid-input', `There is no table “${plan.table}” in this conversation.`)
  const whole = await tools.query(planSql(plan, catalog), `${measure.label} and ${plan.compare?.label ?? 'earlier'}`)
  if (!whole.ok) {
    await tools.say(`The query failed: ${whole.error.message}`)
    return 'failed'
  }
  await tools.say(wordAnswer(plan, table, whole.table.columns, whole.rows, whole.table.rowCount))
  const chart = chooseChart(plan, whole.table.columns, whole.rows)
  if (chart) await tools.chart(chart, measure.label, whole.table)
  const total = Number(whole.rows[0]?.[0] ?? 0) - Number(whole.rows[0]?.[1] ?? 0)
  if ((measure.aggregate !== 'sum' && measure.aggregate !== 'count') || measure.isShare || measure.part) {
    await tools.say('Only sums and counts can be taken apart, so I can’t say where this change sits.')
    return 'answered'
  }
  if (!Number.isFinite(total) || total === 0) {
    await tools.say('There is no change to take apart.')
    return 'answered'
  }
  const found: Contribution[] = []
  for (const column of explainingColumns(plan, table)) {
    const split: Plan = { ...plan, dimensions: [dimensionOf(column)] }
    const outcome = await tools.query(planSql(split, catalog), `${measure.label} by ${calledOf(column)}`)
    if (!outcome.ok || outcome.rows.length < outcome.table.rowCount) continue
    for (const [value, now, before] of outcome.rows)
      found.push({
        column: calledOf(column),
        value: value === null || value === undefined ? 'no value' : String(value),
        change: Number(now ?? 0) - Number(before ?? 0),
      })
  }
  await tools.say(wordContributions(found, total))
  return 'answered'
}

/** "Most of the change sits in region South: −1,200, 64 % of it." A move against the change is said as such. */
function wordContributions(found: readonly Contribution[], total: number): string {
  const most = [...found]
    .filter(({ change }) => Number.isFinite(change) && change !== 0 && change > 0 === total > 0)
    .sort((one, two) => Math.abs(two.change) - Math.abs(one.change))
    .slice(0, MOST_NAMED)
  const against = [...found]
    .filter(({ change }) => change !== 0 && change > 0 !== total > 0)
    .sort((one, two) => Math.abs(two.change) - Math.abs(one.change))[0]
  if (most.length === 0) return 'No column of few values shows where the change sits.'
  const signed = (change: number): string =>
    `${change > 0 ? '+' : '−'}${Math.abs(Math.round(change * 100) / 100).toLocaleString('en')}`
  const lines = most.map(
    ({ column, value, change }) =>
      `- ${escapeCell(column)} **${escapeCell(value)}**: ${signed(change)}, ${((100 * change) / total).toFixed(0)} % of the change`,
  )
  const opposed = against
    ? `\n\nAgainst it moved ${escapeCell(against.column)} **${escapeCell(against.value)}**: ${signed(against.change)}.`
    : ''
  return `The change sits mostly here (columns overlap, so shares of different columns do not add up):\n\n${lines.join('\n')}${opposed}`
}
