import { useState } from 'react'
import type { Continuation, ContinuationTable } from '../../contract/continuation.ts'
import { counted, formatDay, listed } from '../controls/format-text.ts'

export interface ChooseTablesProps {
  readonly page: Extract<Continuation, { state: 'open' }>
  readonly isBusy: boolean
  readonly error: string | undefined
  readonly onTake: (tableIds: string[]) => void
}

/** What a shared page offers, table by table, and what will happen with it. */
export function ChooseTables({ page, isBusy, error, onTake }: ChooseTablesProps) {
  const { title, by, frozenAt, version, tables } = page
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const chosen = tables.filter(({ id }) => !left.has(id))
  const toggle = (id: string, isChosen: boolean) => {
    const next = new Set(left)
    if (isChosen) next.delete(id)
    else next.add(id)
    setLeft(next)
  }
  return (
    <section aria-labelledby="from">
      <p className="meta num">
        Shared by {by}, version {version}, frozen {formatDay(frozenAt)}
      </p>
      <h2 id="from">{title}</h2>
      {tables.length === 0 ? (
        <p className="dim">This page holds no table to continue with.</p>
      ) : (
        <>
          <ul>
            {tables.map((table) => (
              <Entry key={table.id} table={table} isChosen={!left.has(table.id)} onToggle={toggle} />
            ))}
          </ul>
          <p className="dim">
            The chosen tables are copied into a new conversation that only you see, exactly as the page shows them. The source
            behind them is not asked, and its owner does not learn who took them.
          </p>
          {error && (
            <p className="note bad" role="alert">
              <span className="grow">{error}</span>
            </p>
          )}
          <button
            type="button"
            className="btn p"
            disabled={chosen.length === 0 || isBusy}
            onClick={() => onTake(chosen.map(({ id }) => id))}
          >
            {isBusy ? 'Copying' : chosen.length === 0 ? 'Choose a table' : `Continue with ${counted(chosen.length, 'table')}`}
          </button>
        </>
      )}
    </section>
  )
}

interface EntryProps {
  readonly table: ContinuationTable
  readonly isChosen: boolean
  readonly onToggle: (id: string, isChosen: boolean) => void
}

const NAMED_COLUMNS = 6

function Entry({ table, isChosen, onToggle }: EntryProps) {
  const { id, title, question, columns, rowCount, truncated } = table
  const named = columns.slice(0, NAMED_COLUMNS)
  const more = columns.length - named.length
  return (
    <li>
      <label>
        <input className="c" type="checkbox" checked={isChosen} onChange={(event) => onToggle(id, event.target.checked)} />
        <span className="grow">
          <b>{title}</b>
          {question !== title && <span className="meta">{question}</span>}
          <span className="meta num">
            {counted(rowCount, 'row')}
            {truncated && ', cut where it was made'}. {listed(more > 0 ? [...named, counted(more, 'more column')] : named)}.
          </span>
        </span>
      </label>
    </li>
  )
}
