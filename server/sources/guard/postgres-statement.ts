import { loadModule, parseSync, scanSync } from 'libpg-query'
import { KnownError } from '../../../contract/error.ts'
import { placeInStatement } from '../drivers/place-in-statement.ts'
import { refuseFunctions } from './refused-functions.ts'
import type { ReadStatement, TableMention } from './statement.ts'

type Node = { readonly [key: string]: unknown }
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const WRITING = new Set([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'IntoClause',
  'intoClause',
  'lockingClause',
  'LockingClause',
])

/** Judges a statement by the parse tree of PostgreSQL's own parser. */
export async function readPostgres(sql: string): Promise<ReadStatement> {
  await loadModule()
  const statements = parse(sql)
  const [first] = statements
  if (!first) throw new KnownError('not-read-only', 'Write a SELECT statement.')
  if (statements.length > 1)
    throw new KnownError('not-read-only', 'Only one statement at a time. Leave out what stands behind the semicolon.')
  requireQuery(first.stmt)
  const bytes = Buffer.from(sql, 'utf8')
  const found: Found = { mentions: [], withNames: [], functions: [] }
  walk(first.stmt, found)
  refuseFunctions('postgres', found.functions)
  const end = first.stmt_len ? (first.stmt_location ?? 0) + first.stmt_len : bytes.length
  return {
    sql: bytes.subarray(0, end).toString('utf8'),
    tables: placeMentions(sql, bytes, found.mentions),
    withNames: found.withNames,
    functions: found.functions,
    isExplained: isNode(first.stmt['ExplainStmt']),
    hasHiddenTables: false,
  }
}

interface Statement {
  readonly stmt: Node
  readonly stmt_location?: number
  readonly stmt_len?: number
}

function parse(sql: string): readonly Statement[] {
  try {
    return ((parseSync(sql) as { stmts?: unknown }).stmts ?? []) as Statement[]
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    const at = (cause as { sqlDetails?: { cursorPosition?: number } }).sqlDetails?.cursorPosition
    const place = at !== undefined && at > 0 && at <= sql.length ? `\n\n${placeInStatement(sql, at)}` : ''
    throw new KnownError('query-failed', `${cause.message.charAt(0).toUpperCase()}${cause.message.slice(1)}${place}`, { cause })
  }
}

/** A query, or an EXPLAIN of one. */
function requireQuery(statement: Node): void {
  const explained = statement['ExplainStmt']
  const query = isNode(explained) && isNode(explained['query']) ? explained['query'] : statement
  if (!isNode(query['SelectStmt'])) throw new KnownError('not-read-only')
}

interface Found {
  readonly mentions: { path: string[]; location: number; hasAlias: boolean }[]
  readonly withNames: string[]
  readonly functions: string[]
}

function walk(value: unknown, found: Found): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, found)
    return
  }
  if (!isNode(value)) return
  for (const [key, child] of Object.entries(value)) {
    if (WRITING.has(key) && child !== undefined && !(Array.isArray(child) && child.length === 0))
      throw new KnownError('not-read-only')
    if (key === 'ParamRef')
      throw new KnownError('query-failed', 'The statement has a parameter without a value. Write the value itself.')
    if (key === 'RangeVar' && isNode(child)) note(child, found)
    if (key === 'CommonTableExpr' && isNode(child)) found.withNames.push(textOf(child['ctename']))
    if (key === 'FuncCall' && isNode(child)) found.functions.push(nameOf(child['funcname']))
    walk(child, found)
  }
}

function note(node: Node, found: Found): void {
  const path = [node['catalogname'], node['schemaname'], node['relname']].map(textOf).filter((part) => part !== '')
  found.mentions.push({
    path,
    location: typeof node['location'] === 'number' ? node['location'] : 0,
    hasAlias: isNode(node['alias']),
  })
}

const nameOf = (parts: unknown): string =>
  (Array.isArray(parts) ? parts : [])
    .map((part: unknown) => (isNode(part) && isNode(part['String']) ? textOf(part['String']['sval']) : ''))
    .join('.')
    .toLowerCase()

/** A mention runs from its first name over every `.name` that follows. The parser counts bytes. */
function placeMentions(sql: string, bytes: Buffer, mentions: Found['mentions']): TableMention[] {
  if (mentions.length === 0) return []
  const tokens = scanSync(sql).tokens
  return mentions.map(({ path, location, hasAlias }) => {
    const first = tokens.findIndex(({ start }) => start === location)
    const last = tokens[first + 2 * (path.length - 1)]
    if (first < 0 || !last) throw new KnownError('query-failed', 'The statement could not be read. Write it more plainly.')
    return { path, start: charsIn(bytes, location), end: charsIn(bytes, last.end), hasAlias }
  })
}

const charsIn = (bytes: Buffer, end: number): number => bytes.subarray(0, end).toString('utf8').length
