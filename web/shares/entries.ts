import type { LedgerEntry } from '../../contract/ledger.ts'
import { counted } from '../controls/format-text.ts'

export interface Filters {
  readonly search: string
  readonly state: 'all' | 'open' | 'closed'
  readonly kind: 'all' | LedgerEntry['kind']
  readonly via: string
  readonly unseen: boolean
}

const vias: Readonly<Record<string, string>> = { web: 'Web', api: 'API', telegram: 'Telegram' }

export const linkCount = (count: number): string => counted(count, 'link')
export const viaName = (via: string): string => vias[via] ?? via
export const kindName = (kind: LedgerEntry['kind']): string => (kind === 'conversation' ? 'Conversation' : 'Dashboard')

/** What a link holds, without what it has none of. */
export function holds({ kind, contents: { turns, tables, charts, files } }: Pick<LedgerEntry, 'kind' | 'contents'>): string {
  const parts: [number, string][] = [
    [turns, kind === 'dashboard' ? 'tile' : 'turn'],
    [tables, 'table'],
    [charts, 'chart'],
    [files, 'file'],
  ]
  return parts
    .filter(([count]) => count > 0)
    .map(([count, name]) => counted(count, name))
    .join(', ')
}

/** Links that match all that is asked; words are looked for in title, person and contents. */
export function filterEntries(entries: readonly LedgerEntry[], { search, state, kind, via, unseen }: Filters): LedgerEntry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return entries.filter((entry) => {
    const labels = entry.recipients.map(({ label }) => label).join(' ')
    const text = `${entry.title} ${entry.owner.name} ${holds(entry)} ${labels}`.toLowerCase()
    return (
      words.every((word) => text.includes(word)) &&
      (state === 'all' || (state === 'open') === (entry.state === 'open')) &&
      (kind === 'all' || entry.kind === kind) &&
      (via === 'all' || entry.via === via) &&
      (!unseen || entry.views === 0)
    )
  })
}

export type SortColumn = 'title' | 'kind' | 'owner' | 'via' | 'created' | 'last view' | 'views' | 'closes'

export interface Sort {
  readonly column: SortColumn
  readonly descending: boolean
}

const sortKeys: Readonly<Record<SortColumn, (entry: LedgerEntry) => string | number | null>> = {
  title: (entry) => entry.title,
  kind: (entry) => kindName(entry.kind),
  owner: (entry) => entry.owner.name,
  via: (entry) => viaName(entry.via),
  created: (entry) => entry.createdAt,
  'last view': (entry) => entry.lastViewAt,
  views: (entry) => entry.views,
  closes: (entry) => (entry.state === 'closed' ? null : entry.expiresAt),
}

/** Links in the order of a column; those without a value stand last either way. */
export function sortEntries(entries: readonly LedgerEntry[], { column, descending }: Sort): LedgerEntry[] {
  const keyOf = sortKeys[column]
  return [...entries].sort((first, second) => {
    const [one, two] = [keyOf(first), keyOf(second)]
    if (one === null || two === null) return Number(one === null) - Number(two === null)
    const order = typeof one === 'number' ? one - Number(two) : one.localeCompare(String(two), undefined, { numeric: true })
    return descending ? -order : order
  })
}

/** A spreadsheet of links, a row each: a recipient's own stands below the page's, and views count where they came in. Text that a spreadsheet would run gets a `'` before it. */
export function csvOf(entries: readonly LedgerEntry[]): string {
  const cell = (value: string | number): string => {
    const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  const head = ['title', 'recipient', 'kind', 'owner', 'made in', 'state', 'holds', 'created', 'last view', 'views', 'closes']
  const rowOf = (entry: LedgerEntry, recipient: string, state: string, lastView: string | null, views: number) => [
    entry.title,
    recipient,
    entry.kind,
    entry.owner.name,
    entry.via,
    state,
    holds(entry),
    entry.createdAt,
    lastView ?? '',
    views,
    entry.closedAt ?? entry.expiresAt ?? '',
  ]
  const rows = entries.flatMap((entry) => {
    const { recipients, state, lastViewAt, views } = entry
    const own = views - recipients.reduce((total, one) => total + one.views, 0)
    return [
      rowOf(entry, '', state, lastViewAt, own),
      ...recipients.map((one) => rowOf(entry, one.label, one.isClosed ? 'closed' : state, one.lastViewAt, one.views)),
    ]
  })
  return `${[head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}
