import type { DatabaseSync } from 'node:sqlite'

/** What is done to a right statement, so that the first answer of a scripted model is wrong. */
export const noiseKinds = ['syntax', 'wrong-column', 'literal-case', 'missing-join', 'fan-out', 'empty'] as const
export type NoiseKind = (typeof noiseKinds)[number]

/** The statement with one fault; nothing where it has no place for such a fault. */
export function addNoise(sql: string, kind: NoiseKind, database: DatabaseSync): string | undefined {
  const changed = noisy(sql, kind, database)
  return changed === sql ? undefined : changed
}

function noisy(sql: string, kind: NoiseKind, database: DatabaseSync): string | undefined {
  switch (kind) {
    case 'syntax':
      return sql.replace(/\bFROM\b/i, 'FORM')
    case 'wrong-column':
      return withWrongColumn(sql, database)
    case 'literal-case':
      return sql.replace(/'([A-Za-z][^'%]*)'/, (_, text: string) => `'${otherCase(text)}'`)
    case 'missing-join':
      return sql.replace(/\s+JOIN\s+"?\w+"?(\s+AS\s+"?\w+"?)?\s+ON\s+[\w."]+\s*=\s*[\w."]+/i, '')
    case 'fan-out':
      return withFanOut(sql, database)
    case 'empty':
      return sql.replace(/(=\s*)'[^'%]+'/, "$1'zzzzzz'")
  }
}

const otherCase = (text: string): string => (text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase())

function withWrongColumn(sql: string, database: DatabaseSync): string | undefined {
  const columns = names(
    database,
    "SELECT DISTINCT lower(c.name) AS name FROM sqlite_schema s, pragma_table_info(s.name) c WHERE s.type = 'table'",
  )
  const used = [...sql.matchAll(/\b[A-Za-z_]\w*\b/g)].find(([word]) => columns.includes(word.toLowerCase()))
  return used && sql.slice(0, used.index) + `${used[0]}_of` + sql.slice(used.index + used[0].length)
}

/** Joins a table that refers to the one that is counted: its rows come several times. */
function withFanOut(sql: string, database: DatabaseSync): string | undefined {
  const only = /^(\s*SELECT\s+(?:COUNT|SUM|AVG)\s*\([^()]*\)\s+FROM\s+)"?(\w+)"?\s*$/i.exec(sql)
  if (!only) return undefined
  const [, head = '', table = ''] = only
  const [reference] = database
    .prepare(
      'SELECT s.name AS child, k."from" AS own, coalesce(k."to", k."from") AS other FROM sqlite_schema s, pragma_foreign_key_list(s.name) k WHERE lower(k."table") = lower(?) AND lower(s.name) <> lower(?)',
    )
    .all(table, table)
  if (!reference) return undefined
  const { child, own, other } = reference
  const counted = head.replace(/\(\s*"?(\w+)"?\s*\)/, `("${table}"."$1")`)
  return `${counted}"${table}" JOIN "${String(child)}" ON "${table}"."${String(other)}" = "${String(child)}"."${String(own)}"`
}

const names = (database: DatabaseSync, sql: string): string[] =>
  database
    .prepare(sql)
    .all()
    .map(({ name }) => String(name))
