import { randomUUID } from 'node:crypto'
import { KnownError } from '../../../contract/error.ts'
import { sleep } from '../../basics/sleep.ts'
import type { CellColumn } from '../../duckdb/job.ts'
import type { Connection } from '../connection.ts'
import type { CellRow, Dial, Driver, QueryOptions, SourceSession } from '../driver.ts'
import { readBigQueryCatalog } from './bigquery-catalog.ts'
import { type BigQueryCell, type BigQueryField, bigQueryColumn, bigQueryText } from './bigquery-types.ts'
import { bodyText, requestSource } from './http-request.ts'
import { readAll } from './read-all.ts'
import { connectionLost, networkError, outOfTime, unreachable, wrongLogin } from './sentences.ts'
import { readServiceAccount } from './service-account.ts'

const PAGE_ROWS = 10_000
/** How long one request waits for a job to be done, so that a stop is seen soon. */
const WAIT_MS = 400

/** BigQuery over HTTP (its documentation, "BigQuery API v2"): a job is handed in, and its pages are fetched. Never met the real service. */
export const bigQueryDriver: Driver = {
  async open(connection, dial) {
    return session(connection, dial)
  },
}

interface Job {
  readonly jobReference?: { readonly location?: string }
  readonly statistics?: { readonly query?: { readonly statementType?: string } }
  readonly status?: { readonly errorResult?: Trouble }
}
interface Page {
  readonly jobComplete?: boolean
  readonly pageToken?: string
  readonly schema?: { readonly fields?: readonly BigQueryField[] }
  readonly rows?: readonly { readonly f: readonly BigQueryCell[] }[]
}
interface Trouble {
  readonly reason?: string
  readonly message?: string
}

function session(connection: Connection, dial?: Dial): SourceSession {
  const account = readServiceAccount(connection)
  const { password: _, ...unsigned } = connection
  const [project = account.project, dataset] = (connection.database ?? account.project).split('.')
  const root = `/bigquery/v2/projects/${encodeURIComponent(project)}`
  let running: { readonly id: string; location: string } | undefined
  let isStopped = false

  const call = async <Answer>(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> => {
    const headers = {
      authorization: account.authorization(),
      accept: 'application/json',
      'accept-encoding': 'gzip',
      'content-type': 'application/json',
      'user-agent': 'qry (gzip)',
    }
    const asked = { method, path, headers, ...(body ? { body: JSON.stringify(body) } : {}) }
    const response = await requestSource(unsigned, asked, dial)
    const text = await bodyText(response)
    const { statusCode = 0 } = response
    if (statusCode === 401) throw wrongLogin(undefined)
    const answer = parseAnswer<Answer & { error?: { message?: string; errors?: readonly Trouble[] } }>(text)
    if (statusCode === 200) return answer
    const { message, errors } = answer.error ?? {}
    throw new BigQueryError({ ...(message ? { message } : {}), ...(errors?.[0]?.reason ? { reason: errors[0].reason } : {}) })
  }

  const stop = async (): Promise<void> => {
    if (running !== undefined)
      await call('POST', `${root}/jobs/${running.id}/cancel?location=${encodeURIComponent(running.location)}`)
  }

  const configuration = (sql: string) => ({
    query: {
      query: sql,
      useLegacySql: false,
      ...(dataset ? { defaultDataset: { projectId: project, datasetId: dataset } } : {}),
    },
  })

  /** BigQuery has no session that only reads; a dry run has it say itself, for nothing, what kind of statement this is. */
  const requireSelect = async (sql: string): Promise<void> => {
    const judged = await call<Job>('POST', `${root}/jobs`, { configuration: { ...configuration(sql), dryRun: true } })
    if (judged.statistics?.query?.statementType !== 'SELECT')
      throw new KnownError('not-read-only', 'Data sources are only read, and this statement does more than that.')
  }

  const stream = async (sql: string, { rowLimit, timeoutMs, take }: QueryOptions): Promise<CellColumn[]> => {
    const untilMs = performance.now() + timeoutMs
    const goOn = async (): Promise<void> => {
      if (!isStopped && performance.now() < untilMs) return
      await stop()
      throw isStopped ? new KnownError('cancelled') : outOfTime(timeoutMs, undefined)
    }
    try {
      await requireSelect(sql)
      const id = `qry_${randomUUID()}`
      await goOn()
      const made = await call<Job>('POST', `${root}/jobs`, {
        jobReference: { projectId: project, jobId: id },
        configuration: { ...configuration(sql), jobTimeoutMs: String(timeoutMs), labels: { application: 'qry' } },
      })
      if (made.status?.errorResult) throw new BigQueryError(made.status.errorResult)
      running = { id, location: made.jobReference?.location ?? 'US' }
      const path = `${root}/queries/${id}?location=${encodeURIComponent(running.location)}&formatOptions.useInt64Timestamp=true`
      let fields: readonly BigQueryField[] = []
      let left = rowLimit
      let token = ''
      for (;;) {
        await goOn()
        const sizes = `&maxResults=${Math.min(PAGE_ROWS, left)}&timeoutMs=${WAIT_MS}`
        const page = await call<Page>('GET', `${path}${sizes}${token ? `&pageToken=${encodeURIComponent(token)}` : ''}`)
        if (page.jobComplete === false) {
          await sleep(50)
          continue
        }
        fields = page.schema?.fields ?? fields
        const rows = (page.rows ?? [])
          .slice(0, left)
          .map(({ f }): CellRow => fields.map((field, index) => bigQueryText(f[index]?.v ?? null, field)))
        left -= rows.length
        const isWanted = rows.length === 0 || (await take(rows))
        token = page.pageToken ?? ''
        if (!isWanted || left <= 0 || token === '') return fields.map(bigQueryColumn)
      }
    } catch (error) {
      throw bigQueryError(error, timeoutMs)
    } finally {
      running = undefined
    }
  }

  const ask = async (sql: string) => (await readAll((options) => stream(sql, options))).rows

  return {
    async greet() {
      await ask('SELECT 1')
      return { server: 'BigQuery', warnings: [] }
    },

    async catalog() {
      const list = async (pageToken: string): Promise<DatasetList> => {
        try {
          return await call<DatasetList>(
            'GET',
            `${root}/datasets?maxResults=1000${pageToken && `&pageToken=${encodeURIComponent(pageToken)}`}`,
          )
        } catch (error) {
          throw bigQueryError(error, 60_000)
        }
      }
      const datasets: string[] = dataset ? [dataset] : []
      for (let token: string | undefined = ''; !dataset && token !== undefined; ) {
        const page: DatasetList = await list(token)
        datasets.push(...(page.datasets ?? []).map(({ datasetReference }) => datasetReference.datasetId))
        token = page.nextPageToken
      }
      return readBigQueryCatalog(ask, project, datasets, dataset)
    },

    // NOTE: functions that people wrote stand in datasets and are called by their names; what they read, the account may read.
    ownFunctions: async () => new Set(),
    query: stream,

    async cancel() {
      isStopped = true
      await stop()
    },

    async close() {},
  }
}

interface DatasetList {
  readonly datasets?: readonly { readonly datasetReference: { readonly datasetId: string } }[]
  readonly nextPageToken?: string
}

function parseAnswer<Answer>(text: string): Answer {
  try {
    return (text === '' ? {} : JSON.parse(text)) as Answer
  } catch (cause) {
    throw unreachable('What answers at this host is not BigQuery. Leave the host as it was: bigquery.googleapis.com.', cause)
  }
}

class BigQueryError extends Error {
  readonly reason: string

  constructor({ message, reason = '' }: Trouble) {
    super(message ?? 'BigQuery refused the statement.')
    this.reason = reason
  }
}

function bigQueryError(error: unknown, timeoutMs: number): KnownError {
  if (error instanceof KnownError) return error
  if (!(error instanceof BigQueryError)) return networkError(error) ?? connectionLost(error)
  if (error.reason === 'stopped') return new KnownError('cancelled', undefined, { cause: error })
  if (error.reason === 'timeout' || error.reason === 'jobTimeout') return outOfTime(timeoutMs, error)
  if (error.reason === 'rateLimitExceeded' || error.reason === 'backendError')
    return unreachable('BigQuery takes no more questions right now. Try again in a moment.', error)
  return new KnownError('query-failed', error.message.slice(0, 1500), { cause: error })
}
