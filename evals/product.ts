import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Chart } from '../contract/chart.ts'
import type { Column, Row } from '../contract/column.ts'
import type { TablePage } from '../contract/table.ts'
import type { AnalystName, TurnWithRows } from '../contract/turn.ts'
import type { Cassette } from '../server/analysts/cassette.ts'
import { createApp } from '../server/app.ts'
import { sleep } from '../server/basics/sleep.ts'
import { loadConfig } from '../server/config.ts'

/** How a question was met: it ran, its reading waits, something is asked back, or nothing of it was understood. */
export type Met = 'ran' | 'waited' | 'asked' | 'refused'

/** What came back for a question. `isAuto` where it ran by itself, `isConfirmed` where its first reading waited and was confirmed. */
export interface Answer {
  readonly met: Met
  readonly isAuto: boolean
  readonly isConfirmed: boolean
  readonly sql: string | undefined
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly charts: readonly Chart[]
  readonly durationMs: number
}

export interface Product {
  /** Brings a SQLite file, with notes where it is a data source. Answers with what begins a conversation about it. */
  bring(path: string, notes?: string): Promise<() => Promise<string>>
  /** By itself, or as a follow-up of what was asked before. */
  ask(conversationId: string, question: string, analyst: AnalystName, isAlone?: boolean): Promise<Answer>
  /** Runs SQL by hand; nothing where it fails. */
  run(conversationId: string, sql: string): Promise<Pick<Answer, 'columns' | 'rows'> | undefined>
  close(): Promise<void>
}

/** An answer with more rows than this is read no further: no question of a set asks for so many. */
const MOST_ROWS = 10_000
const PAGE = 1000

export interface ProductChoice {
  readonly settings?: Readonly<Record<string, string>>
  /** Brings files as data sources, so that they are asked in SQLite's own dialect, and not as uploads. */
  readonly isSource?: boolean
  /** What "last month" is reckoned from; the machine's clock where it is not said. */
  readonly now?: Date | undefined
  /** In place of a provider: what records its exchanges, or plays them again. */
  readonly cassette?: Cassette | undefined
}

/** A QRY of its own in a folder of its own, spoken to over its API as a person's program would. */
export async function startProduct({
  settings: more = {},
  isSource = false,
  now,
  cassette,
}: ProductChoice = {}): Promise<Product> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-eval-'))
  const settings = { PORT: '0', QRY_DATA_DIR: folder, QRY_DEMO: '0', LOG_LEVEL: 'error', QRY_UPLOAD_MAX_MB: '500', ...more }
  const app = await createApp(loadConfig(settings, process.cwd()), {
    ...(now ? { clock: () => now } : {}),
    ...(cassette ? { openProvider: cassette.openProvider } : {}),
  })
  const person = { email: 'eval@example.org', password: 'a long enough password', name: 'Eval', organisation: 'Eval' }
  await app.tenancy.setUp(person)
  const authorization = `Bearer ${await app.tenancy.createKey({ email: person.email, name: 'eval' })}`
  const { url } = await app.listen()

  const call = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization, ...(body instanceof FormData ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return (await response.json()) as Body
  }
  const turn = (id: string, body: object): Promise<TurnWithRows> =>
    call('POST', `/api/conversations/${id}/turns?wait=1`, { isAlone: true, ...body })
  const resultOf = async ({ tables }: TurnWithRows): Promise<Pick<Answer, 'columns' | 'rows'>> => {
    const table = tables.at(-1)
    if (!table) return { columns: [], rows: [] }
    const rows = [...table.rows]
    while (rows.length < Math.min(table.rowCount, MOST_ROWS)) {
      const page = await call<TablePage>('GET', `/api/results/${table.digest}?offset=${rows.length}&limit=${PAGE}`)
      if (page.rows.length === 0) break
      rows.push(...page.rows)
    }
    return { columns: table.columns, rows }
  }

  return {
    async bring(path, notes) {
      const begin = (of: object) => async () => (await call<{ id: string }>('POST', '/api/conversations', of)).id
      if (isSource) {
        const source = { kind: 'sqlite', name: path, config: { path } }
        const { id: sourceId } = await call<{ id: string }>('POST', '/api/sources', source)
        while (!(await call<{ isProfiled: boolean }>('GET', `/api/sources/${sourceId}/catalog`)).isProfiled) await sleep(20)
        if (notes !== undefined) await call('PUT', `/api/sources/${sourceId}/notes`, { version: 0, yaml: notes })
        return begin({ sourceId })
      }
      const form = new FormData()
      form.append('file', new Blob([new Uint8Array(await readFile(path))]), basename(path))
      const upload = await call<{ id: string }>('POST', '/api/uploads', form)
      return begin({ uploadIds: [upload.id] })
    },
    async ask(id, question, analyst, isAlone = true) {
      const startMs = performance.now()
      const first = await turn(id, { question, analyst, isAlone })
      const durationMs = performance.now() - startMs
      const isWaiting = first.status === 'needs-confirmation' && first.choices === undefined
      const done = isWaiting
        ? await call<TurnWithRows>('POST', `/api/conversations/${id}/turns/${first.id}/confirm?wait=1`, {})
        : first
      const query = done.steps.find(({ id: stepId }) => stepId === done.tables.at(-1)?.stepId)
      const isRefused = first.reading?.state === 'not-understood' || (!isWaiting && query === undefined)
      return {
        met: first.choices ? 'asked' : isWaiting ? 'waited' : isRefused ? 'refused' : 'ran',
        isAuto: !isWaiting && query !== undefined,
        isConfirmed: isWaiting,
        sql: query?.input,
        charts: done.charts,
        durationMs,
        ...(await resultOf(done)),
      }
    },
    async run(id, sql) {
      const done = await turn(id, { question: `/sql ${sql}` })
      return done.status === 'answered' ? resultOf(done) : undefined
    },
    async close() {
      await app.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
