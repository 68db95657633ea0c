import { useDeferredValue, useMemo, useState } from 'react'
import type { CatalogColumn, CatalogTable } from '../../contract/catalog.ts'
import { counted } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'

/** More are found by searching: a catalog may hold thousands. */
const SHOWN_TABLES = 100
const SHOWN_VALUES = 8

/** Schemas, tables and columns with what is known of them, searched by name and comment. */
export function CatalogExplorer({ tables }: { readonly tables: readonly CatalogTable[] }) {
  const [typed, setTyped] = useState('')
  const wanted = useDeferredValue(typed.trim().toLowerCase())
  const found = useMemo(() => tables.filter((table) => wanted === '' || matches(table, wanted)), [tables, wanted])
  const bySchema = useMemo(() => groupBySchema(found.slice(0, SHOWN_TABLES)), [found])
  if (tables.length === 0)
    return (
      <div className="lone">
        <h2 className="qh">No tables</h2>
        <p className="dim">The login sees none. Grant it SELECT in the database, then refresh.</p>
      </div>
    )
  return (
    <section className="catalog" aria-label="Catalog">
      <label className="sr" htmlFor="catalog-search">
        Search tables and columns
      </label>
      <input
        id="catalog-search"
        type="search"
        className="field"
        placeholder={`Search ${counted(tables.length, 'table')} and their columns`}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {found.length === 0 && <p className="dim">Nothing has this in its name or comment.</p>}
      {bySchema.map(([schema, members]) => (
        <section key={schema} aria-label={schema || 'Tables'}>
          {schema && <h2 className="meta mono">{schema}</h2>}
          {members.map((table) => (
            <TableEntry key={table.name} table={table} isOpen={wanted !== '' && found.length <= 3} />
          ))}
        </section>
      ))}
      {found.length > SHOWN_TABLES && (
        <p className="meta">{counted(found.length - SHOWN_TABLES, 'more table')}: search to find them.</p>
      )}
    </section>
  )
}

const matches = (table: CatalogTable, wanted: string): boolean =>
  [table.name, table.comment, ...table.columns.flatMap((column) => [column.name, column.comment])].some((text) =>
    text?.toLowerCase().includes(wanted),
  )

function groupBySchema(tables: readonly CatalogTable[]): [string, CatalogTable[]][] {
  const groups = new Map<string, CatalogTable[]>()
  for (const table of tables) {
    const schema = (table.path ?? []).slice(0, -1).join('.')
    groups.set(schema, [...(groups.get(schema) ?? []), table])
  }
  return [...groups]
}

function TableEntry({ table, isOpen }: { readonly table: CatalogTable; readonly isOpen: boolean }) {
  const [hasOpened, setHasOpened] = useState(isOpen)
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
        <div className="columns">
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
                <ColumnEntry key={column.name} column={column} table={table} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  )
}

function ColumnEntry({ column, table }: { readonly column: CatalogColumn; readonly table: CatalogTable }) {
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
      <td className="dim">{holdsOf(column)}</td>
    </tr>
  )
}

/** "North, South and 2 more", "0.5 to 900": from the rows that were looked into. */
function holdsOf({ values = [], distinctCount, min, max, nullCount }: CatalogColumn): string {
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
