import { KnownError } from '../../contract/error.ts'
import type { SourceKind } from '../../contract/source-kind.ts'
import { sleep } from '../basics/sleep.ts'
import { type MarkedValues, markParameters, requireValuePlaces } from './bound-values.ts'
import { CellFile } from './child/cell-file.ts'
import { openDriver } from './child/open-driver.ts'
import type { QueryOptions, SourceSession } from './driver.ts'
import { applyPolicies } from './guard/apply-policies.ts'
import { readPlainly, readStatement } from './guard/read-statement.ts'
import type { ReadStatement } from './guard/statement.ts'
import type { Destination, QueryJob, SourceJob, SourceJobResults } from './job.ts'

const STOP_AGAIN_MS = 200

/** One job on a connection of its own, which ends with it: no setting of one statement outlives it. */
export async function runJob(
  destination: Destination,
  job: SourceJob,
  signal: AbortSignal,
): Promise<SourceJobResults[SourceJob['kind']]> {
  if (job.kind === 'mentions') return (await import('./guard/read-mentions.ts')).readMentions(job.sql)
  // NOTE: DuckDB's own parser judges its statements, in its driver; the others are judged before anything is opened.
  const isJudged = job.kind === 'query' && (destination.kind !== 'duckdb' || job.policies !== undefined)
  const asked = job.kind === 'query' ? marksIn(destination.kind, job) : undefined
  const statement =
    asked && isJudged ? await readFor(destination.kind, asked, job.kind === 'query' && job.policies !== undefined) : undefined
  const driver = await openDriver(destination.kind)
  signal.throwIfAborted()
  const { ssh } = destination.connection
  if (ssh && ssh.fingerprint === undefined && job.kind !== 'greet')
    throw new KnownError('source-unreachable', 'The key of the SSH server is not known yet. Test the connection first.')
  const tunnel = ssh && (await (await import('./child/ssh-tunnel.ts')).openTunnel(destination.connection))
  const session = await driver.open(destination.connection, tunnel?.dial).catch((error: unknown) => {
    tunnel?.close()
    throw error
  })
  let isOver = false
  // NOTE: said again until the job is over: a database that is told between two statements stops neither.
  const tellToStop = async (): Promise<void> => {
    while (!isOver) {
      await session.cancel().catch(() => undefined)
      await sleep(STOP_AGAIN_MS)
    }
  }
  const stop = (): void => void tellToStop()
  try {
    signal.throwIfAborted()
    signal.addEventListener('abort', stop, { once: true })
    if (job.kind === 'greet') return { ...(await session.greet()), ...(tunnel ? { sshFingerprint: tunnel.fingerprint } : {}) }
    if (job.kind === 'catalog') return await session.catalog()
    const marked = asked?.marked ? { marked: asked.marked } : {}
    if (!statement || !job.policies) return await runQuery(session, statement?.sql ?? asked?.sql ?? job.sql, job, marked)
    const sql = applyPolicies(destination.kind, statement, job.policies, await session.ownFunctions())
    signal.throwIfAborted()
    const written = { sql: statement.sql, tableCount: statement.tables.length }
    return await runQuery(session, sql, job, { ...marked, written })
  } catch (error) {
    if (signal.aborted) throw new KnownError('cancelled', undefined, { cause: error })
    throw error
  } finally {
    isOver = true
    signal.removeEventListener('abort', stop)
    await session.close()
    tunnel?.close()
  }
}

interface Asked {
  readonly sql: string
  readonly marked?: MarkedValues
}

const marksIn = (kind: SourceKind, { sql, values }: QueryJob): Asked => (values ? markParameters(kind, sql, values) : { sql })

/** NOTE: where a value has to become a literal, what runs is what polyglot wrote: there, a mark stands in no comment and no quote. */
async function readFor(kind: SourceKind, { sql, marked }: Asked, hasPolicies: boolean): Promise<ReadStatement> {
  const isWritten = kind === 'trino' && marked !== undefined && marked.values.length > 0
  const statement = await (hasPolicies || isWritten ? readPlainly : readStatement)(kind, sql)
  if (marked) requireValuePlaces(statement, marked)
  return statement
}

async function runQuery(
  session: SourceSession,
  sql: string,
  job: QueryJob,
  more: Pick<QueryOptions, 'written' | 'marked'>,
): Promise<SourceJobResults['query']> {
  const file = new CellFile(job.output)
  let rowCount = 0
  let truncated = false
  try {
    const columns = await session.query(sql, {
      rowLimit: job.rowLimit + 1,
      timeoutMs: job.timeoutMs,
      ...more,
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
