import type { CatalogTable } from '../../../contract/catalog.ts'
import { type Cell, type Column, isNumeric, type Row } from '../../../contract/column.ts'
import type { Plan } from '../../../contract/plan.ts'
import { cellFormat, formatCell, formatCount, formatPlural, groupDigits } from '../../../render/format-cell.ts'
import { additivity } from './columns.ts'
import { escapeCell } from './escape-cell.ts'
import { pluralOf } from './lemma.ts'
import { wordComparison } from './word-comparison.ts'
import { incompleteSentence, periodName } from './word-period.ts'

/** What the rows say, in one or two plain sentences of Markdown. Only numbers of the rows, and shares where everything adds up. */
export function wordAnswer(
  plan: Plan,
  table: CatalogTable,
  columns: readonly Column[],
  rows: readonly Row[],
  rowCount: number,
): string {
  const [first] = rows
  if (!first || rowCount === 0)
    return `Nothing in ${table.label} fits${plan.filters.length > 0 ? `: ${plan.filters.map(({ label }) => label).join(', ')}` : ''}.`
  if (plan.compare) return wordComparison(plan, plan.compare, columns, rows)
  const measures = plan.measures
  const shown = (row: Row, at: number): string => {
    const column = columns[at]
    return column
      ? show(
          row[at],
          column,
          rows.map((other) => other[at] ?? null),
        )
      : 'no value'
  }
  if (plan.dimensions.length === 0 && measures.length > 0) {
    const said = measures.map(({ label }, place) => `${upper(label)}: **${shown(first, place)}**`)
    return `${said.join('. ')}${plan.filters.length > 0 ? ` (${plan.filters.map(({ label }) => label).join(', ')})` : ''}.`
  }
  if (measures.length === 0) {
    if (plan.dimensions.length > 0)
      return `There ${rowCount === 1 ? 'is' : 'are'} **${formatCount(rowCount)}** different ${plan.dimensions.map(({ label }) => (rowCount === 1 ? label : pluralOf(label))).join(' and ')}.`
    if (rowCount === 1 && columns.length <= 4)
      return `${columns.map((column, place) => `${upper(column.name.replaceAll('_', ' '))}: **${shown(first, place)}**`).join(', ')}.`
    return `**${formatPlural(rowCount, 'row')}**${plan.limit === undefined ? '' : ', ranked'}.`
  }
  const place = columns.findIndex(({ name }) => name === measures[0]?.label)
  const label = measures[0]?.label ?? ''
  const numbers = rows.map((row) => (row[place] === null ? undefined : Number(row[place])))
  const nameOf = (row: Row): string =>
    plan.dimensions
      .map(({ grain, label: name }) => {
        const at = columns.findIndex((column) => column.name === name)
        return grain ? escapeCell(periodName(row[at], grain)) : shown(row, at)
      })
      .join(', ')
  const isUnnamed = (row: Row): boolean =>
    plan.dimensions.length === 1 && row[columns.findIndex((column) => column.name === plan.dimensions[0]?.label)] === null
  const time = plan.dimensions.length === 1 && plan.dimensions[0]?.grain
  const isWhole =
    rows.length === rowCount &&
    plan.limit === undefined &&
    numbers.every((number) => number !== undefined && Number.isFinite(number) && number >= 0)
  const top = topRow(rows, numbers, plan)
  const topValue = top && shown(top, place)
  if (!top) return `**${formatPlural(rowCount, 'row')}**, none with a value for ${label}.`
  const isLowest = plan.order[0]?.by === label && !plan.order[0].descending
  if (rowCount === 1) return `**${nameOf(top)}**: ${label} is **${topValue}**.`
  if (time) {
    const over = `${upper(label)} over ${formatPlural(rowCount, time)}`
    if (rows.length < rowCount) return `${over}.`
    const dated = table.columns.find(({ name }) => name === plan.dimensions[0]?.column)
    const cells = rows.map((row) => row[0])
    const incomplete = dated && incompleteSentence(cells, time, dated, plan.filters)
    const said = `${over}; the ${isLowest ? 'lowest' : 'highest'} is **${nameOf(top)}** with **${topValue}**.`
    return incomplete ? `${said} ${incomplete}` : said
  }
  const total = numbers.reduce<number>((sum, number) => sum + (number ?? 0), 0)
  const column = table.columns.find(({ name }) => name === measures[0]?.column)
  const addsUp =
    !(measures[0]?.isShare || measures[0]?.part) &&
    (measures[0]?.aggregate === 'count' ||
      (measures[0]?.aggregate === 'sum' && column !== undefined && additivity(column) !== 'no'))
  const without = `**Rows without ${plan.dimensions[0]?.label ?? 'a name'}**`
  const subject = isUnnamed(top) ? without : `**${nameOf(top)}**`
  const [lastIs, leads, has] = isUnnamed(top) ? ['are last', 'lead', 'have'] : ['is last', 'leads', 'has']
  if (isWhole && addsUp && total > 0)
    return `${subject} ${isLowest ? lastIs : leads} with ${topValue} of ${groupDigits(total.toFixed(placesOf(topValue ?? '')))} (${((100 * Number(top[place])) / total).toFixed(1)} %), ${label}.`
  return `${subject} ${has} the ${isLowest ? 'lowest' : 'highest'} ${label.replace(/^(highest|lowest) /, '')} with ${topValue}${plan.limit === undefined ? `, of ${formatCount(rowCount)}` : ''}.`
}

function topRow(rows: readonly Row[], numbers: readonly (number | undefined)[], plan: Plan): Row | undefined {
  if (plan.limit !== undefined && plan.order[0]?.by === plan.measures[0]?.label) return rows[0]
  const isLowest = plan.order[0]?.by === plan.measures[0]?.label && plan.order[0]?.descending === false
  let best: number | undefined
  numbers.forEach((number, at) => {
    const current = best === undefined ? undefined : numbers[best]
    if (number !== undefined && (current === undefined || (isLowest ? number < current : number > current))) best = at
  })
  return best === undefined ? undefined : rows[best]
}

/** How many decimal places a written number has. */
const placesOf = (text: string): number => /\.(\d+)/.exec(text)?.[1]?.length ?? 0
const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** A cell as the table writes it, days in words. */
function show(cell: Cell | undefined, column: Column, cells: Iterable<Cell>): string {
  if (cell === null || cell === undefined) return 'no value'
  if (column.type === 'date') return periodName(cell, 'day')
  return isNumeric(column.type)
    ? formatCell(cell, cellFormat(column, cells))
    : escapeCell(formatCell(cell, cellFormat(column, cells)))
}
