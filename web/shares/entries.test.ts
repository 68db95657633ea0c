import { expect, test } from 'vitest'
import { LedgerEntry } from '../../contract/ledger.ts'
import { csvOf, filterEntries, holds, sortEntries } from './entries.ts'

const entry = LedgerEntry.parse({
  id: `shr_${'0'.repeat(20)}`,
  kind: 'conversation',
  subjectId: 'x',
  title: '=HYPERLINK("x"), lost parcels',
  owner: { id: `usr_${'0'.repeat(20)}`, name: 'Mara' },
  via: 'web',
  state: 'open',
  contents: { turns: 2, tables: 1, charts: 0, files: 0 },
  version: 1,
  hasPassword: false,
  createdAt: '2026-11-01T00:00:00.000Z',
  sharedAt: '2026-11-01T00:00:00.000Z',
  closedAt: null,
  expiresAt: null,
  views: 5,
  lastViewAt: '2026-11-02T00:00:00.000Z',
  recipients: [{ id: `shl_${'0'.repeat(20)}`, label: '+Ann, Bergen', isClosed: true, views: 2, lastViewAt: null }],
})

test('B5 the CSV has a row for each link, escapes what a spreadsheet would run, and its views add up', () => {
  expect(csvOf([entry]).split('\r\n')).toEqual([
    'title,recipient,kind,owner,made in,state,holds,created,last view,views,closes',
    `"'=HYPERLINK(""x""), lost parcels",,conversation,Mara,web,open,"2 turns, 1 table",2026-11-01T00:00:00.000Z,2026-11-02T00:00:00.000Z,3,`,
    `"'=HYPERLINK(""x""), lost parcels","'+Ann, Bergen",conversation,Mara,web,closed,"2 turns, 1 table",2026-11-01T00:00:00.000Z,,2,`,
    '',
  ])
})

test('B5 search finds a link by its title, its owner, what it holds and its recipients', () => {
  const found = (search: string) =>
    filterEntries([entry], { search, state: 'all', kind: 'all', via: 'all', unseen: false }).length
  expect(['parcels mara', 'bergen', '2 turns', 'oslo'].map(found)).toEqual([1, 1, 1, 0])
})

test('a dashboard holds tiles, a conversation turns', () => {
  expect([holds(entry), holds({ ...entry, kind: 'dashboard' })]).toEqual(['2 turns, 1 table', '2 tiles, 1 table'])
})

test('B5 links are sorted by a column, those without a value last either way', () => {
  const links = [
    { ...entry, title: 'b', views: 9, lastViewAt: null },
    { ...entry, title: 'A', views: 10 },
    { ...entry, title: 'c', views: 2, lastViewAt: '2026-11-03T00:00:00.000Z' },
  ]
  const sorted = (...[column, descending]: [Parameters<typeof sortEntries>[1]['column'], boolean]) =>
    sortEntries(links, { column, descending }).map(({ title }) => title)
  expect([sorted('title', false), sorted('views', true)]).toEqual([
    ['A', 'b', 'c'],
    ['A', 'b', 'c'],
  ])
  expect([sorted('last view', false), sorted('last view', true)]).toEqual([
    ['A', 'c', 'b'],
    ['c', 'A', 'b'],
  ])
})
