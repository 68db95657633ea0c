import { KnownError } from '../../../contract/error.ts'
import type { CellColumn } from '../../duckdb/job.ts'
import { placeValues } from '../bound-values.ts'
import type { Connection } from '../connection.ts'
import type { Dial, Driver, QueryOptions, SourceSession } from '../driver.ts'
import { literalOf } from '../guard/literal.ts'
import { assembleCatalog } from './assemble-catalog.ts'
import { Errands } from './errand.ts'
import { bodyText, type HttpAsked, requestSource } from './http-request.ts'
import { readAll } from './read-all.ts'
import { connectionLost, networkError, outOfTime, unreachable, wrongLogin } from './sentences.ts'

/** Trino over HTTP (its documentation, "Trino client REST API"): a statement is posted, and its pages are fetched until there is no next. Never met the real server. */
export const trinoDriver: Driver = {
  async open(connection, dial) {
    return session(connection, dial)
  },
}

interface Page {
  readonly nextUri?: string
  readonly columns?: readonly { readonly name: string; readonly type: string }[]
  readonly data?: readonly (readonly unknown[])[]
  readonly error?: { readonly message: string; readonly errorName?: string }
}

function session(connection: Connection, dial?: Dial): SourceSession {
  let next: string | undefined
  const errands = new Errands()
  const [catalog = '', schema] = (connection.database ?? '').split('.')

  const page = async (asked: HttpAsked): Promise<Page> => {
    const headers = {
      'x-trino-user': connection.user ?? 'qry',
      'x-trino-source': 'qry',
      'x-trino-time-zone': 'UTC',
      ...(catalog ? { 'x-trino-catalog': catalog } : {}),
      ...(schema ? { 'x-trino-schema': schema } : {}),
    }
    const answer = await requestSource(connection, { ...asked, headers }, dial)
    const text = await bodyText(answer)
    if (answer.statusCode === 401 || answer.statusCode === 403) throw wrongLogin(undefined)
    if (answer.statusCode !== 200)
      throw unreachable('What answers at this host and port is not Trino. Check the port.', undefined)
    return parsePage(text)
  }

  const stream = async (text: string, { rowLimit, timeoutMs, take, marked }: QueryOptions): Promise<CellColumn[]> => {
    // NOTE: Trino's protocol carries no values: its own clients write literals, too. The guard's parser has written this text.
    const { sql } = placeValues(text, marked, (value) => literalOf('trino', value))
    let columns: CellColumn[] = []
    let left = rowLimit
    const untilMs = performance.now() + timeoutMs
    const errand = errands.now
    try {
      for (
        let now = await page({ method: 'POST', path: '/v1/statement', body: sql });
        ;
        now = await page({ method: 'GET', path: next ?? '' })
      ) {
        if (now.error) throw trinoError(now.error, timeoutMs)
        if (now.columns) columns = now.columns.map(({ name, type }) => trinoColumn(name, type))
        // NOTE: only the path is followed, so that an answer can't send the login elsewhere.
        next = now.nextUri === undefined ? undefined : pathOf(now.nextUri)
        if (next === undefined) errand.done()
        else errand.handedIn(stop)
        // NOTE: until the first page has come, nothing says what to stop.
        await errand.goOn(next === undefined ? Number.POSITIVE_INFINITY : untilMs, timeoutMs)
        const rows = (now.data ?? []).slice(0, left)
        left -= rows.length
        const isWanted = rows.length === 0 || (await take(rows.map((row) => row.map(cellText))))
        if (next === undefined) return columns
        if (isWanted && left > 0) continue
        await errand.giveUp()
        return columns
      }
    } catch (error) {
      if (error instanceof KnownError) throw error
      throw networkError(error) ?? connectionLost(error)
    }
  }

  const stop = async (): Promise<void> => {
    if (next !== undefined)
      await bodyText(
        await requestSource(
          connection,
          { method: 'DELETE', path: next, headers: { 'x-trino-user': connection.user ?? 'qry' } },
          dial,
        ),
      )
  }

  const ask = async (sql: string) => (await readAll((options) => stream(sql, options))).rows

  /** Where the catalog keeps no grants, or does not tell, nothing is known: false. */
  const mayWrite = async (): Promise<boolean> => {
    const grants = `"${catalog.replaceAll('"', '""')}".information_schema.table_privileges`
    try {
      return (await ask(`SELECT 1 FROM ${grants} WHERE privilege_type IN ('INSERT', 'UPDATE', 'DELETE') LIMIT 1`)).length > 0
    } catch (error) {
      if (error instanceof KnownError && error.code === 'query-failed') return false
      throw error
    }
  }

  return {
    async greet() {
      errands.begin()
      const [[version] = []] = await ask('SELECT node_version FROM system.runtime.nodes WHERE coordinator')
      const canWrite = catalog !== '' && (await mayWrite())
      return {
        server: `Trino ${version ?? ''}`.trim(),
        warnings: canWrite
          ? [
              'This login can write. QRY only reads, and Trino has no session that only reads: a login with SELECT alone is the surest fence.',
            ]
          : [],
      }
    },

    async catalog() {
      errands.begin()
      if (!catalog) throw new KnownError('query-failed', 'Name the catalog of this source as its database: hive, or hive.shop.')
      const where = schema ? `table_schema = '${schema.replaceAll("'", "''")}'` : "table_schema <> 'information_schema'"
      const place = `"${catalog.replaceAll('"', '""')}".information_schema`
      const tables = await ask(`SELECT table_schema, table_name, table_type FROM ${place}.tables WHERE ${where} ORDER BY 1, 2`)
      const columns = await ask(
        `SELECT table_schema, table_name, column_name, data_type FROM ${place}.columns WHERE ${where} ORDER BY 1, 2, ordinal_position`,
      )
      const idOf = (inSchema: string | null | undefined, name: string | null | undefined): string =>
        JSON.stringify([inSchema, name])
      return assembleCatalog({
        defaultSchemas: schema ? [schema] : [],
        tables: tables.map(([inSchema, name, type]) => ({
          id: idOf(inSchema, name),
          path: [catalog, inSchema ?? '', name ?? ''],
          isView: type === 'VIEW',
          rowCount: 0,
          comment: null,
        })),
        columns: columns.map(([inSchema, table, name, type]) => ({
          tableId: idOf(inSchema, table),
          name: name ?? '',
          type: trinoColumn('', type ?? '').type,
          nativeType: type ?? '',
          comment: null,
        })),
        keys: [],
      })
    },

    // NOTE: Trino's own functions are listed by SHOW FUNCTIONS only, without saying who wrote them.
    ownFunctions: async () => new Set(),
    query(sql, options) {
      errands.begin()
      return stream(sql, options)
    },
    cancel: () => errands.now.stop(),
    async close() {},
  }
}

/** NOTE: numbers keep the digits they were written with, as those beyond 2^53 would lose some. */
function parsePage(text: string): Page {
  const keepDigits = (_: string, value: unknown, { source }: { source?: string } = {}): unknown =>
    typeof value === 'number' ? (source ?? String(value)) : value
  return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown) as Page
}

const pathOf = (uri: string): string => {
  const { pathname, search } = new URL(uri)
  return pathname + search
}

const cellText = (cell: unknown): string | null => {
  if (cell === null || cell === undefined) return null
  return typeof cell === 'string' ? cell : JSON.stringify(cell)
}

function trinoError({ message, errorName = '' }: NonNullable<Page['error']>, timeoutMs: number): KnownError {
  if (/EXCEEDED_TIME_LIMIT/.test(errorName)) return outOfTime(timeoutMs, undefined)
  if (/USER_CANCELED/.test(errorName)) return new KnownError('cancelled')
  return new KnownError('query-failed', message.slice(0, 1500))
}

function trinoColumn(name: string, declared: string): CellColumn {
  if (/^(tinyint|smallint|integer|bigint)$/.test(declared)) return { name, type: 'integer' }
  const scale = /^decimal\(\d+, *(\d+)\)$/.exec(declared)?.[1]
  if (scale !== undefined) return { name, type: 'decimal', scale: Number(scale) }
  if (/^(double|real)$/.test(declared)) return { name, type: 'number' }
  if (declared === 'boolean' || declared === 'date' || declared === 'json') return { name, type: declared }
  if (/^timestamp(\(\d+\))?$/.test(declared)) return { name, type: 'timestamp' }
  if (/^time(\(\d+\))?$/.test(declared)) return { name, type: 'time' }
  if (/^(array|map)\(/.test(declared)) return { name, type: 'json' }
  // NOTE: binary comes in base64 and a zoned time names its zone by word; both stay the text they are.
  return { name, type: 'text' }
}
