import { useState } from 'react'
import type { CatalogColumn, CatalogTable } from '../../contract/catalog.ts'
import { isTemporal } from '../../contract/column.ts'
import type { ColumnNotes, Notes, TableNotes } from '../../contract/notes.ts'
import { counted } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { SelectField } from '../controls/select-field.tsx'
import { TextField } from '../controls/text-field.tsx'
import { ColumnDialog } from './column-dialog.tsx'
import { commas, compact, listOf } from './notes-words.ts'

const SHOWN_TABLES = 100

interface ListProps {
  readonly tables: readonly CatalogTable[]
  readonly notes: Notes
  readonly onChange: (notes: Notes) => void
}

/** Each table with what people call it and its columns. */
export function TableNotesList({ tables, notes, onChange }: ListProps) {
  const [typed, setTyped] = useState('')
  const wanted = typed.trim().toLowerCase()
  const found = tables.filter(({ name, columns }) =>
    [name, ...columns.map((column) => column.name)].some((text) => text.toLowerCase().includes(wanted)),
  )
  const setTable = (name: string, next: TableNotes) => {
    const { [name]: _, ...others } = notes.tables
    onChange({ ...notes, tables: Object.keys(next).length === 0 ? others : { ...others, [name]: next } })
  }
  return (
    <>
      {tables.length > 8 && (
        <TextField
          label="Find a table or column"
          type="search"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
      {found.slice(0, SHOWN_TABLES).map((table) => (
        <TableEntry
          key={table.name}
          table={table}
          noted={notes.tables[table.name] ?? {}}
          onChange={(next) => setTable(table.name, compact(next))}
        />
      ))}
    </>
  )
}

interface EntryProps {
  readonly table: CatalogTable
  readonly noted: TableNotes
  readonly onChange: (next: TableNotes) => void
}

function TableEntry({ table, noted, onChange }: EntryProps) {
  const [hasOpened, setHasOpened] = useState(false)
  const [asked, setAsked] = useState<CatalogColumn>()
  const dates = table.columns.filter(({ type }) => isTemporal(type))
  const setColumn = (name: string, next: ColumnNotes) => {
    const { [name]: _, ...others } = noted.columns ?? {}
    onChange({ ...noted, columns: Object.keys(next).length === 0 ? others : { ...others, [name]: next } })
  }
  return (
    <details className="fold" onToggle={(event) => event.currentTarget.open && setHasOpened(true)}>
      <summary>
        <Icon name="right" />
        <span className="cut">
          <b className="mono">{table.name}</b> <span className="dim">{summaryOf(noted)}</span>
        </span>
        {noted.isHidden && <span className="tag push">hidden</span>}
      </summary>
      {hasOpened && (
        <div className="table-notes">
          <div className="pair">
            <TextField
              label="Called"
              placeholder={table.label}
              maxLength={80}
              defaultValue={noted.name ?? ''}
              onBlur={(event) => onChange({ ...noted, name: event.target.value.trim() || undefined })}
            />
            <TextField
              label="Also called"
              placeholder="clients, buyers"
              defaultValue={commas(noted.synonyms)}
              onBlur={(event) => onChange({ ...noted, synonyms: listOf(event.target.value) })}
            />
          </div>
          <TextField
            label="What it holds"
            maxLength={1000}
            defaultValue={noted.definition ?? ''}
            onBlur={(event) => onChange({ ...noted, definition: event.target.value.trim() || undefined })}
          />
          {dates.length > 0 && (
            <SelectField
              label="Its date"
              hint="What “last month” means where no other date is named."
              value={noted.date ?? ''}
              choices={[['', 'Ask when it is not clear'], ...dates.map(({ name }) => [name, name] as const)]}
              onPick={(date) => onChange({ ...noted, date: date || undefined })}
            />
          )}
          <label className="tick">
            <input
              type="checkbox"
              checked={noted.isHidden ?? false}
              onChange={(event) => onChange({ ...noted, isHidden: event.target.checked })}
            />
            Hide this table from analysts
          </label>
          <ul className="column-notes" aria-label={`Columns of ${table.name}`}>
            {table.columns.map((column) => (
              <li key={column.name}>
                <span className="mono cut">{column.name}</span>
                <span className="dim cut grow">{summaryOf(noted.columns?.[column.name] ?? {})}</span>
                <button type="button" className="btn q" aria-label={`Change ${column.name}`} onClick={() => setAsked(column)}>
                  <Icon name="pencil" />
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {asked && (
        <ColumnDialog
          column={asked}
          noted={noted.columns?.[asked.name] ?? {}}
          onSave={(next) => {
            setColumn(asked.name, compact(next))
            setAsked(undefined)
          }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </details>
  )
}

/** "Customer, also clients · hidden" */
function summaryOf({ name, synonyms, definition, isHidden, ...rest }: TableNotes & ColumnNotes): string {
  const values = 'values' in rest && rest.values ? `${counted(Object.keys(rest.values).length, 'value')} explained` : undefined
  return [name, synonyms?.length ? `also ${synonyms.join(', ')}` : undefined, values, isHidden ? 'hidden' : undefined, definition]
    .filter((part) => part !== undefined)
    .join(' · ')
}
