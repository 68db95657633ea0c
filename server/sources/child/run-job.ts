import { KnownError } from '../../../contract/error.ts'
import type { SourceSession } from '../driver.ts'
import { readStatement } from '../guard/read-statement.ts'
import type { Destination, QueryJob, SourceJob, SourceJobResults } from '../job.ts'
import { CellFile } from './cell-file.ts'
import { openDriver } from './open-driver.ts'

/** One job on a connection of its own, which ends with it: no setting of one statement outlives it. */
export async function runJob(
  destination: Destination,
  job: SourceJob,
  signal: AbortSignal,
): Promise<SourceJobResults[SourceJob['kind']]> {
  // NOTE: DuckDB's own parser judges its statements, in its driver; the others are judged before anything is opened.
  const sql =
    job.kind === 'query' && destination.kind !== 'duckdb' ? (await readStatement(destination.kind, job.sql)).sql : undefined
  const driver = await openDriver(destination.kind)
  signal.throwIfAborted()
  const session = await driver.open(destination.connection)
  const stop = (): void => {
    session.cancel().catch(() => undefined)
  }
  try {
    signal.throwIfAborted()
    signal.addEventListener('abort', stop, { once: true })
    if (job.kind === 'greet') return await session.greet()
    if (job.kind === 'catalog') return await session.catalog()
    return await runQuery(session, sql ?? job.sql, job)
  } catch (error) {
    if (signal.aborted) throw new KnownError('cancelled', undefined, { cause: error })
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
    await session.close()
  }
}

async function runQuery(session: SourceSession, sql: string, job: QueryJob): Promise<SourceJobResults['query']> {
  const file = new CellFile(job.output)
  let rowCount = 0
  let truncated = false
  try {
    const columns = await session.query(sql, {
      rowLimit: job.rowLimit + 1,
      timeoutMs: job.timeoutMs,
      async take(rows) {
        for (const row of rows) {
          truncated = rowCount >= job.rowLimit || file.byteCount >= job.byteLimit
          if (truncated) return false
          file.add(row)
          rowCount++
        }
        return true
      },
    })
    return { columns, rowCount, truncated }
  } finally {
    file.close()
  }
}
