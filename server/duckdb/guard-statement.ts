import type { DuckDBConnection } from '@duckdb/node-api'
import { KnownError } from '../../contract/error.ts'

const TABLE_FUNCTIONS = new Set(['range', 'generate_series', 'unnest', 'repeat', 'repeat_row', 'json_each', 'json_tree'])
/** Where rows may come from, as the engine's own parser names it. */
const ROW_SOURCES = new Set(['EMPTY', 'BASE_TABLE', 'TABLE_FUNCTION', 'SUBQUERY', 'JOIN', 'EXPRESSION_LIST', 'PIVOT', 'SHOW_REF'])
/** Scalar functions that tell of the server or reach out of the statement. */
const REFUSED_FUNCTIONS =
  /^(getenv|current_setting|getvariable|current_query|current_query_id|current_connection_id|current_transaction_id|txid_current|nextval|currval|write_log|parse_duckdb_log_message|sleep_ms|get_block_size|json_serialize_sql|json_serialize_plan|json_deserialize_sql|json_execute_serialized_sql|query|query_table|check_peg_parser|which_secret|setseed|inet_.*|read_.*|pragma_.*|duckdb_.*|pg_(?!typeof|size_pretty).*|sqlite_.*|enable_.*|disable_.*|.*checkpoint.*|.*_logs?)$/
/** Names under which the engine shows itself. A CTE of such a name could hide a look at the real one. */
const ENGINE_NAMES = /^(duckdb_|pg_|sqlite_|pragma_|information_schema)/

type Node = { readonly [key: string]: unknown }
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (node: Node, key: string): string => (typeof node[key] === 'string' ? node[key] : '')

/** The tables a statement may read, as SQL may name them, and what to say of others. */
export interface KnownTables {
  has(name: string, schema: string, catalog: string): boolean
  readonly names: readonly string[]
}

/** Tables of the engine's own memory: of kept results, say. */
export function tablesInMemory(names: readonly string[]): KnownTables {
  const known = new Set(names.map((name) => name.toLowerCase()))
  return {
    has: (name, schema, catalog) => known.has(name.toLowerCase()) && /^(main)?$/i.test(schema) && /^(memory)?$/i.test(catalog),
    names,
  }
}

/**
 * Lets through exactly one SELECT that reads the given tables and nothing else, judged on the engine's own parse tree, before anything is bound.
 * Answers with the statement without closing semicolons. Throws `not-read-only` or `query-failed`.
 */
export async function guardStatement(connection: DuckDBConnection, sql: string, tables: KnownTables): Promise<string> {
  if (sql.includes('\0')) throw new KnownError('query-failed', 'The statement holds a NUL character.')
  const tree = await parse(connection, sql)
  const statement = tree.statements?.[0]
  if (!statement || tree.statements?.length !== 1)
    throw new KnownError('not-read-only', statement ? undefined : 'Write a SELECT statement.')
  walk(statement, { tables, ctes: new Set() })
  return withoutSemicolons(connection, sql, JSON.stringify(statement))
}

/** Refuses a statement in which the engine sees another number of tables than somebody else counted. Throws `not-read-only`. */
export async function requireTables(connection: DuckDBConnection, sql: string, count: number): Promise<void> {
  const tree = await parse(connection, sql)
  if (countTables(tree.statements) !== count)
    throw new KnownError('not-read-only', 'Write the tables in FROM and JOIN: this form cannot be checked against your rows.')
}

function countTables(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countTables(item), 0)
  if (!isNode(value)) return 0
  const isTable = value['type'] === 'BASE_TABLE' || (value['type'] === 'SHOW_REF' && !isNode(value['query']))
  return Object.values(value).reduce((sum: number, child) => sum + countTables(child), isTable ? 1 : 0)
}

interface Tree {
  readonly error: boolean
  readonly error_type?: string
  readonly error_message?: string
  readonly position?: string
  readonly statements?: readonly Node[]
}

async function serialize(connection: DuckDBConnection, sql: string): Promise<Tree> {
  const reader = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql])
  return JSON.parse(String(reader.value(0, 0))) as Tree
}

async function parse(connection: DuckDBConnection, sql: string): Promise<Tree> {
  const tree = await serialize(connection, sql)
  if (!tree.error) return tree
  const message = tree.error_message ?? ''
  if (/CTE needs a SELECT/i.test(message)) throw new KnownError('not-read-only')
  if (tree.error_type === 'parser' || tree.error_type === 'syntax')
    throw new KnownError('query-failed', withCaret(message, sql, tree.position))
  const isOpenPivot = /\bpivot(_wider)?\b/i.test(sql)
  throw new KnownError(
    'not-read-only',
    isOpenPivot ? 'Only one reading statement (SELECT) is allowed. A PIVOT must list its values: ON column IN (...).' : undefined,
  )
}

/** The engine's message with the line it speaks of and a caret under the place. */
function withCaret(message: string, sql: string, position: string | undefined): string {
  const at = Number(position)
  if (position === undefined || !Number.isInteger(at)) return message
  const before = Buffer.from(sql, 'utf8').subarray(0, at).toString('utf8')
  const lineStart = before.lastIndexOf('\n') + 1
  const line = sql.slice(lineStart).split('\n', 1)[0] ?? ''
  const lead = `LINE ${before.split('\n').length}: `
  return `${message}\n\n${lead}${line}\n${' '.repeat(lead.length + before.length - lineStart)}^`
}

interface Scope {
  readonly tables: KnownTables
  readonly ctes: ReadonlySet<string>
}

function walk(value: unknown, scope: Scope): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, scope)
    return
  }
  if (!isNode(value)) return
  const inner = withCtes(value, scope)
  if ('sample' in value && 'alias' in value && 'query_location' in value) checkRowSource(value, inner)
  if (value['class'] === 'FUNCTION' || value['class'] === 'WINDOW') checkFunction(value)
  for (const child of Object.values(value)) walk(child, inner)
}

function withCtes(node: Node, scope: Scope): Scope {
  const map = isNode(node['cte_map']) ? node['cte_map']['map'] : undefined
  if (!Array.isArray(map) || map.length === 0) return scope
  const names = map.map((entry: unknown) => (isNode(entry) ? textOf(entry, 'key').toLowerCase() : ''))
  const hidden = names.find((name) => ENGINE_NAMES.test(name))
  if (hidden) throw new KnownError('query-failed', `The name ${hidden} belongs to the engine. Name the WITH part otherwise.`)
  return { tables: scope.tables, ctes: new Set([...scope.ctes, ...names]) }
}

function checkRowSource(node: Node, scope: Scope): void {
  const type = textOf(node, 'type')
  if (!ROW_SOURCES.has(type)) throw new KnownError('not-read-only')
  if (type === 'TABLE_FUNCTION') {
    const call = isNode(node['function']) ? node['function'] : {}
    const name = textOf(call, 'function_name').toLowerCase()
    if (!TABLE_FUNCTIONS.has(name))
      throw new KnownError(
        'not-read-only',
        `The table function ${name} is not allowed here. Read the tables of this conversation.`,
      )
  }
  if (type === 'BASE_TABLE')
    checkTable(textOf(node, 'table_name'), textOf(node, 'schema_name'), textOf(node, 'catalog_name'), scope)
  if (type === 'SHOW_REF' && !isNode(node['query'])) {
    const name = textOf(node, 'table_name')
      .replace(/^"(.*)"$/, '$1')
      .replaceAll('""', '"')
    if (name !== 'tables') checkTable(name, textOf(node, 'schema_name'), textOf(node, 'catalog_name'), scope)
  }
}

function checkTable(name: string, schema: string, catalog: string, scope: Scope): void {
  const isPart = schema === '' && catalog === '' && scope.ctes.has(name.toLowerCase())
  if (isPart || scope.tables.has(name, schema, catalog)) return
  const { names } = scope.tables
  const shown = [schema, name].filter(Boolean).join('.')
  const listed = names.length === 0 ? 'There are no tables here yet.' : `Tables here: ${names.slice(0, 20).join(', ')}.`
  throw new KnownError('query-failed', `There is no table named ${shown}. ${listed}`)
}

function checkFunction(node: Node): void {
  const name = textOf(node, 'function_name').toLowerCase()
  if (REFUSED_FUNCTIONS.test(name))
    throw new KnownError('not-read-only', `The function ${name} is not allowed here: it tells of the server, not of the data.`)
}

/** Cuts closing semicolons (and comments behind them), so that the statement can stand in brackets. A cut counts when the parse tree stays the same. */
async function withoutSemicolons(connection: DuckDBConnection, sql: string, statement: string): Promise<string> {
  let kept = sql
  for (let at = kept.lastIndexOf(';'); at > 0; at = kept.lastIndexOf(';', at - 1)) {
    const cut = kept.slice(0, at)
    const tree = await serialize(connection, cut)
    if (tree.error || JSON.stringify(tree.statements?.[0]) !== statement) break
    kept = cut
  }
  return kept
}
