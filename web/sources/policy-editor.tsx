import { useId, useState } from 'react'
import type { Directory } from '../../contract/member.ts'
import type { PolicyPreview, RowPolicy } from '../../contract/source.ts'
import { usePolicyPreview } from '../client/access-queries.ts'
import { sentenceOf } from '../client/call-error.ts'
import { counted, formatCount } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { SelectField } from '../controls/select-field.tsx'
import { TextField } from '../controls/text-field.tsx'

/** A policy that is being written; `key` tells it from others on the same table. */
export interface DraftPolicy extends RowPolicy {
  readonly key: string
}

type People = Directory['people']

interface PolicyEditorProps {
  readonly sourceId: string
  readonly tables: readonly string[]
  readonly policies: readonly DraftPolicy[]
  readonly people: People
  readonly onChange: (policies: readonly DraftPolicy[]) => void
}

/** A condition per table that leaves people the rows that are theirs. */
export function PolicyEditor({ sourceId, tables, policies, people, onChange }: PolicyEditorProps) {
  const list = useId()
  const free = tables.find((table) => !policies.some((policy) => policy.table === table))
  return (
    <>
      <p className="dim">
        A table with a policy shows each person only rows that meet its condition. Write <code>{'{{region}}'}</code> for what is
        known of the person: attributes stand under Settings, Members. Where nothing is said of them, no row is theirs.
      </p>
      <datalist id={list}>
        {tables.map((table) => (
          <option key={table} value={table} />
        ))}
      </datalist>
      {policies.length === 0 && <p className="none dim">No policies: who may ask sees every row.</p>}
      {policies.length > 0 && (
        <ul className="policies">
          {policies.map((policy, index) => (
            <PolicyEntry
              key={policy.key}
              sourceId={sourceId}
              number={index + 1}
              policy={policy}
              list={list}
              people={people}
              onChange={(changed) =>
                onChange(policies.map((other) => (other.key === policy.key ? { ...other, ...changed } : other)))
              }
              onRemove={() => onChange(policies.filter(({ key }) => key !== policy.key))}
            />
          ))}
        </ul>
      )}
      <button
        type="button"
        className="btn"
        onClick={() => onChange([...policies, { key: crypto.randomUUID(), table: free ?? '', filter: '' }])}
      >
        <Icon name="plus" />
        Add a policy
      </button>
    </>
  )
}

interface PolicyEntryProps {
  readonly sourceId: string
  readonly number: number
  readonly policy: DraftPolicy
  readonly list: string
  readonly people: People
  readonly onChange: (change: Partial<RowPolicy>) => void
  readonly onRemove: () => void
}

function PolicyEntry({ sourceId, number, policy, list, people, onChange, onRemove }: PolicyEntryProps) {
  const { table, filter } = policy
  const [person, setPerson] = useState('')
  const preview = usePolicyPreview(sourceId)
  const chosen = people.find(({ id }) => id === (person || people[0]?.id))
  const change = (part: Partial<RowPolicy>) => {
    preview.reset()
    onChange(part)
  }
  return (
    <li aria-label={`Policy ${number}`}>
      <div className="pair">
        <TextField
          label="Table"
          list={list}
          spellCheck={false}
          autoCapitalize="none"
          value={table}
          onChange={(event) => change({ table: event.target.value })}
        />
        <TextField
          label="Rows that are shown"
          placeholder="region = {{region}}"
          spellCheck={false}
          autoCapitalize="none"
          value={filter}
          onChange={(event) => change({ filter: event.target.value })}
        />
      </div>
      <div className="row preview">
        <SelectField
          label="Look as"
          value={chosen?.id ?? ''}
          choices={people.map(({ id, name, email }) => [id, name || email] as const)}
          onPick={(picked) => {
            preview.reset()
            setPerson(picked)
          }}
        />
        <button
          type="button"
          className="btn"
          disabled={!chosen || !table || !filter.trim() || preview.isPending}
          onClick={() => chosen && preview.mutate({ table, filter: filter.trim(), person: chosen.id })}
        >
          {preview.isPending ? 'Counting' : 'Count rows'}
        </button>
        <button type="button" className="btn q push" aria-label={`Remove policy ${number}`} onClick={onRemove}>
          <Icon name="bin" />
          Remove
        </button>
      </div>
      <p className={preview.error ? 'wrong' : 'meta'} role="status">
        {preview.error && sentenceOf(preview.error)}
        {preview.data && chosen && seen(preview.data, chosen.name || chosen.email)}
      </p>
    </li>
  )
}

/** "Ada sees 120 of 500 rows." */
function seen({ seesAll, visibleRows, allRows, unknown }: PolicyPreview, name: string): string {
  if (seesAll) return `${name} manages data sources and sees all ${counted(allRows, 'row')}.`
  const sees = `${name} sees ${formatCount(visibleRows)} of ${counted(allRows, 'row')}.`
  return unknown.length === 0 ? sees : `${sees} Nothing is said of their ${unknown.join(' and ')}.`
}
