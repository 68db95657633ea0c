import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { KnownError } from '../../../contract/error.ts'
import type { BoundValue } from '../../../contract/parameter.ts'
import { numberForm } from '../../basics/number-form.ts'
import type { CellColumn } from '../../duckdb/job.ts'
import { placeValues } from '../bound-values.ts'
import type { Connection } from '../connection.ts'
import type { Dial, Driver, QueryOptions, SourceSession } from '../driver.ts'
import { assembleCatalog } from './assemble-catalog.ts'
import { type Errand, Errands } from './errand.ts'
import { bodyText, requestSource } from './http-request.ts'
import { readAll } from './read-all.ts'
import { connectionLost, networkError, noSuchDatabase, outOfTime, unreachable, wrongLogin } from './sentences.ts'

/** The server's own clock strikes first, where it can. */
const GRACE_MS = 500
const BATCH_ROWS = 2_000
const SYSTEM = "('system', 'information_schema', 'INFORMATION_SCHEMA')"

/** ClickHouse over HTTP (its documentation, "HTTP Interface"): every cell as text, and `readonly` set for each request. Never met the real server. */
export const clickhouseDriver: Driver = {
  async open(connection, dial) {
    return session(connection, dial)
  },
}

function session(connection: Connection, dial?: Dial): SourceSession {
  const errands = new Errands()
  const run = (sql: string, options: QueryOptions) => stream(connection, sql, options, errands.now, dial)
  const ask = async (sql: string) => (await readAll((options) => run(sql, options))).rows

  return {
    async greet() {
      errands.begin()
      const [[version] = []] = await ask('SELECT version()')
      const grants = await ask('SHOW GRANTS')
      const canWrite = grants.some(([grant]) => /\b(ALL|INSERT|ALTER|CREATE|DROP|TRUNCATE|SYSTEM)\b/.test(grant ?? ''))
      return {
        server: `ClickHouse ${version ?? ''}`.trim(),
        warnings: canWrite
          ? ['This login can write. QRY only reads, but a login with SELECT rights alone is the surest fence.']
          : [],
      }
    },

    async catalog() {
      errands.begin()
      const tables = await ask(
        `SELECT database, name, engine LIKE '%View', ifNull(total_rows, 0), comment FROM system.tables WHERE database NOT IN ${SYSTEM} ORDER BY database, name`,
      )
      const columns = await ask(
        `SELECT database, table, name, type, comment, is_in_primary_key FROM system.columns WHERE database NOT IN ${SYSTEM} ORDER BY database, table, position`,
      )
      const idOf = (database: string | null | undefined, name: string | null | undefined): string =>
        JSON.stringify([database, name])
      const keyed = Map.groupBy(
        columns.filter((column) => column[5] === '1'),
        ([database, table]) => idOf(database, table),
      )
      return assembleCatalog({
        defaultSchemas: [connection.database ?? 'default'],
        tables: tables.map(([database, name, isView, rows, comment]) => ({
          id: idOf(database, name),
          path: [database ?? '', name ?? ''],
          isView: isView === '1',
          rowCount: Number(rows),
          comment: comment ?? null,
        })),
        columns: columns.map(([database, table, name, type, comment]) => ({
          tableId: idOf(database, table),
          name: name ?? '',
          type: clickhouseColumn('', type ?? '').type,
          nativeType: type ?? '',
          comment: comment ?? null,
        })),
        keys: [...keyed].map(([tableId, members]) => ({ tableId, columns: members.map((column) => column[2] ?? '') })),
      })
    },

    async ownFunctions() {
      errands.begin()
      const rows = await ask("SELECT lower(name) FROM system.functions WHERE origin <> 'System'")
      return new Set(rows.map(([name]) => name ?? ''))
    },

    query(sql, options) {
      errands.begin()
      return run(sql, options)
    },

    cancel: () => errands.now.stop(),

    async close() {},
  }
}

/** The first line holds the names, the second the types, every other one a row of texts. */
async function stream(
  connection: Connection,
  text: string,
  options: QueryOptions,
  errand: Errand,
  dial?: Dial,
): Promise<CellColumn[]> {
  const id = randomUUID()
  const { sql, values } = placeValues(text, options.marked, signOf)
  const settings = new URLSearchParams({
    ...(connection.database ? { database: connection.database } : {}),
    query_id: id,
    readonly: '2',
    default_format: 'JSONCompactStringsEachRowWithNamesAndTypes',
    date_time_output_format: 'iso',
    session_timezone: 'UTC',
    max_execution_time: String(Math.ceil(options.timeoutMs / 1000)),
    // NOTE: a question that is stopped before the server knows of it can't be killed by its id.
    cancel_http_readonly_queries_on_client_close: '1',
    ...Object.fromEntries(values.map((value, index) => [`param_v${index + 1}`, escaped(value.text)])),
  })
  const kill = { method: 'POST', path: '/?wait_end_of_query=1', body: `KILL QUERY WHERE query_id = '${id}' ASYNC` } as const
  const late = AbortSignal.timeout(options.timeoutMs + GRACE_MS)
  try {
    if (errand.isStopped) throw new KnownError('cancelled')
    errand.handedIn(async () => bodyText(await requestSource(connection, kill, dial)))
    const path = `/?${settings.toString()}`
    const headers = connection.password === undefined ? { 'x-clickhouse-user': connection.user ?? 'default' } : {}
    const answer = await requestSource(
      connection,
      { method: 'POST', path, body: sql, headers, signal: AbortSignal.any([errand.signal, late]) },
      dial,
    )
    if (answer.statusCode !== 200) throw new ClickhouseError(await bodyText(answer))
    const heads: string[][] = []
    let batch: (string | null)[][] = []
    let left = options.rowLimit
    for await (const line of createInterface({ input: answer, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line === '') continue
      const cells = rowOf(line)
      if (heads.length < 2) {
        heads.push(cells.map((cell) => cell ?? ''))
        continue
      }
      batch.push(cells)
      left--
      if (batch.length < BATCH_ROWS && left > 0) continue
      const isWanted = await options.take(batch)
      batch = []
      if (!isWanted || left <= 0) {
        answer.destroy()
        break
      }
    }
    if (batch.length > 0) await options.take(batch)
    const [names = [], types = []] = heads
    return names.map((name, index) => clickhouseColumn(name, types[index] ?? ''))
  } catch (error) {
    if (errand.isStopped) throw new KnownError('cancelled', undefined, { cause: error })
    if (!late.aborted) throw clickhouseError(error, options.timeoutMs)
    await errand.giveUp()
    throw outOfTime(options.timeoutMs, error)
  } finally {
    errand.done()
  }
}

function signOf({ type, text }: BoundValue, place: number): string {
  if (type === 'text') return `{v${place}:String}`
  if (type === 'date') return `{v${place}:${text >= '1970-01-01' && text < '2149-01-01' ? 'Date' : 'Date32'}}`
  const { bits, digits, scale } = numberForm(text)
  return `{v${place}:${bits ? 'Int64' : `Decimal(${digits}, ${scale})`}}`
}

/** NOTE: the server reads a parameter's value as a cell of tab-separated text, in which \N would be no value at all. */
const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')

/** NOTE: an error in the middle of an answer comes as a line that is no row. */
function rowOf(line: string): (string | null)[] {
  if (!line.startsWith('[')) throw new ClickhouseError(line)
  return JSON.parse(line) as (string | null)[]
}

class ClickhouseError extends Error {}

function clickhouseError(error: unknown, timeoutMs: number): KnownError {
  if (error instanceof KnownError) return error
  if (!(error instanceof ClickhouseError)) return networkError(error) ?? connectionLost(error)
  const [, code = ''] = /Code: (\d+)/.exec(error.message) ?? []
  if (code === '516' || code === '192' || code === '193') return wrongLogin(error)
  if (code === '81') return noSuchDatabase(error)
  if (code === '159') return outOfTime(timeoutMs, error)
  if (code === '394') return new KnownError('cancelled', undefined, { cause: error })
  if (code === '164')
    return new KnownError('not-read-only', 'Data sources are only read, and this statement writes.', { cause: error })
  if (code === '')
    return unreachable('What answers at this host and port is not ClickHouse. Check the port of its HTTP interface.', error)
  const text = error.message.replace(/^Code: \d+\. DB::Exception: /, '').replace(/\(version [\s\S]*$/, '')
  return new KnownError('query-failed', text.trim().slice(0, 1500), { cause: error })
}

function clickhouseColumn(name: string, declared: string): CellColumn {
  const type = declared.replace(/^(?:LowCardinality\(|Nullable\()+(.*?)\)*$/, '$1')
  if (/^U?Int\d+$/.test(type)) return { name, type: 'integer' }
  const scale = /^Decimal\d*\((?:\d+, *)?(\d+)/.exec(type)?.[1]
  if (scale !== undefined) return { name, type: 'decimal', scale: Number(scale) }
  if (/^(B?Float)/.test(type)) return { name, type: 'number' }
  if (type === 'Bool') return { name, type: 'boolean' }
  if (/^Date(32)?$/.test(type)) return { name, type: 'date' }
  if (type.startsWith('DateTime')) return { name, type: 'timestamp', isZoned: true }
  return { name, type: 'text' }
}
