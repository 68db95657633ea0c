import { randomUUID } from 'node:crypto'
import { KnownError } from '../../../contract/error.ts'
import type { BoundValue } from '../../../contract/parameter.ts'
import { numberForm } from '../../basics/number-form.ts'
import { sleep } from '../../basics/sleep.ts'
import type { CellColumn } from '../../duckdb/job.ts'
import { placeValues } from '../bound-values.ts'
import type { Connection } from '../connection.ts'
import type { CellRow, Dial, Driver, QueryOptions, SourceSession } from '../driver.ts'
import { readBigQueryCatalog } from './bigquery-catalog.ts'
import { type BigQueryCell, type BigQueryField, bigQueryColumn, bigQueryText } from './bigquery-types.ts'
import { Errands } from './errand.ts'
import { callService, type JsonService } from './json-service.ts'
import { readAll } from './read-all.ts'
import { connectionLost, networkError, outOfTime, unreachable } from './sentences.ts'
import { readServiceAccount } from './service-account.ts'

const PAGE_ROWS = 10_000
/** How long one request waits for a job to be done, so that a stop is seen soon. */
const WAIT_MS = 400

const WRITING = ['bigquery.tables.updateData', 'bigquery.tables.update', 'bigquery.tables.delete']

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
interface Refusal {
  readonly error?: { readonly message?: string; readonly errors?: readonly Trouble[] }
}
interface Trouble {
  readonly reason?: string
  readonly message?: string
}

function session(connection: Connection, dial?: Dial): SourceSession {
  const account = readServiceAccount(connection)
  const [project = account.project, dataset] = (connection.database ?? account.project).split('.')
  const root = `/bigquery/v2/projects/${encodeURIComponent(project)}`
  const errands = new Errands()
  const service: JsonService = {
    connection,
    dial,
    userAgent: 'qry (gzip)',
    signIn: () => ({ authorization: account.authorization() }),
    refusals: [401],
    stranger: 'What answers at this host is not BigQuery. Leave the host as it was: bigquery.googleapis.com.',
  }

  const call = async <Answer>(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> => {
    const { status, body: answer } = await callService<Answer & Refusal>(service, method, path, body)
    if (status === 200) return answer
    const { message, errors } = answer.error ?? {}
    throw new BigQueryError({ ...(message ? { message } : {}), ...(errors?.[0]?.reason ? { reason: errors[0].reason } : {}) })
  }

  const configuration = ({ sql, values }: Placed) => ({
    query: {
      query: sql,
      useLegacySql: false,
      ...(values.length > 0 ? { parameterMode: 'NAMED', queryParameters: values.map(parameterOf) } : {}),
      ...(dataset ? { defaultDataset: { projectId: project, datasetId: dataset } } : {}),
    },
  })

  /** BigQuery has no session that only reads; a dry run has it say itself, for nothing, what kind of statement this is. */
  const requireSelect = async (placed: Placed): Promise<void> => {
    const judged = await call<Job>('POST', `${root}/jobs`, { configuration: { ...configuration(placed), dryRun: true } })
    if (judged.statistics?.query?.statementType !== 'SELECT')
      throw new KnownError('not-read-only', 'Data sources are only read, and this statement does more than that.')
  }

  const stream = async (sql: string, { rowLimit, timeoutMs, take, marked }: QueryOptions): Promise<CellColumn[]> => {
    const placed = placeValues(sql, marked, (_, place) => `@v${place}`)
    const errand = errands.now
    const untilMs = performance.now() + timeoutMs
    const goOn = (): Promise<void> => errand.goOn(untilMs, timeoutMs)
    try {
      await requireSelect(placed)
      const id = `qry_${randomUUID()}`
      await goOn()
      const made = await call<Job>('POST', `${root}/jobs`, {
        jobReference: { projectId: project, jobId: id },
        configuration: { ...configuration(placed), jobTimeoutMs: String(timeoutMs), labels: { application: 'qry' } },
      })
      if (made.status?.errorResult) throw new BigQueryError(made.status.errorResult)
      const location = encodeURIComponent(made.jobReference?.location ?? 'US')
      errand.handedIn(() => call('POST', `${root}/jobs/${id}/cancel?location=${location}`))
      const path = `${root}/queries/${id}?location=${location}&formatOptions.useInt64Timestamp=true`
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
      errand.done()
    }
  }

  const ask = async (sql: string) => (await readAll((options) => stream(sql, options))).rows

  const datasets = async (): Promise<string[]> => {
    const found: string[] = []
    for (let token: string | undefined = ''; token !== undefined; ) {
      const from: string = token && `&pageToken=${encodeURIComponent(token)}`
      const page: DatasetList = await call<DatasetList>('GET', `${root}/datasets?maxResults=1000${from}`).catch(
        (error: unknown) => {
          throw bigQueryError(error, 60_000)
        },
      )
      found.push(...(page.datasets ?? []).map(({ datasetReference }) => datasetReference.datasetId))
      token = page.nextPageToken
    }
    return found
  }

  /** Asked about one table, as rights stand on the project or a dataset as a rule. Where the account may not even ask, false. */
  const mayWrite = async (): Promise<boolean> => {
    try {
      const [first] = dataset ? [dataset] : await datasets()
      if (first === undefined) return false
      const place = `${root}/datasets/${encodeURIComponent(first)}/tables`
      const { tables = [] } = await call<TableList>('GET', `${place}?maxResults=1`)
      const [table] = tables
      if (!table) return false
      const asked = { permissions: WRITING }
      const path = `${place}/${encodeURIComponent(table.tableReference.tableId)}:testIamPermissions`
      return ((await call<{ permissions?: string[] }>('POST', path, asked)).permissions ?? []).length > 0
    } catch (error) {
      if (error instanceof BigQueryError || (error instanceof KnownError && error.code === 'query-failed')) return false
      throw bigQueryError(error, 60_000)
    }
  }

  return {
    async greet() {
      errands.begin()
      await ask('SELECT 1')
      const canWrite = await mayWrite()
      return {
        server: 'BigQuery',
        warnings: canWrite
          ? [
              'This service account can write. QRY only reads, but one with BigQuery Data Viewer and BigQuery Job User alone is the surest fence.',
            ]
          : [],
      }
    },

    async catalog() {
      errands.begin()
      return readBigQueryCatalog(ask, project, dataset ? [dataset] : await datasets(), dataset)
    },

    // NOTE: functions that people wrote stand in datasets and are called by their names; what they read, the account may read.
    ownFunctions: async () => new Set(),
    query(sql, options) {
      errands.begin()
      return stream(sql, options)
    },

    cancel: () => errands.now.stop(),

    async close() {},
  }
}

type Placed = ReturnType<typeof placeValues>

const parameterOf = (value: BoundValue, index: number): object => ({
  name: `v${index + 1}`,
  parameterType: { type: typeOf(value) },
  parameterValue: { value: value.text },
})

function typeOf({ type, text }: BoundValue): string {
  if (type !== 'number') return type === 'date' ? 'DATE' : 'STRING'
  const { bits, digits, scale } = numberForm(text)
  return bits ? 'INT64' : scale <= 9 && digits - scale <= 29 ? 'NUMERIC' : 'BIGNUMERIC'
}

interface DatasetList {
  readonly datasets?: readonly { readonly datasetReference: { readonly datasetId: string } }[]
  readonly nextPageToken?: string
}

interface TableList {
  readonly tables?: readonly { readonly tableReference: { readonly tableId: string } }[]
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
