import { z } from 'zod'
import { Chart, ChartSpec } from './chart.ts'
import { ConversationId, DashboardId, Digest, SourceId, TileId, UserId } from './id.ts'
import { Parameter, ParameterInputs } from './parameter.ts'
import { TableReference } from './table.ts'
import { StepError } from './turn.ts'

/** The grid of a dashboard has this many columns; on a phone it has one. */
export const GRID_COLUMNS = 8

export const TileKind = z.enum(['figure', 'chart', 'table', 'text'])
export type TileKind = z.infer<typeof TileKind>

/** In columns and rows of the grid, counted from the top left. */
export const TilePlace = z.object({
  x: z
    .number()
    .int()
    .min(0)
    .max(GRID_COLUMNS - 1),
  y: z.number().int().min(0).max(10_000),
  width: z.number().int().min(1).max(GRID_COLUMNS),
  height: z.number().int().min(1).max(40),
})
export type TilePlace = z.infer<typeof TilePlace>

const title = z.string().trim().min(1, 'A tile has a title.').max(200)

/**
 * What a tile is made from: `sql` on a source (`sourceId`) or on the uploads of a conversation (`conversationId`), a kept result
 * (`resultDigest`) with a chart or as a table, or `markdown`. A chart of kind `kpi` is a figure.
 */
export const TileInput = z
  .object({
    title,
    sql: z.string().trim().min(1).max(100_000).optional(),
    sourceId: SourceId.optional(),
    conversationId: ConversationId.optional(),
    resultDigest: Digest.optional(),
    chart: ChartSpec.optional(),
    markdown: z.string().max(20_000).optional(),
    place: TilePlace.optional(),
  })
  .strict()
  .superRefine(({ sql, sourceId, conversationId, resultDigest, markdown, chart }, context) => {
    const complain = (message: string) => context.addIssue({ code: 'custom', message })
    if (sql === undefined && resultDigest === undefined && markdown === undefined)
      complain('A tile needs sql, resultDigest or markdown.')
    if (sql !== undefined && (sourceId === undefined) === (conversationId === undefined))
      complain('SQL needs a sourceId, or the conversationId whose files it asks.')
    if (markdown !== undefined && (sql ?? resultDigest ?? chart) !== undefined)
      complain('A tile of text has neither data nor a chart.')
  })
export type TileInput = z.infer<typeof TileInput>

export const Tile = z.object({
  id: TileId,
  title: z.string(),
  kind: TileKind,
  place: TilePlace,
  markdown: z.string().optional(),
  sql: z.string().optional(),
  sourceId: SourceId.optional(),
  conversationId: ConversationId.optional(),
  /** The last good result, and its chart. */
  table: TableReference.optional(),
  chart: Chart.optional(),
  /** When the result was asked for; of a tile without SQL, when it was made. */
  asOf: z.string().optional(),
  durationMs: z.number().optional(),
  /** What the parameters were, by name, when the result was asked for. */
  values: z.record(z.string(), z.string()).optional(),
  /** Why the last refresh gave nothing; what is shown is older. */
  problem: StepError.extend({ at: z.string() }).optional(),
})
export type Tile = z.infer<typeof Tile>

/** Rows whose `column` has the value, in every tile that has such a column; compared as text, without case. Bound, never written into SQL. */
export const DashboardFilter = z.object({
  column: z.string().trim().min(1).max(200),
  value: z.string().max(500),
})
export type DashboardFilter = z.infer<typeof DashboardFilter>

export const DashboardVisibility = z.enum(['me', 'tenant'])
export type DashboardVisibility = z.infer<typeof DashboardVisibility>

export const DashboardSummary = z.object({
  id: DashboardId,
  name: z.string(),
  ownerId: UserId,
  isMine: z.boolean(),
  visibility: DashboardVisibility,
  tileCount: z.number().int(),
  isShared: z.boolean(),
  refreshedAt: z.string().optional(),
  updatedAt: z.string(),
})
export type DashboardSummary = z.infer<typeof DashboardSummary>

export const Dashboard = DashboardSummary.extend({
  tiles: z.array(Tile),
  filters: z.array(DashboardFilter),
  /** What `$name` stands for in the SQL of its tiles; bound, never written into SQL. */
  parameters: z.array(Parameter),
  refreshOnOpen: z.boolean(),
  /** Counts up with every change and every refresh. */
  revision: z.number().int(),
  canShare: z.boolean(),
})
export type Dashboard = z.infer<typeof Dashboard>

export const DashboardInput = z.object({
  name: z.string().trim().min(1, 'A dashboard has a name.').max(200),
  tiles: z.array(TileInput).max(100).default([]),
  filters: z.array(DashboardFilter).max(20).default([]),
  parameters: ParameterInputs.default([]),
})
export type DashboardInput = z.infer<typeof DashboardInput>

/** What is not named stays. `places` moves tiles. */
export const DashboardChange = z
  .object({
    name: DashboardInput.shape.name,
    filters: z.array(DashboardFilter).max(20),
    parameters: ParameterInputs,
    refreshOnOpen: z.boolean(),
    visibility: DashboardVisibility,
    places: z.array(TilePlace.extend({ id: TileId })).max(100),
  })
  .partial()
  .strict()
export type DashboardChange = z.infer<typeof DashboardChange>
