import { z } from 'zod'
import { ChartSpec } from './chart.ts'
import { Column, Row } from './column.ts'
import { TileKind, TilePlace } from './dashboard.ts'
import { FigureKind } from './figure.ts'
import { Digest } from './id.ts'
import { Chip } from './plan.ts'
import { StepError, StepKind, TurnStatus } from './turn.ts'

/**
 * The frozen page: an allowlist. What is not named here is not public. Ids are the snapshot's own (`t1`, `c1`), counted
 * over the page, never those of the conversation. Results are named by digest and never change.
 */
export const SnapshotTable = z
  .object({
    id: z.string(),
    title: z.string(),
    columns: z.array(Column),
    rowCount: z.number().int(),
    truncated: z.boolean(),
    digest: Digest,
    firstRows: z.array(Row),
    stepNumber: z.number().int().optional(),
  })
  .strict()
export type SnapshotTable = z.infer<typeof SnapshotTable>

export const SnapshotChart = z
  .object({
    id: z.string(),
    title: z.string(),
    label: z.string(),
    spec: ChartSpec,
    tableId: z.string(),
    pictures: z.object({ wide: Digest, narrow: Digest }).optional(),
  })
  .strict()
export type SnapshotChart = z.infer<typeof SnapshotChart>

/** A figure of a Python cell; its bytes lie under its digest. */
export const SnapshotFigure = z
  .object({ id: z.string(), kind: FigureKind, title: z.string(), digest: Digest, stepNumber: z.number().int().optional() })
  .strict()
export type SnapshotFigure = z.infer<typeof SnapshotFigure>

export const SnapshotStep = z
  .object({
    kind: StepKind,
    title: z.string(),
    input: z.string(),
    rowCount: z.number().int().optional(),
    text: z.string().optional(),
    error: StepError.optional(),
    durationMs: z.number().optional(),
    /** Where the data came from, by the name that people know. */
    source: z.string().optional(),
    /** What its parameters were. */
    values: z.array(z.object({ name: z.string(), value: z.string() }).strict()).optional(),
  })
  .strict()
export type SnapshotStep = z.infer<typeof SnapshotStep>

export const SnapshotTurn = z
  .object({
    number: z.number().int(),
    question: z.string(),
    analyst: z.string(),
    status: TurnStatus.exclude(['running']),
    answer: z.string(),
    chips: z.array(Chip),
    steps: z.array(SnapshotStep),
    tables: z.array(SnapshotTable),
    charts: z.array(SnapshotChart),
    figures: z.array(SnapshotFigure).optional(),
    error: StepError.optional(),
    askedAt: z.string(),
    /** Of a dashboard: the part is a tile, and stands there. */
    tile: TilePlace.extend({ kind: TileKind }).optional(),
  })
  .strict()
export type SnapshotTurn = z.infer<typeof SnapshotTurn>

/** `name` is unique on the page: two uploads of equal name become `a.csv` and `a (2).csv`. */
export const SnapshotFile = z.object({ name: z.string(), bytes: z.number().int(), digest: Digest }).strict()
export type SnapshotFile = z.infer<typeof SnapshotFile>

export const SnapshotDashboard = z
  .object({
    /** When its tiles were refreshed last; empty where nothing was asked. */
    asOf: z.string(),
    /** The link follows the stored refreshes. */
    isRefreshed: z.boolean(),
    /** What its tiles are filtered by, for people. */
    filters: z.array(z.string()),
    /** What was chosen for its parameters, for people. */
    parameters: z.array(z.string()).optional(),
  })
  .strict()
export type SnapshotDashboard = z.infer<typeof SnapshotDashboard>

export const Snapshot = z
  .object({
    version: z.literal(1),
    /** The conversation's title when it was frozen, or the one the owner chose for the page. */
    title: z.string(),
    /** For link previews: neutral unless the owner chose a title. */
    cardTitle: z.string(),
    /** The chart that link previews show. */
    cardChartId: z.string().optional(),
    /** The tenant's display name. */
    by: z.string(),
    frozenAt: z.string(),
    shareVersion: z.number().int().positive(),
    turns: z.array(SnapshotTurn),
    files: z.array(SnapshotFile),
    /** Files that the owner did not let out with this page. */
    filesKeptOut: z.number().int().nonnegative().default(0),
    downloads: z.boolean(),
    showsSteps: z.boolean(),
    /** The parts are tiles of a dashboard. */
    dashboard: SnapshotDashboard.optional(),
    /** Whether programs may read the page as JSON and Markdown. */
    twins: z.boolean().default(true),
  })
  .strict()
export type Snapshot = z.infer<typeof Snapshot>
