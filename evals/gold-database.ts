import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { QuestionSet } from './question-set.ts'

export type GoldCell = string | number | null
type Table = { readonly columns: readonly string[]; readonly rows: readonly GoldCell[][] }

/** What is done to a copy, so that an answer that was right by accident no longer is. */
export type Mutation = 'none' | 'rows dropped' | 'columns shuffled'

/** Writes a database of the set as a SQLite file. Mutations are the same in every run. */
export async function buildDatabase(set: QuestionSet, db: string, mutation: Mutation, path: string): Promise<DatabaseSync> {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  database.exec(await set.schema(db))
  const random = numbersFrom(1_000_003)
  database.exec('BEGIN')
  for (const { name, csv } of await set.tables(db)) {
    const table = mutated(readCsv(csv), mutation, keyColumns(database, name), random)
    const statement = database.prepare(
      `INSERT OR IGNORE INTO "${name}" (${table.columns.map((column) => `"${column}"`).join(', ')}) VALUES (${table.columns.map(() => '?').join(', ')})`,
    )
    for (const row of table.rows) statement.run(...(row as SQLInputValue[]))
  }
  database.exec('COMMIT')
  return database
}

export interface GoldRows {
  readonly width: number
  readonly rows: readonly (readonly GoldCell[])[]
}

/** What a statement gives, cells in the order of its columns. */
export function goldRows(database: DatabaseSync, sql: string): GoldRows {
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  return { width: statement.columns().length, rows: statement.all() as unknown as GoldCell[][] }
}

function keyColumns(database: DatabaseSync, table: string): ReadonlySet<string> {
  const names = (sql: string): string[] =>
    database
      .prepare(sql)
      .all(table)
      .map(({ name }) => String(name).toLowerCase())
  return new Set([
    ...names('SELECT name FROM pragma_table_info(?) WHERE pk > 0'),
    ...names('SELECT "from" AS name FROM pragma_foreign_key_list(?)'),
    ...names(
      'SELECT k."to" AS name FROM sqlite_schema s, pragma_foreign_key_list(s.name) k WHERE lower(k."table") = lower(?) AND k."to" IS NOT NULL',
    ),
  ])
}

function mutated(table: Table, mutation: Mutation, keys: ReadonlySet<string>, random: () => number): Table {
  if (mutation === 'none') return table
  if (mutation === 'rows dropped') return { ...table, rows: table.rows.filter(() => random() < 0.75) }
  const columns = table.columns.map((name, at) => {
    const cells = table.rows.map((row) => row[at] ?? null)
    return keys.has(name.toLowerCase()) ? cells : shuffled(cells, random)
  })
  return { ...table, rows: table.rows.map((_, place) => columns.map((cells) => cells[place] ?? null)) }
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, two) => one.at - two.at)
    .map(({ item }) => item)
}

/** Numbers from 0 to 1 that come the same in every run (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** RFC 4180 with a line of headings. An empty cell without quotes is NULL. */
function readCsv(text: string): Table {
  const rows: GoldCell[][] = []
  let row: GoldCell[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    const isLast = end === ''
    if (isLast && row.length === 0 && quoted === undefined && plain === '') break
    row.push(quoted === undefined ? (plain ?? '') || null : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
    if (isLast) break
  }
  const [columns = [], ...rest] = rows
  return { columns: columns.map(String), rows: rest }
}
