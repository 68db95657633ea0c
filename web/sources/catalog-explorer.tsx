import { memo, type ReactNode, useMemo, useState } from 'react'
import type { CatalogColumn, CatalogTable } from '../../contract/catalog.ts'
import type { TablePage } from '../../contract/source.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useTableLook, useTables } from '../client/source-queries.ts'
import { counted } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { Loaded } from '../controls/loaded.tsx'
import { factsOf, holdsOf, SampleRows } from './table-look.tsx'

/** Tables found by so few are shown with their columns. */
const OPENED_TABLES = 3

/** Schemas, tables and columns with what is known of them, searched by name and comment. A catalog may hold thousands: they come a page at a time. */
export function CatalogExplorer({ sourceId }: { readonly sourceId: string }) {
  const [typed, setTyped] = useState('')
  const tables = useTables(sourceId, typed.trim())
  return (
    <Loaded of={tables} lines={6} label="Reading the catalog">
      {({ pages }) => <FoundTables sourceId={sourceId} pages={pages} typed={typed} onType={setTyped} tables={tables} />}
    </Loaded>
  )
}

interface FoundTablesProps {
  readonly sourceId: string
  readonly pages: readonly TablePage[]
  readonly typed: string
  readonly onType: (typed: string) => void
  readonly tables: ReturnType<typeof useTables>
}

function FoundTables({ sourceId, pages, typed, onType, tables }: FoundTablesProps) {
  const { hasNextPage, fetchNextPage, isFetchingNextPage, isPlaceholderData } = tables
  const bySchema = useMemo(() => groupBySchema(pages.flatMap(({ items }) => items)), [pages])
  const [first] = pages
  if (!first) return null
  if (first.tableCount === 0)
    return (
      <div className="lone">
        <h2 className="qh">No tables</h2>
        <p className="dim">The login sees none. Grant it SELECT in the database, then refresh.</p>
      </div>
    )
  const shown = pages.reduce((sum, { items }) => sum + items.length, 0)
  return (
    <section className="catalog" aria-label="Catalog">
      <label className="sr" htmlFor="catalog-search">
        Search tables and columns
      </label>
      <input
        id="catalog-search"
        type="search"
        className="field"
        placeholder={`Search ${counted(first.tableCount, 'table')} and their columns`}
        maxLength={200}
        value={typed}
        onChange={(event) => onType(event.target.value)}
      />
      {first.foundCount === 0 && <p className="dim">Nothing has this in its name or comment.</p>}
      {bySchema.map(([schema, members]) => (
        <section key={schema} aria-label={schema || 'Tables'}>
          {schema && <h2 className="meta mono">{schema}</h2>}
          {members.map((table) => (
            <TableEntry
              key={table.name}
              sourceId={sourceId}
              table={table}
              isOpen={typed.trim() !== '' && !isPlaceholderData && first.foundCount <= OPENED_TABLES}
            />
          ))}
        </section>
      ))}
      {hasNextPage && (
        <More isBusy={isFetchingNextPage} onMore={() => void fetchNextPage()}>
          {counted(first.foundCount - shown, 'more table')}
        </More>
      )}
    </section>
  )
}

interface MoreProps {
  readonly isBusy: boolean
  readonly onMore: () => void
  readonly children: ReactNode
}

const More = ({ isBusy, onMore, children }: MoreProps) => (
  <div className="row look">
    <button type="button" className="btn" disabled={isBusy} onClick={onMore}>
      {isBusy ? 'Reading' : 'Show more'}
    </button>
    <span className="meta">{children}: search to find one.</span>
  </div>
)

function groupBySchema(tables: readonly CatalogTable[]): [string, CatalogTable[]][] {
  const groups = new Map<string, CatalogTable[]>()
  for (const table of tables) {
    const schema = (table.path ?? []).slice(0, -1).join('.')
    groups.set(schema, [...(groups.get(schema) ?? []), table])
  }
  return [...groups]
}

interface TableEntryProps {
  readonly sourceId: string
  readonly table: CatalogTable
  readonly isOpen: boolean
}

/** Drawn anew only where its table is another: there may be hundreds beside the field that is typed in. */
const TableEntry = memo(function TableEntry({ sourceId, table, isOpen }: TableEntryProps) {
  const [hasOpened, setHasOpened] = useState(isOpen)
  const look = useTableLook(sourceId)
  const looked = new Map(look.data?.columns.map((column) => [column.name, column]))
  return (
    <details className="fold" open={isOpen} onToggle={(event) => event.currentTarget.open && setHasOpened(true)}>
      <summary>
        <Icon name="right" />
        <span className="cut">
          <b>{table.label}</b> {table.comment && <span className="dim">{table.comment}</span>}
        </span>
        <span className="meta num push">
          {table.isView ? 'view' : ''}
          {table.rowCount > 0 && `${table.isView ? ', ' : ''}about ${counted(table.rowCount, 'row')}`}
        </span>
      </summary>
      {(hasOpened || isOpen) && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <section className="columns" tabIndex={0} aria-label={`Columns of ${table.label}`}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Column</th>
                  <th scope="col">Type</th>
                  <th scope="col">What it holds</th>
                </tr>
              </thead>
              <tbody>
                {table.columns.map((column) => (
                  <ColumnEntry key={column.name} column={column} table={table} looked={looked.get(column.name)} />
                ))}
              </tbody>
            </table>
          </section>
          <div className="row look">
            <button type="button" className="btn" disabled={look.isPending} onClick={() => look.mutate(table.name)}>
              <Icon name="eye" />
              {look.isPending ? 'Looking' : 'Look into it'}
            </button>
            <span className={look.error ? 'wrong' : 'meta'} role="status">
              {look.error && sentenceOf(look.error)}
              {look.data &&
                (look.data.isWhole
                  ? `All ${counted(look.data.rowCount, 'row')} that you see were looked into.`
                  : `The first ${counted(look.data.rowCount, 'row')} were looked into.`)}
            </span>
          </div>
          {look.data && look.data.sample.rows.length > 0 && <SampleRows label={table.label} sample={look.data.sample} />}
        </>
      )}
    </details>
  )
})

interface ColumnEntryProps {
  readonly column: CatalogColumn
  readonly table: CatalogTable
  readonly looked: CatalogColumn | undefined
}

function ColumnEntry({ column, table, looked }: ColumnEntryProps) {
  const target = table.foreignKeys.find(({ columns }) => columns.includes(column.name))
  const isKey = table.primaryKey.includes(column.name)
  return (
    <tr>
      <td className="name">
        <span className="mono">{column.name}</span>
        {isKey && <span className="tag">key</span>}
        {target && (
          <span className="meta">
            to <span className="mono">{target.table}</span>
          </span>
        )}
        {column.comment && <span className="meta">{column.comment}</span>}
      </td>
      <td className="mono">{column.nativeType ?? column.type}</td>
      <td className="dim">{looked ? factsOf(looked) : holdsOf(column)}</td>
    </tr>
  )
}
