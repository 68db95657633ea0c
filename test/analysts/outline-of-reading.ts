import type { Reading } from '../../contract/plan.ts'

/** A reading in one line, for tests: `✓ sum revenue by region where country = Germany top 5`. A `?` waits for Run, a `✗` is not understood. */
export function outline(reading: Reading): string {
  if (reading.state === 'not-understood') return `✗ ${reading.unknownWords.join(', ') || reading.message}`
  const { measures, dimensions, columns, filters, having, compare, isExplained, order, limit, chart } = reading.plan
  const said = measures
    .map(({ aggregate, column, isShare, part }) => {
      const figure = column ? `${aggregate} ${column}` : aggregate
      return isShare
        ? `share of ${figure}`
        : part
          ? `part of ${figure} with ${part.map(({ label }) => label).join(' & ')}`
          : figure
    })
    .join(', ')
  const parts = [
    reading.state === 'understood' ? '✓' : '?',
    said || (dimensions.length > 0 ? 'different' : `list ${columns.join(', ') || '*'}`),
  ]
  if (dimensions.length > 0)
    parts.push(
      'by',
      dimensions
        .map(({ column, grain, cycle, width }) =>
          cycle ? `${column}:any ${cycle}` : (grain ?? width) ? `${column}:${grain ?? width}` : column,
        )
        .join(', '),
    )
  if (filters.length > 0)
    parts.push(
      'where',
      filters
        .map(({ column, operator, values, figure }) => `${column} ${operator} ${figure?.aggregate ?? values.join('…')}`.trim())
        .join(' & '),
    )
  if (having)
    parts.push('having', having.map(({ column, operator, values }) => `${column} ${operator} ${values.join('…')}`).join(' & '))
  if (compare) parts.push(`against ${compare.label}`)
  if (isExplained) parts.push('explained')
  for (const { by, descending } of order) parts.push(`order ${by}${descending ? ' ↓' : ' ↑'}`)
  if (limit !== undefined) parts.push(`top ${limit}`)
  if (chart) parts.push(`as ${chart}`)
  return parts.join(' ')
}
