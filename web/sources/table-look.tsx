import type { CatalogColumn } from '../../contract/catalog.ts'
import type { Cell } from '../../contract/column.ts'
import type { TableLook } from '../../contract/source.ts'
import { isNumberType, isTimeType } from '../../render/format-cell.ts'
import { counted, formatCount } from '../controls/format-text.ts'

const SHOWN_VALUES = 8
const TOP_VALUES = 5

/** The first rows of a table, as the source gave them. */
export function SampleRows({
  label,
  sample: { columns, rows },
}: {
  readonly label: string
  readonly sample: TableLook['sample']
}) {
  const places = columns.map((column, index) => ({
    ...column,
    index,
    isRight: isNumberType(column.type) || isTimeType(column.type),
  }))
  return (
    <section className="tbl" aria-label={`First rows of ${label}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="scroll" tabIndex={0} aria-label={`First rows of ${label}, scrolls sideways`}>
        <table>
          <thead>
            <tr>
              {places.map(({ name, index, isRight }) => (
                <th key={index} scope="col" className={isRight ? 'n' : undefined}>
                  <span>{name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, number) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name and never move
              <tr key={number}>
                {places.map(({ index, isRight }) => (
                  <CellEntry key={index} cell={row[index] ?? null} isRight={isRight} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function CellEntry({ cell, isRight }: { readonly cell: Cell; readonly isRight: boolean }) {
  if (cell === null) return <td className={isRight ? 'n null' : 'null'}>–</td>
  const text = String(cell)
  return (
    <td className={isRight ? 'n' : undefined}>
      <span className="nm" title={text.length > 40 ? text : undefined}>
        {text}
      </span>
    </td>
  )
}

/** "4 different; 2 rows empty; 0.5 to 900; North (12), South (9)": of a table that was looked into just now. */
export function factsOf({ type, distinctCount, nullCount = 0, min, max, values = [] }: CatalogColumn): string {
  const hasRange = min !== undefined && min !== null && max !== undefined && max !== null && type !== 'text'
  const top = values
    .slice(0, TOP_VALUES)
    .filter(({ value, count }) => value !== null && count > 1)
    .map(({ value, count }) => `${short(value ?? '')} (${formatCount(count)})`)
  const parts = [
    distinctCount === undefined ? '' : `${formatCount(distinctCount)} different`,
    nullCount === 0 ? 'none empty' : `${counted(nullCount, 'row')} empty`,
    hasRange ? `${short(min)} to ${short(max)}` : '',
    top.join(', '),
  ]
  return parts.filter((part) => part !== '').join('; ')
}

/** "North, South and 2 more", "0.5 to 900": from the rows that were looked into. */
export function holdsOf({ values = [], distinctCount, min, max, nullCount }: CatalogColumn): string {
  const parts: string[] = []
  const isFew = distinctCount !== undefined && distinctCount > 0 && distinctCount <= SHOWN_VALUES
  if (isFew) parts.push(values.map(({ value }) => String(value)).join(', '))
  else if (min !== undefined && min !== null && max !== undefined && max !== null) parts.push(`${short(min)} to ${short(max)}`)
  if (nullCount !== undefined && nullCount > 0) parts.push('some empty')
  return parts.join('; ')
}

const short = (value: string | number | boolean): string => {
  const text = String(value)
  return text.length > 24 ? `${text.slice(0, 23)}…` : text
}
