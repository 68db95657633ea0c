import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link } from 'wouter'
import { endpoints } from '../../contract/endpoints.ts'
import type { LedgerEntry } from '../../contract/ledger.ts'
import type { Me } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useAnnounce } from '../controls/announcer.tsx'
import { FormDialog } from '../controls/form-dialog.tsx'
import { formatCount, formatDay } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { Skeleton } from '../controls/skeleton.tsx'
import { useToast } from '../controls/toast.tsx'
import {
  csvOf,
  type Filters,
  filterEntries,
  holds,
  kindName,
  linkCount,
  type Sort,
  type SortColumn,
  sortEntries,
  viaName,
} from './entries.ts'
import { FilterChips } from './filter-chips.tsx'
import './shares.css'

const queryKey = ['shares'] as const
const NAMED_LINKS = 8

/** Every link that was made: one's own, the tenant's for who manages them. */
export function SharesPage({ me, start }: { readonly me: Me; readonly start: ReactNode }) {
  const shares = useQuery({
    queryKey,
    queryFn: ({ signal }) => call(endpoints.listShares, { query: { limit: 1000 }, signal }),
  })
  const isForAll = me.permissions.includes('shares:manage')
  const [filters, setFilters] = useState<Filters>({ search: '', state: 'open', kind: 'all', via: 'all', unseen: false })
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const entries = shares.data?.items ?? []
  const [sort, setSort] = useState<Sort>({ column: 'created', descending: true })
  const shown = sortEntries(filterEntries(entries, filters), sort)
  const chosen = shown.filter((entry) => entry.state !== 'closed' && picked.has(entry.id))
  const open = entries.filter((entry) => entry.state === 'open').length
  const views = entries.reduce((sum, entry) => sum + entry.views, 0)
  const pick = (ids: readonly string[], isPicked: boolean) => {
    const next = new Set(picked)
    for (const id of ids) {
      if (isPicked) next.add(id)
      else next.delete(id)
    }
    setPicked(next)
  }
  return (
    <main className="pg" id="main">
      <header className="ph">
        {start}
        <div className="grow">
          <h1>Shared links</h1>
          <p className="dim num">
            {shares.data
              ? `${formatCount(open)} open, ${formatCount(entries.length - open)} closed. ${formatCount(views)} views. ${isForAll ? `All links of ${me.tenant.name}.` : 'Your own links.'}`
              : 'Links that anybody can open who has them.'}
          </p>
        </div>
        <button type="button" className="btn" disabled={shown.length === 0} onClick={() => saveCsv(shown)}>
          <Icon name="download" />
          CSV
        </button>
      </header>
      <FilterChips filters={filters} onChange={setFilters} />
      {shares.isPending && <Skeleton lines={6} label="Loading links" />}
      {shares.error && (
        <div className="note bad" role="alert">
          <span className="grow">{sentenceOf(shares.error)}</span>
          <button type="button" className="btn" onClick={() => void shares.refetch()}>
            Try again
          </button>
        </div>
      )}
      {shares.data && shown.length === 0 && (
        <p className="none dim">
          {entries.length === 0
            ? 'Nothing is shared yet. Open a conversation, then choose Share in its menu.'
            : 'No link matches. Change the filters above.'}
        </p>
      )}
      {shown.length > 0 && (
        <section className="tbl on" aria-label="Links">
          {chosen.length > 0 && <BulkBar entries={chosen} onDone={() => setPicked(new Set())} />}
          <EntryTable entries={shown} picked={picked} onPick={pick} sort={sort} onSort={setSort} />
          <nav className="pager" aria-label="Pages of links">
            <span className="num">{linkCount(shown.length)}</span>
          </nav>
        </section>
      )}
    </main>
  )
}

function BulkBar({ entries, onDone }: { readonly entries: readonly LedgerEntry[]; readonly onDone: () => void }) {
  const client = useQueryClient()
  const announce = useAnnounce()
  const toast = useToast()
  const [isAsking, setIsAsking] = useState(false)
  const revoke = useMutation({
    mutationFn: () => call(endpoints.revokeShares, { body: { ids: entries.map((entry) => entry.id) } }),
    onSuccess: ({ revoked }) => {
      const said = `${linkCount(revoked)} revoked.`
      announce(said)
      toast({ text: said })
      setIsAsking(false)
      onDone()
      void client.invalidateQueries({ queryKey })
      void client.invalidateQueries({ queryKey: ['share'] })
      void client.invalidateQueries({ queryKey: ['conversations'] })
    },
  })
  const name = `Revoke ${linkCount(entries.length)}`
  return (
    <div className="bulk">
      <b className="num">{formatCount(entries.length)} selected</b>
      <span className="dim grow">Readers get a plain 404 from the next request on. The addresses never come back.</span>
      <button type="button" className="btn q" onClick={onDone}>
        Clear
      </button>
      <button type="button" className="btn d" onClick={() => setIsAsking(true)}>
        {name}…
      </button>
      {isAsking && (
        <FormDialog
          title={`${name}?`}
          act={name}
          cancel="Keep them"
          isGrave
          isBusy={revoke.isPending}
          error={revoke.error ? sentenceOf(revoke.error) : undefined}
          onAct={() => revoke.mutate()}
          onClose={() => setIsAsking(false)}
        >
          <p className="dim">This cannot be undone: who shares again gets another address.</p>
          <ul className="named-links">
            {entries.slice(0, NAMED_LINKS).map((entry) => (
              <li key={entry.id}>{entry.title}</li>
            ))}
            {entries.length > NAMED_LINKS && <li className="dim">and {linkCount(entries.length - NAMED_LINKS)} more</li>}
          </ul>
        </FormDialog>
      )}
    </div>
  )
}

interface EntryTableProps {
  readonly entries: readonly LedgerEntry[]
  readonly picked: ReadonlySet<string>
  readonly onPick: (ids: readonly string[], isPicked: boolean) => void
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
}

/** Figures and days are asked for the largest and latest first. */
const firstDescending: ReadonlySet<SortColumn> = new Set(['created', 'last view', 'views'])

function EntryTable({ entries, picked, onPick, sort, onSort }: EntryTableProps) {
  const sortBy = (column: SortColumn) =>
    onSort({ column, descending: sort.column === column ? !sort.descending : firstDescending.has(column) })
  const order = (column: SortColumn) => (sort.column === column ? (sort.descending ? 'descending' : 'ascending') : undefined)
  const head = (column: SortColumn, name: string) => (
    <button type="button" onClick={() => sortBy(column)}>
      {name}
      <Icon name={order(column) ?? 'unsorted'} />
    </button>
  )
  const pickable = entries.filter((entry) => entry.state !== 'closed')
  const isAll = pickable.length > 0 && pickable.every((entry) => picked.has(entry.id))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="scroll" tabIndex={0} aria-label="Links, scrolls sideways">
      <table>
        <thead>
          <tr>
            <th scope="col" className="first" aria-sort={order('title')}>
              <label className="ck">
                <input
                  className="c"
                  type="checkbox"
                  checked={isAll}
                  disabled={pickable.length === 0}
                  aria-label="Select all that are shown"
                  onChange={(event) =>
                    onPick(
                      pickable.map((entry) => entry.id),
                      event.target.checked,
                    )
                  }
                />
              </label>
              {head('title', 'Title')}
            </th>
            {(
              [
                ['kind', 'Kind'],
                ['owner', 'Owner'],
                ['via', 'Made in'],
              ] as const
            ).map(([column, name]) => (
              <th key={column} scope="col" aria-sort={order(column)}>
                {head(column, name)}
              </th>
            ))}
            <th scope="col">
              <span>Holds</span>
            </th>
            {(
              [
                ['created', 'Created'],
                ['last view', 'Last view'],
                ['views', 'Views'],
                ['closes', 'Closes'],
              ] as const
            ).map(([column, name]) => (
              <th key={column} scope="col" className="n" aria-sort={order(column)}>
                {head(column, name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.flatMap((entry) => [
            <tr key={entry.id} className={picked.has(entry.id) ? 'sel' : undefined}>
              <td>
                <span className="who">
                  <label className="ck">
                    <input
                      className="c"
                      type="checkbox"
                      checked={picked.has(entry.id)}
                      disabled={entry.state === 'closed'}
                      aria-label={`Select ${entry.title}`}
                      onChange={(event) => onPick([entry.id], event.target.checked)}
                    />
                  </label>
                  <Link
                    className="nm"
                    href={entry.kind === 'conversation' ? `/c/${entry.subjectId}` : `/dashboards/${entry.subjectId}`}
                    title={entry.title}
                  >
                    {entry.title}
                  </Link>
                </span>
              </td>
              <td>{kindName(entry.kind)}</td>
              <td>
                <span className="nm">{entry.owner.name}</span>
              </td>
              <td>{viaName(entry.via)}</td>
              <td>{holds(entry)}</td>
              <td className="n">{formatDay(entry.createdAt)}</td>
              <td className={entry.lastViewAt ? 'n' : 'n null'}>{entry.lastViewAt ? formatDay(entry.lastViewAt) : 'never'}</td>
              <td className="n">{formatCount(entry.views)}</td>
              <td className={entry.state === 'open' && entry.expiresAt ? 'n' : 'n null'}>
                {entry.state === 'closed' ? 'Closed' : entry.expiresAt ? formatDay(entry.expiresAt) : 'Never'}
              </td>
            </tr>,
            ...entry.recipients.map((recipient) => <RecipientRow key={recipient.id} recipient={recipient} />),
          ])}
        </tbody>
      </table>
    </section>
  )
}

/** A recipient's own link, below the page's. */
function RecipientRow({ recipient }: { readonly recipient: LedgerEntry['recipients'][number] }) {
  const { label, views, lastViewAt, isClosed } = recipient
  return (
    <tr className="whose">
      <td>
        <span className="nm" title={label}>
          for {label}
        </span>
      </td>
      <td colSpan={5}>A recipient’s own link</td>
      <td className={lastViewAt ? 'n' : 'n null'}>{lastViewAt ? formatDay(lastViewAt) : 'never'}</td>
      <td className="n">{formatCount(views)}</td>
      <td className="n null">{isClosed ? 'Closed' : 'With the page'}</td>
    </tr>
  )
}

function saveCsv(entries: readonly LedgerEntry[]): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([csvOf(entries)], { type: 'text/csv' }))
  link.download = 'shared-links.csv'
  link.click()
  URL.revokeObjectURL(link.href)
}
