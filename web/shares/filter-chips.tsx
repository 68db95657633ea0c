import { Icon } from '../controls/icon.tsx'
import type { Filters } from './entries.ts'

interface FilterChipsProps {
  readonly filters: Filters
  readonly onChange: (filters: Filters) => void
}

const choices = {
  state: { open: 'open', closed: 'closed', all: 'all' },
  kind: { all: 'all', conversation: 'conversations', dashboard: 'dashboards' },
  via: { all: 'all', web: 'web', api: 'API', telegram: 'Telegram' },
} as const
const names = { state: 'state', kind: 'kind', via: 'made in' } as const

export function FilterChips({ filters, onChange }: FilterChipsProps) {
  return (
    <div className="filters">
      <div className="find">
        <label className="sr" htmlFor="share-search">
          Search links
        </label>
        <Icon name="find" />
        <input
          id="share-search"
          type="search"
          className="field"
          placeholder="Title, person or content"
          value={filters.search}
          onChange={(event) => onChange({ ...filters, search: event.target.value })}
        />
      </div>
      {(['state', 'kind', 'via'] as const).map((part) => (
        <label key={part} className="chip pickone">
          <i>{names[part]}</i>
          <select value={filters[part]} onChange={(event) => onChange({ ...filters, [part]: event.target.value })}>
            {Object.entries(choices[part]).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      ))}
      <button
        type="button"
        className="chip"
        aria-pressed={filters.unseen}
        onClick={() => onChange({ ...filters, unseen: !filters.unseen })}
      >
        <i>never opened</i>
      </button>
    </div>
  )
}
