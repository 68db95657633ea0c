import { generate, parse } from '@polyglot-sql/sdk'
import { KnownError } from '../../../contract/error.ts'
import type { SourceKind } from '../../../contract/source-kind.ts'
import { refuseFunctions } from './refused-functions.ts'
import type { ReadStatement, TableMention } from './statement.ts'

type Node = { readonly [key: string]: unknown }
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const isPresent = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)

const DIALECTS: Partial<Record<SourceKind, string>> = {
  mysql: 'mysql',
  sqlite: 'sqlite',
  duckdb: 'duckdb',
  clickhouse: 'clickhouse',
  trino: 'trino',
  snowflake: 'snowflake',
  bigquery: 'bigquery',
  sqlserver: 'tsql',
}
const QUERIES = new Set(['select', 'union', 'intersect', 'except', 'values', 'subquery', 'with'])
/** Parts of a statement that change something or reach beyond the data, wherever they stand. */
const WRITING =
  /^(insert|update|delete|merge|replace|truncate|command|into|locks|set_statement|use|call|pragma|attach|detach|copy|export|grant|revoke|lock|kill|load_data|property_e_q|stage_reference|(create|drop|alter|rename|analyze|refresh|cache|uncache|begin|commit|rollback|transaction)(_\w+)?)$/
/** Words that no reading statement has, in dialects whose parser stops at them. */
const WRITING_WORDS =
  /^\s*(insert|update|delete|merge|replace|truncate|create|drop|alter|rename|grant|revoke|set|call|do|handler|lock|unlock|load|use|kill|flush|reset|purge|start|begin|commit|rollback|savepoint|prepare|execute|deallocate|install|uninstall|optimize|repair|analyze|check|pragma|attach|detach|vacuum|reindex|copy|export|import|change|shutdown|restart|xa|binlog|cache|declare|show|describe|desc|explain|system|backup|restore|exchange|undrop|watch)\b|\binto\s+(outfile|dumpfile|@)|\bprocedure\s+analyse\b|\bfor\s+update\b|\block\s+in\s+share\s+mode\b/i

/** Judges a statement by the parse tree of polyglot. */
export function readWithPolyglot(kind: SourceKind, text: string): ReadStatement {
  const sql = text.replace(/[\s;]+$/, '')
  const { success, ast, error } = parse(sql, DIALECTS[kind] as Parameters<typeof parse>[1])
  if (!success || !Array.isArray(ast)) {
    if (WRITING_WORDS.test(sql)) throw new KnownError('not-read-only')
    throw new KnownError('query-failed', `The statement could not be read: ${error ?? 'it is no SQL'}.`)
  }
  if (ast.length === 0) throw new KnownError('not-read-only', 'Write a SELECT statement.')
  if (ast.length > 1)
    throw new KnownError('not-read-only', 'Only one statement at a time. Leave out what stands behind the semicolon.')
  const tree = queryOf(ast[0])
  const found: Found = { tables: [], withNames: [], functions: [], hasHiddenTables: /\btable\s+[\w`"[]/i.test(sql) }
  walk(tree, found)
  const called = [...sql.matchAll(/([A-Za-z_]\w*)[`"]?\s*\(/g)].map(([, name = '']) => name.toLowerCase())
  const functions = [...found.functions, ...called]
  refuseFunctions(kind, functions)
  return { sql, ...found, functions, isExplained: tree !== ast[0] }
}

/** The statement as polyglot writes what it understood. Throws `not-read-only` where that could be read in two ways. */
export function writePlainly(kind: SourceKind, sql: string): string {
  const dialect = DIALECTS[kind] as Parameters<typeof parse>[1]
  const [plain = ''] = generate(parse(sql, dialect).ast, dialect).sql ?? []
  const isDoubtful = /\\|\/\*|--/.test(plain) || /\\|\be'/i.test(sql)
  if (isDoubtful || plain === '')
    throw new KnownError(
      'not-read-only',
      'Leave out comments and backslashes: where you see a part of the rows, or a parameter is written in, they cannot be checked.',
    )
  return plain
}

/** The query itself, also of an EXPLAIN. */
function queryOf(root: unknown): Node {
  const [[key, body] = []] = isNode(root) ? Object.entries(root) : []
  const target = key === 'describe' && isNode(body) ? body['target'] : root
  const [kind = ''] = isNode(target) ? Object.keys(target) : []
  if (!isNode(target) || !QUERIES.has(kind)) throw new KnownError('not-read-only')
  return target
}

interface Found {
  readonly tables: TableMention[]
  readonly withNames: string[]
  readonly functions: string[]
  hasHiddenTables: boolean
}

function walk(value: unknown, found: Found): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, found)
    return
  }
  if (!isNode(value)) return
  for (const [key, child] of Object.entries(value)) {
    if (!isPresent(child)) continue
    if (isStatementPart(key, child)) throw new KnownError('not-read-only')
    if (key === 'table' && isNode(child) && isNode(child['name'])) note(child, found)
    if (key === 'ctes' && Array.isArray(child))
      found.withNames.push(...child.map((cte: unknown) => (isNode(cte) ? nameOf(cte['alias']) : '')))
    if (key === 'function' && isNode(child) && typeof child['name'] === 'string')
      found.functions.push(child['name'].toLowerCase())
    if (key === 'in' && isNode(child) && child['is_field'] === true) found.hasHiddenTables = true
    walk(child, found)
  }
}

/** NOTE: `replace` is also a function, with its text in `this`, and a list behind a star. */
const isStatementPart = (key: string, child: unknown): boolean =>
  WRITING.test(key) &&
  typeof child === 'object' &&
  !(key === 'replace' && (Array.isArray(child) || (isNode(child) && !('table' in child))))

const nameOf = (identifier: unknown): string =>
  isNode(identifier) && typeof identifier['name'] === 'string' ? identifier['name'] : ''

/** NOTE: the table before a column (`o.id`) has a name, too, but as text of its own, not as a name with parts. */
function note(table: Node, found: Found): void {
  const parts = [table['catalog'], table['schema'], table['name']].filter(isNode)
  const spans = parts.map(({ span }) => span).filter(isNode)
  const start = Number(spans[0]?.['start'])
  const end = Number(spans.at(-1)?.['end'])
  if (!Number.isInteger(start) || !Number.isInteger(end))
    throw new KnownError('query-failed', 'The statement could not be read. Write it more plainly.')
  found.tables.push({ path: parts.map(nameOf), start, end, hasAlias: isNode(table['alias']) })
}
