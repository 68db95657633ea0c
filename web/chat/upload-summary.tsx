import type { ImportingTable, Upload, UploadProblem } from '../../contract/upload.ts'
import { counted, formatBytes, formatCount } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'

/** `Line 17: 5 cells instead of 4`. */
const problemText = ({ line, column, message }: UploadProblem): string =>
  `${[line === undefined ? '' : `Line ${formatCount(line)}`, column ?? ''].filter(Boolean).join(', ')}${line === undefined && !column ? '' : ': '}${message}`

/** A file that became data: its tables, columns with their types, and what could not be read. */
export function UploadSummary({ upload }: { readonly upload: Upload }) {
  const { tables, importing, problems, problemCount } = upload
  const shown: readonly (ImportingTable & { readonly rowCount?: number })[] = importing ? [importing] : tables
  return (
    <section className="up" aria-label={upload.name}>
      <header>
        <Icon name="file" />
        <h3>{upload.name}</h3>
        <span className="meta num">
          {sizeOf(upload)}, {formatBytes(upload.bytes)}
        </span>
      </header>
      {importing && (
        <p className="reading meta" role="status">
          <progress className="prog" aria-label={`Reading ${upload.name}`} />
          Reading all rows. You can ask already.
        </p>
      )}
      {shown.map((table) => (
        <div key={table.name}>
          <ul className="colz" aria-label={`Columns of ${shown.length === 1 ? upload.name : table.label}`}>
            {table.columns.map((column) => (
              <li key={column.name}>
                <span>{column.name}</span> <i>{column.type}</i>
              </li>
            ))}
          </ul>
          <p className="meta">
            In SQL: <code className="mono">{table.name}</code>
            {shown.length > 1 && table.rowCount !== undefined && `, ${counted(table.rowCount, 'row')}`}
          </p>
        </div>
      ))}
      {problemCount > 0 && <UploadProblems problems={problems} count={problemCount} />}
    </section>
  )
}

function sizeOf({ tables, importing, problemCount }: Upload): string {
  if (importing) return counted(importing.columns.length, 'column')
  const [only] = tables
  if (!only) return problemCount > 0 ? 'not read' : 'no table'
  return tables.length === 1
    ? `${counted(only.rowCount, 'row')}, ${counted(only.columns.length, 'column')}`
    : counted(tables.length, 'table')
}

function UploadProblems({ problems, count }: { readonly problems: readonly UploadProblem[]; readonly count: number }) {
  const [first, ...others] = problems
  const more = count - 1 - others.length
  const isRows = problems.every((problem) => problem.line !== undefined)
  return (
    <div className="note">
      <div className="grow">
        <b>{isRows ? `${counted(count, 'row')} could not be read.` : `${counted(count, 'problem')} while reading.`}</b>{' '}
        {first && problemText(first)}
        {others.length > 0 && (
          <details>
            <summary>The other {formatCount(count - 1)}</summary>
            <ul>
              {others.map((problem, index) => (
                <li key={`${problem.line ?? ''}-${index}`}>{problemText(problem)}</li>
              ))}
              {more > 0 && <li>and {formatCount(more)} more</li>}
            </ul>
          </details>
        )}
      </div>
    </div>
  )
}
