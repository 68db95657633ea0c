import { useMutation } from '@tanstack/react-query'
import type { Cell } from '../../contract/column.ts'
import type { TableComparison, TableDrift } from '../../contract/drift.ts'
import { sentenceOf } from '../client/call-error.ts'
import { checkDrift } from '../client/share-calls.ts'
import { useAnnounce } from '../controls/announcer.tsx'
import { counted, formatCount, formatTime, listed } from '../controls/format-text.ts'

/** Asks what the link shows again and says what changed in the source since. The link stays as it is. */
export function ShareDrift({ id }: { readonly id: string }) {
  const announce = useAnnounce()
  const check = useMutation({
    mutationFn: () => checkDrift(id),
    onSuccess: ({ tables }) => announce(summaryOf(tables)),
  })
  const { data } = check
  return (
    <>
      <h2>Against the source</h2>
      <p className="meta">
        {data
          ? `${summaryOf(data.tables)} Asked at ${formatTime(data.checkedAt)}; the link still shows version ${data.version} as it was frozen.`
          : 'Runs the SQL behind the link again and says which cells changed since. Readers see nothing of it.'}
      </p>
      {check.error && (
        <p className="note bad" role="alert">
          <span className="grow">{sentenceOf(check.error)}</span>
        </p>
      )}
      {data?.tables.map((table) => (
        <DriftOfTable key={table.tableId} table={table} />
      ))}
      <button type="button" className="btn" disabled={check.isPending} onClick={() => check.mutate()}>
        {check.isPending ? 'Asking the source' : data ? 'Check again' : 'Check for changes'}
      </button>
    </>
  )
}

function summaryOf(tables: readonly TableDrift[]): string {
  const count = (state: TableDrift['outcome']['state']) => tables.filter(({ outcome }) => outcome.state === state).length
  const [changed, unasked] = [count('changed'), count('unasked')]
  if (tables.length === 0) return 'The link shows no table to check.'
  if (changed + unasked === 0) return 'Nothing has changed.'
  const parts = [
    changed > 0 ? `${counted(changed, 'table has', 'tables have')} changed` : '',
    unasked > 0 ? `${counted(unasked, 'table')} could not be asked again` : '',
  ]
  return `${listed(parts.filter((part) => part !== ''))}.`
}

function DriftOfTable({ table }: { readonly table: TableDrift }) {
  const { title, question, outcome, truncated } = table
  const cut = truncated ? ' Rows beyond where it was cut are not compared.' : ''
  if (outcome.state !== 'changed')
    return (
      <div className="drift">
        <b className="cut" title={question}>
          {title}
        </b>
        <span className="meta">
          {outcome.state === 'same' ? 'As it was frozen.' : outcome.reason}
          {cut}
        </span>
      </div>
    )
  const { comparison } = outcome
  return (
    <details className="fold drift">
      <summary>
        <span className="cut" title={question}>
          {title}
        </span>
        <span className="meta push num">{saidOf(comparison)}</span>
      </summary>
      <div>
        <p className="meta">
          {comparison.matchedBy.length > 0
            ? `Rows are matched by ${listed(comparison.matchedBy)}.`
            : 'No column tells the rows apart, so they are matched by their position.'}
          {cut}
        </p>
        {comparison.changes.length > 0 && <Changes comparison={comparison} />}
        <Rows name="Added" rows={comparison.added} count={comparison.addedRows} comparison={comparison} />
        <Rows name="Gone" rows={comparison.removed} count={comparison.removedRows} comparison={comparison} />
        {comparison.addedColumns.length > 0 && <p>New columns: {listed(comparison.addedColumns)}.</p>}
        {comparison.removedColumns.length > 0 && <p>Columns gone: {listed(comparison.removedColumns)}.</p>}
      </div>
    </details>
  )
}

function saidOf({ changedCells, addedRows, removedRows, addedColumns, removedColumns }: TableComparison): string {
  const parts = [
    changedCells > 0 ? `${counted(changedCells, 'cell')} changed` : '',
    addedRows > 0 ? `${counted(addedRows, 'row')} added` : '',
    removedRows > 0 ? `${counted(removedRows, 'row')} gone` : '',
    addedColumns.length + removedColumns.length > 0 ? 'other columns' : '',
  ]
  return listed(parts.filter((part) => part !== ''))
}

const text = (cell: Cell): string =>
  cell === null ? 'empty' : typeof cell === 'number' ? cell.toLocaleString('en-GB') : String(cell)
const rowName = (row: readonly Cell[], isPlace: boolean): string =>
  isPlace ? `row ${text(row[0] ?? null)}` : row.map(text).join(', ')

function Changes({ comparison }: { readonly comparison: TableComparison }) {
  const { changes, changedCells, matchedBy } = comparison
  return (
    <>
      <div className="drift-cells">
        <table>
          <thead>
            <tr>
              {['Row', 'Column', 'Frozen', 'Now'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {changes.map(({ row, column, frozen, now }) => (
              <tr key={JSON.stringify([row, column])}>
                <th scope="row">{rowName(row, matchedBy.length === 0)}</th>
                <td>{column}</td>
                <td className="num">{text(frozen)}</td>
                <td className="num">{text(now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {changedCells > changes.length && <p className="meta">and {formatCount(changedCells - changes.length)} more.</p>}
    </>
  )
}

interface RowsProps {
  readonly name: string
  readonly rows: readonly (readonly Cell[])[]
  readonly count: number
  readonly comparison: TableComparison
}

function Rows({ name, rows, count, comparison }: RowsProps) {
  if (count === 0) return null
  const shown = rows.slice(0, 10).map((row) => rowName(row, comparison.matchedBy.length === 0))
  const more = count - shown.length
  return (
    <p>
      {name}: {shown.join('; ')}
      {more > 0 && ` and ${formatCount(more)} more`}.
    </p>
  )
}
