import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { demoShop } from '../demo/shop.ts'
import { startReferenceApp } from './reference-app.ts'

export interface Found {
  readonly name: string
  readonly tables: number
  readonly cells: number
  /** `E-mail in customers.email, 40 cells`. */
  readonly findings: readonly string[]
}

export interface ShareCheck {
  readonly rows: number
  readonly columns: number
  readonly scanMs: number
  readonly found: readonly Found[]
}

const ROWS = 1_000_000
/** What a table of orders has: numbers, words of a few kinds, and four columns whose every text is another. */
const ORDERS = `SELECT i AS id, DATE '2020-01-01' + CAST(i % 1500 AS INTEGER) AS day, ['North', 'South', 'East'][1 + i % 3] AS region,
  'Product ' || chr(CAST(65 + i % 26 AS INTEGER)) || '-' || (100 + i % 400 * 7) AS product, i % 17 AS units, round(i / 7.0, 2) AS price,
  'user' || i || '@example' || (i % 50) || '.com' AS email, '+47 4' || (1000000 + i) AS phone,
  'Order ' || i || ' was delivered on 2024-0' || (1 + i % 9) || '-1' || (i % 10) || ' by carrier ' || (i % 17) AS note,
  'REF-' || lpad(CAST(i AS VARCHAR), 10, '0') AS reference FROM range(${ROWS}) t(i)`
const spider = fileURLToPath(new URL('../../shared/evals/spider-train/databases', import.meta.url))

/** B1: how long a large table is searched behind its answer, and what is found where nobody hid anything. */
export async function measureShareCheck(): Promise<ShareCheck> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-check-'))
  const reference = await startReferenceApp()
  const { results } = reference.app
  const { actor } = reference
  try {
    const look = async (name: string, files: readonly { label: string; path: string }[]): Promise<Found> => {
      const findings: string[] = []
      let tables = 0
      let cells = 0
      for (const { label, path } of files) {
        const read = await results.importFile(actor, { path, name: 'table.csv' })
        for (const { table } of read.tables) {
          tables += 1
          cells += table.rowCount * table.columns.length
          for (const { kind, column, count } of await results.findings(actor, table.digest))
            findings.push(`${kind} in ${label}.${column}, ${count} of ${table.rowCount}`)
        }
      }
      return { name, tables, cells, findings }
    }
    const shop = []
    for (const { name, text } of demoShop(new Date(Date.UTC(2026, 10, 1)))) {
      await writeFile(join(folder, name), text)
      shop.push({ label: name, path: join(folder, name) })
    }
    const found = [await look('the demo shop', shop)]
    if (existsSync(spider)) found.push(await look('the databases of spider-train', spiderFiles()))
    const { digest, columns } = await results.query(actor, [], ORDERS, { rowLimit: ROWS, timeoutMs: 60_000 })
    const from = performance.now()
    await results.findings(actor, digest)
    return { rows: ROWS, columns: columns.length, scanMs: performance.now() - from, found }
  } finally {
    await reference.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const spiderFiles = (): { label: string; path: string }[] =>
  readdirSync(spider).flatMap((database) =>
    readdirSync(join(spider, database, 'data'))
      .filter((file) => file.endsWith('.csv'))
      .map((file) => ({ label: `${database}/${file.replace('.csv', '')}`, path: join(spider, database, 'data', file) })),
  )
