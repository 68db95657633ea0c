import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildDatabase, goldRows } from './gold-database.ts'
import { readQuestionSet } from './question-set.ts'

test('the gold SQL of our own questions runs, and gives rows', async () => {
  const set = await readQuestionSet(new URL('own', import.meta.url).pathname)
  const folder = await mkdtemp(join(tmpdir(), 'qry-own-'))
  const empty: string[] = []
  try {
    for (const db of set.databases) {
      const database = await buildDatabase(set, db, 'none', join(folder, `${db}.sqlite`))
      const asked = [
        ...set.questions.map((one) => ({ ...one, all: [one.sql, ...one.accepted] })),
        ...set.dialogues.flatMap(({ id, db: own, turns }) => turns.map(({ sql }) => ({ id, db: own, all: [sql] }))),
      ].filter((one) => one.db === db)
      for (const { id, all } of asked)
        for (const sql of all) if (goldRows(database, sql).rows.length === 0) empty.push(`${id}: ${sql}`)
      database.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  expect(empty).toEqual([])
  expect(new Set(set.questions.map(({ id }) => id.slice(0, -1))).size).toBeGreaterThanOrEqual(150)
  expect([set.unanswerable.length, set.askBack.length]).toEqual([30, 30])
  expect(set.dialogues.length).toBeGreaterThanOrEqual(40)
})
