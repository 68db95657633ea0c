import { type Chart, ChartSpec } from '../../contract/chart.ts'
import { chartColumns, chartRules } from '../../contract/chart-rules.ts'
import { KnownError } from '../../contract/error.ts'
import type { TableReference } from '../../contract/table.ts'
import { chartLabel } from '../../render/chart-label.ts'
import { chartModel } from '../../render/chart-model.ts'
import type { ChartModel } from '../../render/chart-series.ts'
import { chartSvg } from '../../render/chart-svg.ts'
import { decodeColumnar } from '../../render/columnar.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { Results } from './results.ts'

/**
 * A chart of a kept table, with its pictures kept.
 * Throws `invalid-input` where the specification names a column that the table does not have, or one without a number.
 */
export async function drawChart(
  results: Pick<Results, 'columnar' | 'keepPictures'>,
  actor: Actor,
  { id, title, spec, table }: { id: string; title: string; spec: ChartSpec; table: TableReference },
): Promise<Chart> {
  const missing = chartColumns(spec).find((name) => !table.columns.some((column) => column.name === name))
  if (missing !== undefined) {
    const names = table.columns.map((column) => column.name).join(', ')
    throw new KnownError('invalid-input', `There is no column "${missing}" in the result. It has: ${names}.`)
  }
  const data = decodeColumnar(await results.columnar(actor, table.digest))
  const checked = ChartSpec.parse(spec)
  const model = chartModel(checked, data)
  if (table.rowCount > 0 && !hasValues(model)) throw new KnownError('invalid-input', noNumbers(checked))
  const pictures = await results.keepPictures(actor, {
    wide: chartSvg(checked, data, 'wide'),
    narrow: chartSvg(checked, data, 'narrow'),
  })
  return { id, title, spec: checked, tableId: table.id, label: chartLabel(model), pictures }
}

/** A chart without a single number says nothing: most likely a column of text was named as a measure. */
const hasValues = ({ series }: ChartModel): boolean =>
  series.some(({ ys, zs }) => ys.some((y) => y !== null) || zs?.some((z) => z !== 0))

const noNumbers = ({ kind, x, y, y2, size }: ChartSpec): string =>
  `There is nothing to draw: ${[...(y.length === 0 && x ? [x] : []), ...y, ...(y2 ?? []), ...(size ? [size] : [])].join(', ')} must hold numbers for ${chartRules[kind].name}.`
