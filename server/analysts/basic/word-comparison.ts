import type { Cell, Column, Row } from '../../../contract/column.ts'
import type { Compare, Plan } from '../../../contract/plan.ts'
import { cellFormat, formatCell, formatPlural } from '../../../render/format-cell.ts'
import { escapeCell } from './escape-cell.ts'
import { periodName } from './word-period.ts'

/** What a comparison with an earlier time shows: the change of one figure, or where groups and times moved most. */
export function wordComparison(
  plan: Plan,
  { label: earlier }: Compare,
  columns: readonly Column[],
  rows: readonly Row[],
): string {
  const [measure] = plan.measures
  const at = columns.findIndex(({ name }) => name === measure?.label)
  const column = columns[at]
  if (!measure || !column) return `**${formatPlural(rows.length, 'row')}**.`
  const shown = (cell: Cell | undefined): string =>
    cell === null || cell === undefined
      ? 'no value'
      : formatCell(
          cell,
          cellFormat(
            column,
            rows.flatMap((row) => [row[at] ?? null]),
          ),
        )
  const earlierAt = columns.findIndex(({ name }) => name === `${measure.label}, ${earlier}`)
  const pairs = rows.map((row) => ({ row, now: numberOf(row[at]), before: numberOf(row[earlierAt]) }))
  const filters = plan.filters.length > 0 ? ` (${plan.filters.map(({ label }) => label).join(', ')})` : ''
  const [first] = pairs
  if (plan.dimensions.length === 0 && first) {
    const said = `${upper(measure.label)}: **${shown(first.row[at])}**${filters}`
    return `${said}, ${changeWords(first.now, first.before)} ${shown(first.row[earlierAt])} ${earlier}.`
  }
  const name = (row: Row): string =>
    plan.dimensions
      .map(({ label, grain }) => {
        const cell = row[columns.findIndex((other) => other.name === label)]
        return escapeCell(grain ? periodName(cell, grain) : cell === null || cell === undefined ? 'no value' : String(cell))
      })
      .join(', ')
  const moved = pairs
    .flatMap(({ row, now, before }) =>
      now === undefined || before === undefined || now === before ? [] : [{ row, now, before }],
    )
    .sort((one, two) => Math.abs(two.now - two.before) - Math.abs(one.now - one.before))
  const [most] = moved
  if (!most) return `${upper(measure.label)} of ${formatPlural(rows.length, 'row')}, none with another value ${earlier}.`
  return `${upper(measure.label)} moved most in **${name(most.row)}**: **${shown(most.row[at])}**, ${changeWords(most.now, most.before)} ${shown(most.row[earlierAt])} ${earlier}.`
}

/** "up 12.5 % from", "the same as": goes before the earlier figure. */
export function changeWords(now: number | undefined, before: number | undefined): string {
  if (now === undefined || before === undefined) return 'against'
  if (now === before) return 'the same as'
  const way = now > before ? 'up' : 'down'
  return before > 0 ? `${way} ${((100 * Math.abs(now - before)) / before).toFixed(1)} % from` : `${way} from`
}

const numberOf = (cell: Cell | undefined): number | undefined => {
  const number = cell === null || cell === undefined || cell === '' ? Number.NaN : Number(cell)
  return Number.isFinite(number) ? number : undefined
}
const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
