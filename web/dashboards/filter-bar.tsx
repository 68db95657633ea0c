import { Popover } from 'radix-ui'
import { type FormEvent, useId, useState } from 'react'
import type { Dashboard, DashboardFilter } from '../../contract/dashboard.ts'
import { Icon } from '../controls/icon.tsx'

interface FilterBarProps {
  readonly dashboard: Dashboard
  readonly isBusy: boolean
  /** Absent where they may only be read. */
  readonly onChange: ((filters: DashboardFilter[]) => void) | undefined
}

/** What all tiles are filtered by that have such a column. A filter is applied to what is stored; the data is not asked. */
export function FilterBar({ dashboard, isBusy, onChange }: FilterBarProps) {
  const { filters, tiles } = dashboard
  const columns = [...new Set(tiles.flatMap((tile) => tile.table?.columns.map(({ name }) => name) ?? []))]
  if (filters.length === 0 && (!onChange || columns.length === 0)) return null
  return (
    <div className="filt" role="group" aria-label="Filters">
      {filters.map((filter) => (
        <span key={filter.column} className="tag">
          {filter.column}: {filter.value}
          {onChange && (
            <button
              type="button"
              className="drop"
              disabled={isBusy}
              aria-label={`Remove the filter ${filter.column}`}
              onClick={() => onChange(filters.filter((one) => one !== filter))}
            >
              <Icon name="close" />
            </button>
          )}
        </span>
      ))}
      {onChange && columns.length > 0 && (
        <AddFilter
          columns={columns}
          isBusy={isBusy}
          onAdd={(filter) => onChange([...filters.filter(({ column }) => column !== filter.column), filter])}
        />
      )}
    </div>
  )
}

interface AddFilterProps {
  readonly columns: readonly string[]
  readonly isBusy: boolean
  readonly onAdd: (filter: DashboardFilter) => void
}

function AddFilter({ columns, isBusy, onAdd }: AddFilterProps) {
  const id = useId()
  const [isOpen, setIsOpen] = useState(false)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const textOf = (name: string): string => {
      const given = form.get(name)
      return typeof given === 'string' ? given.trim() : ''
    }
    onAdd({ column: textOf('column'), value: textOf('value') })
    setIsOpen(false)
  }
  return (
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Trigger className="btn q" disabled={isBusy}>
        <Icon name="plus" />
        Filter
      </Popover.Trigger>
      <Popover.Content className="menu filter-form" align="start" sideOffset={6} aria-label="Add a filter">
        <form onSubmit={submit}>
          <label htmlFor={`${id}-column`}>Column</label>
          <select id={`${id}-column`} name="column" className="field">
            {columns.map((column) => (
              <option key={column}>{column}</option>
            ))}
          </select>
          <label htmlFor={`${id}-value`}>is</label>
          <input id={`${id}-value`} name="value" className="field" required maxLength={500} autoComplete="off" />
          <button type="submit" className="btn p">
            Apply
          </button>
        </form>
      </Popover.Content>
    </Popover.Root>
  )
}
