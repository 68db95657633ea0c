import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { must } from '../server/basics/must.ts'
import { startReferenceApp } from './reference-app.ts'
import { orderLines } from './reference-content.ts'
import { median } from './share-time.ts'

export interface AskTime {
  readonly rows: number
  /** Asking over the API, `?wait=1`, and DuckDB in this process over the Parquet that it makes of the same rows. Milliseconds, medians. */
  readonly askMs: number
  readonly duckdbMs: number
  /** Bringing the CSV, and DuckDB's own copy of it to Parquet. Milliseconds, once. */
  readonly importMs: number
  readonly duckdbImportMs: number
  /** From a file of the same rows to the first answer of a conversation over it, imported behind it, and DuckDB's own answer straight from the file. Milliseconds, medians of three files. */
  readonly firstAnswerMs: number
  readonly duckdbFirstAnswerMs: number
}

const WARM_ROUNDS = 5
const FILES = 3
const question = 'sum of revenue by region'
const statement = 'select region, sum(revenue) as revenue from orders group by 1 order by 2 desc'

/** F8: a group-by over the product's API, and an import, each against DuckDB in process. */
export async function measureAskTime(rows: number, rounds = 9): Promise<AskTime> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-bench-ask-'))
  const reference = await startReferenceApp()
  try {
    const csv = join(folder, 'orders.csv')
    await writeFile(csv, orderLines(rows))
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect()
    const parquet = join(folder, 'orders.parquet')
    const duckdbImportMs = await time(() =>
      connection.run(`copy (from read_csv('${csv}')) to '${parquet}' (format parquet, compression zstd)`),
    )
    const query = async () => (await connection.runAndReadAll(statement)).getRowsJS()
    const { actor, app, url } = reference
    const key = await app.tenancy.createKey({ email: 'bench@example.org', name: 'bench' })
    const from = performance.now()
    const upload = await app.conversations.addUpload(actor, { path: csv, name: 'orders.csv' })
    const importMs = performance.now() - from
    const id = await app.conversations.create(actor, { uploadIds: [upload.id] })
    const ask = async (conversation = id) => {
      const response = await fetch(`${url}/api/conversations/${conversation}/turns?wait=1`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ question }),
      })
      const turn = (await response.json()) as { status: string }
      if (turn.status !== 'answered') throw new Error(`the question was not answered: ${JSON.stringify(turn).slice(0, 500)}`)
    }
    // At rest: nothing is searched behind the answers any more.
    const rest = async () => {
      for (const conversation of await app.conversations.list(actor, { offset: 0, limit: 10 }))
        for (const { digest, tables } of await app.conversations.uploads(actor, conversation.id))
          for (const kept of [must(digest), ...tables.map((table) => table.digest)]) await app.results.findings(actor, kept)
    }
    for (let round = 0; round < WARM_ROUNDS; round++) await ask()
    await rest()
    const first: number[] = []
    const bareFirst: number[] = []
    for (let file = 1; file <= FILES; file++) {
      const another = join(folder, `another-${file}.csv`)
      await writeFile(another, orderLines(rows + file))
      await connection.run(`create or replace view orders as from read_csv('${another}')`)
      bareFirst.push(await time(query))
      const answered = await time(async () => {
        const opened = await app.conversations.addUpload(actor, { path: another, name: 'orders.csv', isBehind: true })
        await ask(await app.conversations.create(actor, { uploadIds: [opened.id] }))
      })
      first.push(answered)
      await rest()
    }
    await connection.run(`create or replace view orders as from read_parquet('${parquet}')`)
    const asked: number[] = []
    const bare: number[] = []
    for (let round = -WARM_ROUNDS; round < rounds; round++) {
      const bareMs = await time(query)
      const askMs = await time(ask)
      if (round < 0) continue
      bare.push(bareMs)
      asked.push(askMs)
    }
    return {
      rows,
      askMs: median(asked),
      duckdbMs: median(bare),
      importMs,
      duckdbImportMs,
      firstAnswerMs: median(first),
      duckdbFirstAnswerMs: median(bareFirst),
    }
  } finally {
    await reference.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}
