import { useState } from 'react'
import type { CatalogTable } from '../../contract/catalog.ts'
import type { Metric, Notes } from '../../contract/notes.ts'
import { FormDialog } from '../controls/form-dialog.tsx'
import { SelectField } from '../controls/select-field.tsx'
import { TextField } from '../controls/text-field.tsx'
import { commas, compact, listOf } from './notes-words.ts'

interface MetricNotesProps {
  readonly tables: readonly CatalogTable[]
  readonly notes: Notes
  readonly onChange: (notes: Notes) => void
}

/** Figures with a name: what "revenue" is. */
export function MetricNotes({ tables, notes, onChange }: MetricNotesProps) {
  const [asked, setAsked] = useState<string>()
  const names = Object.keys(notes.metrics)
  const without = (name: string) => Object.fromEntries(Object.entries(notes.metrics).filter(([other]) => other !== name))
  const known = asked === undefined ? undefined : notes.metrics[asked]
  return (
    <>
      {names.length === 0 && (
        <p className="dim">No figures yet. Say once what “revenue” is, and every analyst answers with that.</p>
      )}
      <ul className="column-notes" aria-label="Figures">
        {Object.entries(notes.metrics).map(([name, { table, expression, filter }]) => (
          <li key={name}>
            <span className="grow">
              <b>{name}</b>
              <span className="meta mono">
                {expression} of {table}
                {filter && ` where ${filter}`}
              </span>
            </span>
            <button type="button" className="btn q" aria-label={`Change ${name}`} onClick={() => setAsked(name)}>
              Change…
            </button>
            <button
              type="button"
              className="btn q"
              aria-label={`Remove ${name}`}
              onClick={() => onChange({ ...notes, metrics: without(name) })}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      <button type="button" className="btn" onClick={() => setAsked('')}>
        Add a figure…
      </button>
      {asked !== undefined && (
        <MetricDialog
          name={asked}
          metric={known}
          tables={tables}
          onClose={() => setAsked(undefined)}
          onSave={(name, metric) => {
            onChange({ ...notes, metrics: { ...without(asked), [name]: metric } })
            setAsked(undefined)
          }}
        />
      )}
    </>
  )
}

interface MetricDialogProps {
  readonly name: string
  readonly metric: Metric | undefined
  readonly tables: readonly CatalogTable[]
  readonly onSave: (name: string, metric: Metric) => void
  readonly onClose: () => void
}

function MetricDialog({ name: before, metric, tables, onSave, onClose }: MetricDialogProps) {
  const [name, setName] = useState(before)
  const [table, setTable] = useState(metric?.table ?? tables[0]?.name ?? '')
  const [expression, setExpression] = useState(metric?.expression ?? '')
  const [filter, setFilter] = useState(metric?.filter ?? '')
  const [synonyms, setSynonyms] = useState(commas(metric?.synonyms))
  const [definition, setDefinition] = useState(metric?.definition ?? '')
  return (
    <FormDialog
      title={before === '' ? 'Add a figure' : before}
      act="Done"
      canAct={name.trim() !== '' && expression.trim() !== ''}
      onClose={onClose}
      onAct={() =>
        onSave(
          name.trim(),
          compact({
            table,
            expression: expression.trim(),
            filter: filter.trim() || undefined,
            synonyms: listOf(synonyms),
            definition: definition.trim() || undefined,
          }),
        )
      }
    >
      <TextField
        label="Name"
        placeholder="revenue"
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <SelectField
        label="Of the rows of"
        value={table}
        choices={tables.map((one) => [one.name, one.name] as const)}
        onPick={setTable}
      />
      <TextField
        label="Worked out as"
        placeholder="sum(total) / count(distinct customer_id)"
        hint="count, sum, avg, min and max over columns, with + - * / between them."
        value={expression}
        onChange={(event) => setExpression(event.target.value)}
      />
      <TextField
        label="Only rows where"
        placeholder="status <> 'cancelled'"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      <TextField label="Also called" value={synonyms} onChange={(event) => setSynonyms(event.target.value)} />
      <TextField
        label="What it means"
        maxLength={1000}
        value={definition}
        onChange={(event) => setDefinition(event.target.value)}
      />
    </FormDialog>
  )
}
