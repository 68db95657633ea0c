import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { KnownError } from '../../contract/error.ts'
import type { SourceKind } from '../../contract/source-kind.ts'
import { readStatement } from '../../server/sources/guard/read-statement.ts'

const kinds = ['postgres', 'mysql', 'sqlite', 'clickhouse', 'trino', 'snowflake', 'bigquery', 'sqlserver'] as const

const statements = (kind: SourceKind, sort: 'reads' | 'writes'): string[] =>
  readFileSync(new URL(`./statements/${kind}.${sort}.sql`, import.meta.url), 'utf8')
    .split('\n')
    .filter(Boolean)

const judged = async (kind: SourceKind, sql: string): Promise<string> => {
  try {
    await readStatement(kind, sql)
    return 'read'
  } catch (error) {
    if (!(error instanceof KnownError)) throw error
    return error.code
  }
}

/** One statement a line: reads that people write, and what must never reach a database. */
describe.each(kinds)('the guard in %s', (kind) => {
  test('lets every read through', async () => {
    const refused: string[] = []
    for (const sql of statements(kind, 'reads')) if ((await judged(kind, sql)) !== 'read') refused.push(sql)
    expect(refused).toEqual([])
  })

  test('refuses everything else', async () => {
    const let_through: string[] = []
    for (const sql of statements(kind, 'writes')) if ((await judged(kind, sql)) === 'read') let_through.push(sql)
    expect(let_through).toEqual([])
  })
})

test('the corpus holds more than 400 statements', () => {
  const count = kinds.flatMap((kind) => [...statements(kind, 'reads'), ...statements(kind, 'writes')]).length
  expect(count).toBeGreaterThan(400)
})
