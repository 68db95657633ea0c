import type { CatalogTable } from '../../contract/catalog.ts'
import { KnownError } from '../../contract/error.ts'
import type { SourceId } from '../../contract/id.ts'
import type { SourceKind } from '../../contract/source-kind.ts'
import type { KeptTable, NamedTable, Results } from '../results/results.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { JoinMention } from './job.ts'
import { sideQuery } from './side-query.ts'

/** What a source is called, as people name it and as SQL does. */
export interface NamedSource {
  readonly id: SourceId
  readonly kind: SourceKind
  readonly name: string
  /** `Shop warehouse` → `shop_warehouse`. */
  readonly sqlName: string
}

export interface JoinWish {
  readonly sql: string
  /** Sources that the actor may ask. */
  readonly sources: readonly NamedSource[]
  /** Where names without a source are looked for first. */
  readonly own?: SourceId | undefined
  /** Files of the conversation. */
  readonly files: readonly NamedTable[]
}

export interface JoinLimits {
  readonly rowLimit: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** Rows of one table that may take part: beyond that an answer would be of a part of the rows. */
const SIDE_ROWS = 1_000_000
export const FILES = 'files'

export const sqlNameOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')

/** Those whose name stands before a dot in the statement: it may join them. Cheap, and may say yes too often. */
export function sourcesNamedIn(sql: string, sources: readonly NamedSource[]): NamedSource[] {
  const text = sql.toLowerCase()
  const stands = (name: string): boolean => new RegExp(`(?<![\\p{L}\\p{N}_.])"?${RegExp.escape(name)}"?\\s*\\.`, 'u').test(text)
  return sources.filter(({ name, sqlName }) => stands(name.toLowerCase()) || stands(sqlName))
}

interface JoinDependencies {
  readonly results: Pick<Results, 'query'>
  mentionsIn(actor: Actor, sql: string, limits: JoinLimits): Promise<{ sql: string; mentions: JoinMention[] }>
  tablesOf(actor: Actor, id: SourceId): Promise<readonly CatalogTable[]>
  query(actor: Actor, id: SourceId, sql: string, limits: JoinLimits): Promise<KeptTable & { truncated: boolean }>
}

type Placed =
  | { readonly mention: JoinMention; readonly file: NamedTable; readonly side?: undefined }
  | { readonly mention: JoinMention; readonly file?: undefined; readonly side: Pick<Side, 'source' | 'table'> }

interface Side {
  readonly source: NamedSource
  readonly table: CatalogTable
  readonly sql: string
}

/**
 * Answers a statement in DuckDB's dialect over tables of several sources and files: each table is asked of its own source, under the actor's rights there,
 * and the rows are joined by the locked engine, which sees nothing else. Undefined where one source alone is meant.
 * Throws what a query throws; `limit-exceeded` where a table has too many rows to take part.
 */
export async function joinSources(
  { results, mentionsIn, tablesOf, query }: JoinDependencies,
  actor: Actor,
  { sql: asked, sources, own, files }: JoinWish,
  limits: JoinLimits,
): Promise<(KeptTable & { truncated: boolean; note: string }) | undefined> {
  const { sql, mentions } = await mentionsIn(actor, asked, limits)
  const ownSource = sources.find(({ id }) => id === own)
  const ownTables = ownSource ? await tablesOf(actor, ownSource.id) : []
  const placed = await Promise.all(
    mentions.map(async (mention): Promise<Placed> => {
      const inOwn = ownSource && findTable(ownTables, mention.path, ownSource.name)
      if (inOwn) return { mention, side: { source: ownSource, table: inOwn } }
      const [first = '', ...rest] = mention.path
      const file = files.find(({ name }) => same(name, mention.path.at(-1) ?? ''))
      if (file && (rest.length === 0 || (rest.length === 1 && same(first, FILES)))) return { mention, file }
      const source = oneOf(
        sources.filter((one) => same(one.name, first) || same(one.sqlName, first)),
        first,
      )
      if (!source || rest.length === 0) throw unknown(mention.path.join('.'), sources)
      const table = findTable(await tablesOf(actor, source.id), rest, source.name)
      if (!table) throw new KnownError('query-failed', `There is no table ${rest.join('.')} in ${source.name}.`)
      return { mention, side: { source, table } }
    }),
  )
  const asks = placed.flatMap(({ side }) => (side ? [side.source.id] : []))
  const isOfOne = ownSource !== undefined && placed.every(({ side }) => side?.source === ownSource)
  if (isOfOne || asks.length === 0) return undefined

  const sides = new Map<string, Side>()
  const named = placed.map(({ mention, side, file }) => {
    if (file) return { mention, name: file.name }
    const { source, table } = side
    const wish: Side = { source, table, sql: sideQuery(source.kind, table, sql, mention.conditions) }
    const known = [...sides].find(([, one]) => one.source === source && one.sql === wish.sql)?.[0]
    const name = known ?? `${source.sqlName}.${table.name}${sides.size === 0 ? '' : ` ${sides.size + 1}`}`
    sides.set(name, wish)
    return { mention, name }
  })
  const read = await readAll(sides, limits, (side, sideLimits) => query(actor, side.source.id, side.sql, sideLimits))
  const answer = await results.query(
    actor,
    [...files, ...read.map(({ name, table }) => ({ name, digest: table.digest }))],
    rewritten(sql, named),
    {
      rowLimit: limits.rowLimit,
      timeoutMs: limits.timeoutMs,
      ...(limits.signal ? { signal: limits.signal } : {}),
    },
  )
  return { ...answer, note: noteOf(read) }
}

interface ReadSide {
  readonly name: string
  readonly side: Side
  readonly table: KeptTable
}

/** All at once; when one fails the others are stopped. */
async function readAll(
  sides: ReadonlyMap<string, Side>,
  { timeoutMs, signal }: JoinLimits,
  query: (side: Side, limits: JoinLimits) => Promise<KeptTable & { truncated: boolean }>,
): Promise<ReadSide[]> {
  const failed = new AbortController()
  const stopped = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
  const reading = [...sides].map(async ([name, side]) => {
    try {
      const table = await query(side, { rowLimit: SIDE_ROWS, timeoutMs, signal: stopped })
      if (table.truncated)
        throw new KnownError(
          'limit-exceeded',
          `it has more than ${SIDE_ROWS.toLocaleString('en')} rows, too many to join. Narrow it in WHERE by a column and a value: ${side.table.label}.column = value.`,
        )
      return { name, side, table }
    } catch (error) {
      failed.abort()
      throw error instanceof KnownError ? inPlace(error, side) : error
    }
  })
  const ended = await Promise.allSettled(reading)
  const faults = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  const fault = faults.find((one) => !(one instanceof KnownError && one.code === 'cancelled')) ?? faults[0]
  if (fault !== undefined) throw fault
  return ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

const inPlace = (error: KnownError, { source, table }: Side): KnownError =>
  error.code === 'cancelled'
    ? error
    : new KnownError(error.code, `${source.name}, ${table.label}: ${error.message}`, { cause: error })

const noteOf = (read: readonly ReadSide[]): string =>
  read
    .map(({ side, table }) => `${table.rowCount.toLocaleString('en')} rows of ${side.table.label} from ${side.source.name}`)
    .join(', ')

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** By the end of its name, as SQL would find it. Throws where it could be more than one. */
function findTable(tables: readonly CatalogTable[], path: readonly string[], place: string): CatalogTable | undefined {
  const ends = ({ name, path: whole = [name] }: CatalogTable): boolean =>
    path.length <= whole.length && path.every((part, index) => same(part, whole[whole.length - path.length + index] ?? ''))
  const found = tables.filter(ends)
  const short = found.filter(({ name }) => same(name, path.join('.')))
  if (found.length > 1 && short.length !== 1)
    throw new KnownError('query-failed', `${path.join('.')} could be more than one table in ${place}. Write its schema.`)
  return short[0] ?? found[0]
}

function oneOf(found: readonly NamedSource[], name: string): NamedSource | undefined {
  if (found.length > 1)
    throw new KnownError(
      'query-failed',
      `${name} could be more than one data source. Write its whole name in quotes: ${found.map((one) => `"${one.name}"`).join(' or ')}.`,
    )
  return found[0]
}

const unknown = (name: string, sources: readonly NamedSource[]): KnownError =>
  new KnownError(
    'query-failed',
    `There is no table named ${name}. Data sources here: ${sources.map(({ sqlName }) => sqlName).join(', ') || 'none'}. Write source.schema.table.`,
  )

function rewritten(sql: string, named: readonly { mention: JoinMention; name: string }[]): string {
  let text = sql
  for (const { mention, name } of [...named].sort((one, other) => other.mention.start - one.mention.start)) {
    const quoted = quotePathPart(name)
    const alias = mention.hasAlias ? '' : ` AS ${quotePathPart(mention.path.at(-1) ?? '')}`
    text = text.slice(0, mention.start) + quoted + alias + text.slice(mention.end)
  }
  return text
}

const quotePathPart = (name: string): string => `"${name.replaceAll('"', '""')}"`
