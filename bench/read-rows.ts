import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2'
import pg from 'pg'
import Cursor from 'pg-cursor'
import type { Destination } from '../server/sources/job.ts'
import { runJob } from '../server/sources/run-job.ts'

/** A process of its own: reads many rows with a source's driver, into its file of cells, or with the bare library, into nothing. Prints rows, milliseconds and peak memory. */
const [how, url = '', sql = ''] = process.argv.slice(2)
const { protocol, hostname, port, username, password, pathname } = new URL(url)
const place = {
  host: hostname,
  port: Number(port),
  user: decodeURIComponent(username),
  password: decodeURIComponent(password),
  database: pathname.slice(1),
}
const kind = protocol === 'postgres:' ? 'postgres' : 'mysql'
const startMs = performance.now()
const rowCount = how === 'bare' ? await (kind === 'postgres' ? readBarePostgres() : readBareMysql()) : await readWithDriver()
const elapsedMs = performance.now() - startMs
process.stdout.write(JSON.stringify({ rowCount, elapsedMs, peakMb: process.resourceUsage().maxRSS / 1024 }))
process.exit(0)

async function readWithDriver(): Promise<number> {
  const output = join(tmpdir(), `qry-bench-${process.pid}.cells`)
  const destination: Destination = { kind, connection: { ...place, tls: 'off' } }
  const limits = { rowLimit: 100_000_000, byteLimit: 1e12, timeoutMs: 3_600_000 }
  try {
    const answer = await runJob(destination, { kind: 'query', sql, ...limits, output }, new AbortController().signal)
    return 'rowCount' in answer ? answer.rowCount : 0
  } finally {
    await rm(output, { force: true })
  }
}

async function readBarePostgres(): Promise<number> {
  const client = new pg.Client(place)
  await client.connect()
  const cursor = client.query(new Cursor<unknown[]>(sql, [], { rowMode: 'array' }))
  let count = 0
  for (let rows = await cursor.read(2_000); rows.length > 0; rows = await cursor.read(2_000)) count += rows.length
  return count
}

async function readBareMysql(): Promise<number> {
  const rows = createConnection(place).query({ sql, rowsAsArray: true }).stream({ highWaterMark: 500 })
  let count = 0
  for await (const _ of rows) count++
  return count
}
