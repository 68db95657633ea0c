import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KnownError } from '../../contract/error.ts'
import { Snapshot, type SnapshotTable } from '../../contract/snapshot.ts'
import { decodeColumnar } from '../../render/columnar.ts'
import { sharedPageHtml } from '../../render/shared-page-html.ts'
import { sha256 } from '../basics/sha256.ts'
import { createDuckDb, type DuckDb } from '../duckdb/duckdb.ts'

/** One thing of the page that was checked. `unchecked` says why it could not be. */
export interface PageCheck {
  readonly what: 'page' | 'table' | 'chart' | 'file'
  readonly name: string
  readonly state: 'right' | 'wrong' | 'unchecked'
  readonly why?: string
}

export interface Verification {
  readonly url: string
  readonly digest: string
  readonly isRight: boolean
  readonly checks: readonly PageCheck[]
}

type Verdict = Pick<PageCheck, 'state' | 'why'>
type Get = (below: string) => Promise<Uint8Array | undefined>

const right: Verdict = { state: 'right' }
const wrong = (why: string): Verdict => ({ state: 'wrong', why })
const unchecked = (why: string): Verdict => ({ state: 'unchecked', why })
const REENCODE_TIMEOUT_MS = 120_000

/**
 * Checks a public page from outside (B6), as anybody who holds the link could: the digest that the page carries is that of its snapshot, page, tables, charts and
 * files are what the snapshot names by digest, and what the page sorts and draws from are the rows of the kept tables, encoded again here.
 * Throws `not-found` for a link that does not open, `not-signed-in` for a locked one, `unavailable` when nothing answers.
 */
export async function verifyPage(address: string, ask: typeof fetch = fetch): Promise<Verification> {
  const url = addressOf(address)
  const get: Get = async (below) => {
    const answer = await ask(`${url}${below}`).catch((cause: unknown) => {
      throw new KnownError('unavailable', `${new URL(url).host} does not answer.`, { cause })
    })
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer())
    await answer.arrayBuffer()
    if (answer.status === 404) return undefined
    if (answer.status === 401)
      throw new KnownError('not-signed-in', 'This page has a password, so it cannot be checked from outside.')
    throw new KnownError('unavailable', `${new URL(url).host} answered ${answer.status}. Try again in a moment.`)
  }
  const page = await get('')
  if (!page) throw new KnownError('not-found', 'There is no page at this address.')
  const markup = Buffer.from(page).toString('utf8')
  const digest = / data-digest="([0-9a-f]{64})"/.exec(markup)?.[1]
  if (digest === undefined) throw new KnownError('invalid-input', 'This is not a shared page of QRY: it carries no digest.')
  const checks = await checkAll(get, markup, digest)
  return { url, digest, isRight: checks.every((check) => check.state !== 'wrong'), checks }
}

function addressOf(address: string): string {
  if (!URL.canParse(address)) throw new KnownError('invalid-input', 'Give the whole address of the page, with https://.')
  const { origin, pathname } = new URL(address)
  return origin + pathname.replace(/\/+$/, '')
}

async function checkAll(get: Get, markup: string, digest: string): Promise<PageCheck[]> {
  const document = await get('/snapshot.json')
  if (!document) {
    const why = 'the owner gives programs no copy of this page'
    return [{ what: 'page', name: 'snapshot', ...unchecked(why) }]
  }
  const isSame = sha256(document) === digest
  const first: PageCheck = {
    what: 'page',
    name: 'snapshot',
    ...(isSame ? right : wrong('its digest is not the one on the page')),
  }
  const parsed = Snapshot.safeParse(readJson(document))
  if (!parsed.success) return [{ ...first, ...wrong('it is not a snapshot that this version of QRY can read') }]
  const snapshot = parsed.data
  const pictures = new Map<string, string>()
  const charts = await checkCharts(get, snapshot, pictures)
  const shown: PageCheck = { what: 'page', name: 'text', ...checkText(markup, snapshot, digest, pictures) }
  return [first, shown, ...(await checkTables(get, snapshot)), ...charts, ...(await checkFiles(get, snapshot))]
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

/** Draws the page again from its snapshot. */
function checkText(markup: string, snapshot: Snapshot, digest: string, pictures: ReadonlyMap<string, string>): Verdict {
  const mainOf = (text: string) => /<main[\s\S]*<\/main>/.exec(text)?.[0].replaceAll(/<style>[\s\S]*?<\/style>/g, '')
  const basePath =
    / data-columns="(\/[^"]*?)\/tables\//.exec(markup)?.[1] ?? /href="(\/[^"]*?)\/(?:files|tables)\//.exec(markup)?.[1] ?? ''
  const assets = { title: '', css: '', fonts: '', script: '' }
  const drawn = sharedPageHtml({ snapshot, snapshotDigest: digest, basePath, pictures: (name) => pictures.get(name), assets })
  if (mainOf(drawn) === mainOf(markup)) return right
  return wrong('it is not what this version of QRY draws from the snapshot: changed, or drawn by another version')
}

async function checkTables(get: Get, snapshot: Snapshot): Promise<PageCheck[]> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-verify-'))
  const log = { warn: () => undefined }
  const duckdb = createDuckDb({ size: 1, threads: 2, memoryLimitMb: 1024, maxQueue: 1_000, tempDir: join(folder, 'duckdb'), log })
  try {
    const checks: PageCheck[] = []
    for (const table of snapshot.turns.flatMap((turn) => turn.tables))
      checks.push({ what: 'table', name: `${table.id} ${table.title}`, ...(await checkTable(get, table, duckdb, folder)) })
    return checks
  } finally {
    await duckdb.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function checkTable(get: Get, table: SnapshotTable, duckdb: DuckDb, folder: string): Promise<Verdict> {
  const columns = await get(`/tables/${table.id}.columns`)
  if (!columns) return wrong('its rows are not there')
  const opened = decodeColumnar(columns)
  if (opened.rowCount !== table.rowCount)
    return wrong(`it has ${opened.rowCount} rows, not the ${table.rowCount} that were frozen`)
  const isFirst = table.firstRows.every((row, at) => row.every((cell, column) => opened.cell(column, at) === cell))
  if (!isFirst) return wrong('its first rows are not those that were frozen')
  const parquet = await get(`/tables/${table.id}.parquet`)
  if (!parquet) return unchecked('the owner allows no downloads, so only its first rows were compared')
  if (sha256(parquet) !== table.digest) return wrong('the kept rows are not those that were frozen')
  const [path, output] = [join(folder, `${table.id}.parquet`), join(folder, `${table.id}.columns`)]
  await writeFile(path, parquet)
  await duckdb.run({ kind: 'columnar', path, columns: table.columns, output }, { timeoutMs: REENCODE_TIMEOUT_MS })
  return Buffer.compare(await readFile(output), columns) === 0
    ? right
    : wrong('the page sorts and draws other rows than the kept ones')
}

async function checkCharts(get: Get, snapshot: Snapshot, pictures: Map<string, string>): Promise<PageCheck[]> {
  const checks: PageCheck[] = []
  for (const chart of snapshot.turns.flatMap((turn) => turn.charts)) {
    let verdict = chart.pictures ? right : unchecked('it has no kept picture, it is drawn from its table')
    for (const width of chart.pictures ? (['wide', 'narrow'] as const) : []) {
      const svg = await get(`/charts/${chart.id}${width === 'wide' ? '' : '-narrow'}.svg`)
      if (!svg) verdict = wrong('its picture is not there')
      else if (sha256(svg) !== chart.pictures?.[width]) verdict = wrong('its picture is not the one that was frozen')
      if (svg && chart.pictures) pictures.set(chart.pictures[width], Buffer.from(svg).toString('utf8'))
    }
    checks.push({ what: 'chart', name: `${chart.id} ${chart.title}`, ...verdict })
  }
  return checks
}

async function checkFiles(get: Get, snapshot: Snapshot): Promise<PageCheck[]> {
  const checks: PageCheck[] = []
  for (const { name, digest } of snapshot.files) {
    const bytes = await get(`/files/${encodeURIComponent(name)}`)
    const verdict = !bytes
      ? wrong('it is not there')
      : sha256(bytes) === digest
        ? right
        : wrong('it is not the one that was frozen')
    checks.push({ what: 'file', name, ...verdict })
  }
  return checks
}

/** The checks as lines for people. */
export function verificationText({ url, digest, isRight, checks }: Verification): string {
  const lines = checks.map(
    ({ what, name, state, why }) => `${state.padEnd(9)}  ${what.padEnd(5)}  ${name}${why ? `: ${why}` : ''}`,
  )
  const verdict = isRight ? 'Everything that could be checked is as it was frozen.' : 'Something is NOT as it was frozen.'
  return [url, `sha256 ${digest}`, '', ...lines, '', verdict].join('\n')
}
