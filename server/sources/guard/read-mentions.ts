import { Dialect, parse } from '@polyglot-sql/sdk'
import type { JoinMention, PassedCondition } from '../job.ts'
import { readWithPolyglot } from './polyglot-statement.ts'

type Node = { readonly [key: string]: unknown }
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const nameOf = (value: unknown): string => (isNode(value) && typeof value['name'] === 'string' ? value['name'] : '')

const OPERATORS: Readonly<Record<string, PassedCondition['operator']>> = { eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' }
/** Joins in which a row that WHERE drops changes nothing else. An ASOF join would take another neighbour. */
const PLAIN_JOINS = new Set(['Inner', 'Left', 'Right', 'Full', 'Cross', 'Implicit'])

/**
 * The tables that a statement in DuckDB's dialect names, each with the conditions of its own SELECT's WHERE that a source may be asked beforehand:
 * `column operator literal`, joined by AND. The statement checks them again, so a source that reads them more loosely does no harm.
 */
export function readMentions(text: string): { sql: string; mentions: JoinMention[] } {
  const { sql, tables, withNames } = readWithPolyglot('duckdb', text)
  const parts = new Set(withNames.map((name) => name.toLowerCase()))
  const conditions = new Map<number, PassedCondition[]>()
  collect(parse(sql, Dialect.DuckDB).ast, conditions)
  return {
    sql,
    mentions: tables
      .filter(({ path }) => path.length > 1 || !parts.has((path[0] ?? '').toLowerCase()))
      .map((mention) => ({ ...mention, conditions: conditions.get(mention.start) ?? [] })),
  }
}

function collect(value: unknown, found: Map<number, PassedCondition[]>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found)
    return
  }
  if (!isNode(value)) return
  if (isNode(value['select'])) collectOf(value['select'], found)
  for (const child of Object.values(value)) collect(child, found)
}

function collectOf(select: Node, found: Map<number, PassedCondition[]>): void {
  const joins = listOf(select['joins']).filter(isNode)
  const where = isNode(select['where_clause']) ? select['where_clause']['this'] : undefined
  if (where === undefined || joins.some(({ kind }) => !PLAIN_JOINS.has(String(kind)))) return
  const from = isNode(select['from']) ? listOf(select['from']['expressions']) : []
  const starts = new Map<string, number>()
  for (const item of [...from, ...joins.map((join) => join['this'])]) {
    const table = isNode(item) && isNode(item['table']) ? item['table'] : undefined
    if (table) starts.set((nameOf(table['alias']) || nameOf(table['name'])).toLowerCase(), startOf(table))
  }
  for (const { table, ...condition } of conditionsIn(where)) {
    const start = starts.get(table)
    if (start !== undefined) found.set(start, [...(found.get(start) ?? []), condition])
  }
}

function startOf(table: Node): number {
  const [first] = [table['catalog'], table['schema'], table['name']].filter(isNode)
  return Number(isNode(first?.['span']) ? first['span']['start'] : undefined)
}

function conditionsIn(value: unknown): (PassedCondition & { table: string })[] {
  if (!isNode(value)) return []
  if (isNode(value['paren'])) return conditionsIn(value['paren']['this'])
  const both = value['and']
  if (isNode(both)) return [...conditionsIn(both['left']), ...conditionsIn(both['right'])]
  const [kind, body] = Object.entries(value)[0] ?? ['']
  const operator = OPERATORS[kind]
  if (!operator || !isNode(body)) return []
  const { left, right } = body
  const column = isNode(left) && isNode(left['column']) ? left['column'] : undefined
  const literal = isNode(right) && isNode(right['literal']) ? right['literal'] : undefined
  const type = literal?.['literal_type']
  const table = nameOf(column?.['table']).toLowerCase()
  if (!column || table === '' || (type !== 'number' && type !== 'string' && type !== 'date')) return []
  return [{ table, column: nameOf(column['name']), operator, value: String(literal?.['value']), isNumber: type === 'number' }]
}
