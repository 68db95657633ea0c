import type { Chart } from '../../contract/chart.ts'
import type { DashboardFilter, Tile } from '../../contract/dashboard.ts'
import { KnownError } from '../../contract/error.ts'
import { boundValue, mentions, type Parameter } from '../../contract/parameter.ts'
import type { TableReference } from '../../contract/table.ts'
import type { Clock } from '../basics/clock.ts'
import type { Conversations } from '../conversations/conversations.ts'
import { drawChart } from '../results/draw-chart.ts'
import type { KeptTable, Results } from '../results/results.ts'
import type { Sources } from '../sources/sources.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { TileRow } from './tile-row.ts'

export interface AnswerDependencies {
  readonly results: Results
  readonly sources: Pick<Sources, 'query' | 'read' | 'limits'>
  readonly conversations: Pick<Conversations, 'uploads'>
  readonly clock: Clock
}

/** What a refresh writes over a tile: all of it, or only why there is nothing new. */
export type TileOutcome = Partial<Pick<TileRow, 'answer' | 'shown' | 'sourceName' | 'asOf' | 'durationMs' | 'values'>> &
  Pick<TileRow, 'problem'>

type Asked = Pick<TileRow, 'title' | 'sql' | 'sourceId' | 'conversationId' | 'spec' | 'answer'>

/** Asks the data for tiles and shows what came back. A failure is an outcome: the last good answer is not touched by it. */
export function createTileAnswers({ results, sources, conversations, clock }: AnswerDependencies) {
  const { limits } = sources

  const ask = async (actor: Actor, tile: Asked, sql: string, parameters: readonly Parameter[]) => {
    const values = Object.fromEntries(parameters.map(({ name, type, value }) => [name, boundValue(type, value)]))
    if (tile.sourceId) {
      const { name } = await sources.read(actor, tile.sourceId)
      return { kept: await sources.query(actor, tile.sourceId, sql, { ...limits, values }), sourceName: name }
    }
    if (!tile.conversationId) throw new Error('a tile with SQL and nothing to ask')
    const uploads = await conversations.uploads(actor, tile.conversationId)
    const named = uploads.flatMap((upload) => upload.tables.map(({ name, digest }) => ({ name, digest })))
    return {
      kept: await results.query(actor, named, sql, { ...limits, values }),
      sourceName: uploads.map(({ name }) => name).join(', '),
    }
  }

  /** The rows that the filters leave. Values are bound, columns are those that the table has. */
  const filtered = async (actor: Actor, answer: TableReference, filters: readonly DashboardFilter[]): Promise<TableReference> => {
    const meant = filters.flatMap(({ column, value }) => {
      const name = answer.columns.find((one) => one.name.toLowerCase() === column.toLowerCase())?.name
      return name === undefined || value === '' ? [] : [{ name, value }]
    })
    if (meant.length === 0) return answer
    const conditions = meant.map(({ name }, place) => `lower(CAST(${quoteName(name)} AS VARCHAR)) = lower($value_${place})`)
    const values = Object.fromEntries(meant.map(({ value }, place) => [`value_${place}`, { type: 'text', text: value } as const]))
    const sql = `SELECT * FROM answer WHERE ${conditions.join(' AND ')}`
    const kept = await results.query(actor, [{ name: 'answer', digest: answer.digest }], sql, { ...limits, values })
    return referenceTo(answer.title, kept, answer.truncated)
  }

  const show = async (
    actor: Actor,
    { title, spec }: Pick<Asked, 'title' | 'spec'>,
    answer: TableReference,
    filters: readonly DashboardFilter[],
  ): Promise<{ table: TableReference; chart?: Chart }> => {
    const table = await filtered(actor, answer, filters)
    if (!spec || table.rowCount === 0) return { table }
    return { table, chart: await drawChart(results, actor, { id: 'c1', title, spec, table }) }
  }

  /** Shows the last good answer under other filters: the data is not asked. */
  const reshow = async (actor: Actor, tile: Asked, filters: readonly DashboardFilter[]): Promise<TileOutcome> => {
    if (!tile.answer) return { problem: null }
    try {
      return { shown: await show(actor, tile, tile.answer, filters), problem: null }
    } catch (error) {
      return { problem: problemOf(error, clock().toISOString()) }
    }
  }

  return {
    reshow,

    /** Runs the tile's SQL. Of a tile without, shows what it has. */
    async refresh(
      actor: Actor,
      tile: Asked,
      { filters, parameters }: { filters: readonly DashboardFilter[]; parameters: readonly Parameter[] },
    ): Promise<TileOutcome> {
      const asOf = clock()
      const { sql } = tile
      if (sql === null) return reshow(actor, tile, filters)
      try {
        const { kept, sourceName } = await ask(actor, tile, sql, parameters)
        const durationMs = clock().getTime() - asOf.getTime()
        const answer = referenceTo(tile.title, kept, kept.truncated)
        const named = parameters.filter((parameter) => mentions(sql, parameter))
        const values = named.length === 0 ? null : Object.fromEntries(named.map(({ name, value }) => [name, value]))
        return { answer, shown: await show(actor, tile, answer, filters), sourceName, asOf, durationMs, values, problem: null }
      } catch (error) {
        return { ...(await reshow(actor, tile, filters)), problem: problemOf(error, clock().toISOString()) }
      }
    },
  }
}

export function referenceTo(
  title: string,
  { digest, columns, rowCount }: Pick<KeptTable, 'digest' | 'columns' | 'rowCount'>,
  truncated: boolean,
): TableReference {
  return { id: 't1', digest, title, columns, rowCount, truncated }
}

function problemOf(error: unknown, at: string): NonNullable<Tile['problem']> {
  if (error instanceof KnownError) return { code: error.code, message: error.message, at }
  return { code: 'internal', message: 'Something went wrong on the server.', at }
}

const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`
