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
export function holds({ turns, tables, charts, files }: LedgerEntry['contents']): string {
  const parts: [number, string][] = [
    [turns, 'turn'],
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
    const text = `${entry.title} ${entry.owner.name} ${holds(entry.contents)}`.toLowerCase()
    return (
      words.every((word) => text.includes(word)) &&
      (state === 'all' || (state === 'open') === (entry.state === 'open')) &&
      (kind === 'all' || entry.kind === kind) &&
      (via === 'all' || entry.via === via) &&
      (!unseen || entry.views === 0)
    )
  })
}

/** A spreadsheet of links; text that a spreadsheet would run gets a `'` before it. */
export function csvOf(entries: readonly LedgerEntry[]): string {
  const cell = (value: string | number): string => {
    const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  const head = ['title', 'kind', 'owner', 'made in', 'state', 'holds', 'created', 'last view', 'views', 'closes']
  const rows = entries.map((entry) => [
    entry.title,
    entry.kind,
    entry.owner.name,
    entry.via,
    entry.state,
    holds(entry.contents),
    entry.createdAt,
    entry.lastViewAt ?? '',
    entry.views,
    entry.closedAt ?? entry.expiresAt ?? '',
  ])
  return `${[head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}
