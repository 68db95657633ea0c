import type { ColumnarColumn } from '../../render/columnar.ts'
import { isNumberType, isTimeType } from '../../render/format-cell.ts'

export interface ColumnStatistics {
  readonly rowCount: number
  readonly emptyCount: number
  readonly distinctCount: number
  /** Of numbers and times, in the measure of `ColumnarColumn.number`; none where there is no cell. */
  readonly range?: { readonly min: number; readonly max: number; readonly mean: number; readonly median: number }
  /** How many cells lie in each of equal steps from the least to the greatest. */
  readonly bins: readonly number[]
  /** Of other columns: the texts that stand most often, most first. */
  readonly common: readonly { readonly text: string; readonly count: number }[]
}

const BINS = 24
const COMMON = 3

/** Looks at every cell of a column. */
export function columnStatistics(column: ColumnarColumn): ColumnStatistics {
  const { nulls, rowCount } = column
  let emptyCount = 0
  if (nulls) for (let row = 0; row < rowCount; row++) emptyCount += nulls[row] ?? 0
  const counted = { rowCount, emptyCount }
  return isNumberType(column.type) || isTimeType(column.type)
    ? { ...counted, ...describeNumbers(column), common: [] }
    : { ...counted, ...describeTexts(column), bins: [] }
}

function describeNumbers(column: ColumnarColumn): Pick<ColumnStatistics, 'distinctCount' | 'range' | 'bins'> {
  const numbers = new Float64Array(column.rowCount)
  let count = 0
  let sum = 0
  for (let row = 0; row < column.rowCount; row++) {
    const value = column.number(row)
    if (!Number.isFinite(value)) continue
    numbers[count++] = value
    sum += value
  }
  const sorted = numbers.subarray(0, count).sort()
  const [min, max] = [sorted[0], sorted[count - 1]]
  if (min === undefined || max === undefined) return { distinctCount: 0, bins: [] }
  const bins = Array.from({ length: BINS }, () => 0)
  let distinctCount = 0
  for (let at = 0; at < count; at++) {
    const value = sorted[at] ?? 0
    if (at === 0 || value !== sorted[at - 1]) distinctCount++
    const bin = max === min ? 0 : Math.min(BINS - 1, Math.floor(((value - min) / (max - min)) * BINS))
    bins[bin] = (bins[bin] ?? 0) + 1
  }
  const median = ((sorted[(count - 1) >> 1] ?? 0) + (sorted[count >> 1] ?? 0)) / 2
  return { distinctCount, range: { min, max, mean: sum / count, median }, bins: max === min ? [] : bins }
}

function describeTexts(column: ColumnarColumn): Pick<ColumnStatistics, 'distinctCount' | 'common'> {
  const counts = new Map<string, number>()
  if (column.kind === 'codes') {
    const byCode = new Uint32Array(column.dictionary.length)
    for (let row = 0; row < column.rowCount; row++) {
      const code = column.values[row] ?? 0
      if (!column.nulls?.[row]) byCode[code] = (byCode[code] ?? 0) + 1
    }
    byCode.forEach((count, code) => {
      if (count > 0) counts.set(column.dictionary[code] ?? '', count)
    })
  } else
    for (let row = 0; row < column.rowCount; row++) {
      if (column.nulls?.[row]) continue
      const text = String(column.cell(row))
      counts.set(text, (counts.get(text) ?? 0) + 1)
    }
  const common = [...counts].sort((a, b) => b[1] - a[1]).slice(0, COMMON)
  return { distinctCount: counts.size, common: common.map(([text, count]) => ({ text, count })) }
}
