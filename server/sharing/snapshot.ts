import { z } from 'zod'
import type { Chart, ChartSpec } from '../../contract/chart.ts'
import type { Row } from '../../contract/column.ts'
import { Digest } from '../../contract/id.ts'
import type { Chip, Reading } from '../../contract/plan.ts'
import {
  Snapshot,
  type SnapshotChart,
  SnapshotDashboard,
  type SnapshotFigure,
  SnapshotFile,
  SnapshotStep,
  type SnapshotTable,
  SnapshotTurn,
} from '../../contract/snapshot.ts'
import { PAGE_ROWS } from '../../contract/table.ts'
import type { Step, Turn } from '../../contract/turn.ts'
import type { Upload } from '../../contract/upload.ts'
import { cleanError, plainError } from './clean-error.ts'
import { uniqueFileNames } from './file-name.ts'
import type { StoredPolicy } from './policy.ts'

/** What a link preview says unless the owner chose a title: never the first question (P7). */
export const neutralTitle = (by: string): string => `Shared by ${by}`

/**
 * What is frozen carries the ids of where it came from, so that a policy can name it; none of them is in a snapshot.
 * NOTE: they may be missing in what was frozen by an older program.
 */
const FrozenTurn = SnapshotTurn.extend({
  turnId: z.string().default(''),
  steps: z.array(SnapshotStep.extend({ stepId: z.string().default('') })),
})
export type FrozenTurn = z.infer<typeof FrozenTurn>

const FrozenFile = SnapshotFile.extend({
  /** The turn that it came with. */
  turnId: z.string().default(''),
  /** The tables that were read from it. */
  tables: z.array(Digest).default([]),
})
export type FrozenFile = z.infer<typeof FrozenFile>

/** Everything of a subject up to its share point that could be public: a snapshot before its policy. Kept as a blob, never served. */
export const Frozen = Snapshot.pick({ version: true, title: true }).extend({
  turns: z.array(FrozenTurn),
  files: z.array(FrozenFile),
  filesKeptOut: z.number().int().nonnegative().default(0),
  dashboard: SnapshotDashboard.omit({ isRefreshed: true }).optional(),
})
export type Frozen = z.infer<typeof Frozen>

/** The last answered turn, or undefined. What comes after it has not happened yet for a viewer. */
export function sharePointOf(turns: readonly Turn[]): Turn | undefined {
  return turns.findLast((turn) => turn.status === 'answered')
}

/** Turns up to and including the share point, in order, as they ended. */
export function turnsUpTo(turns: readonly Turn[], sharePoint: Pick<Turn, 'id'>): Turn[] {
  const end = turns.findIndex((turn) => turn.id === sharePoint.id)
  return turns.slice(0, end + 1).filter((turn) => turn.status !== 'running')
}

/** Files that came into the conversation with these turns, each once, in the order they came. */
export function uploadsOf(turns: readonly Turn[], uploads: readonly Upload[]): Upload[] {
  const byId = new Map(uploads.map((upload) => [upload.id, upload]))
  const ids = new Set(turns.flatMap((turn) => turn.files))
  return [...ids].flatMap((id) => byId.get(id) ?? [])
}

/**
 * Freezes turns by allowlist: each field is named here, ids are counted anew over the page. Costs the number of turns;
 * `firstRows` answers with what is kept beside a result, whatever its size. Pure: the same turns give the same document.
 */
export function freeze(
  title: string,
  turns: readonly Turn[],
  uploads: readonly Upload[],
  firstRows: (digest: Digest) => readonly Row[],
): Frozen {
  let tableCount = 0
  let chartCount = 0
  let figureCount = 0
  const frozenTurns = turns.map((turn, index): FrozenTurn => {
    const tableIds = new Map(turn.tables.map((table) => [table.id, `t${++tableCount}`]))
    const steps = turn.steps.filter((step) => step.kind !== 'thought')
    const stepNumbers = new Map(steps.map((step, position) => [step.id, position + 1]))
    return {
      turnId: turn.id,
      number: index + 1,
      question: turn.question,
      analyst: turn.analyst,
      status: turn.status === 'running' ? 'interrupted' : turn.status,
      answer: turn.answer,
      chips: chipsOf(turn.reading),
      steps: steps.map((step) => ({ ...freezeStep(step), stepId: step.id })),
      tables: turn.tables.map((table): SnapshotTable => {
        const stepNumber = table.stepId === undefined ? undefined : stepNumbers.get(table.stepId)
        return {
          id: tableIds.get(table.id) ?? '',
          title: table.title,
          columns: table.columns.map(({ name, type }) => ({ name, type })),
          rowCount: table.rowCount,
          truncated: table.truncated,
          digest: table.digest,
          firstRows: firstRows(table.digest)
            .slice(0, PAGE_ROWS)
            .map((row) => [...row]),
          ...(stepNumber === undefined ? {} : { stepNumber }),
        }
      }),
      charts: turn.charts.flatMap((chart): SnapshotChart[] => {
        const tableId = tableIds.get(chart.tableId)
        return tableId === undefined ? [] : [freezeChart(chart, `c${++chartCount}`, tableId)]
      }),
      ...figuresOf(turn, () => `f${++figureCount}`),
      ...(turn.error ? { error: cleanError(turn.error) } : {}),
      askedAt: turn.startedAt,
    }
  })
  const names = uniqueFileNames(uploads.map((upload) => upload.name))
  const files = uploads.flatMap(({ id, bytes, digest, tables }, index): FrozenFile[] =>
    digest === undefined
      ? []
      : [
          {
            name: names[index] ?? 'file',
            bytes,
            digest,
            turnId: turns.find((turn) => turn.files.includes(id))?.id ?? '',
            tables: tables.map((table) => table.digest),
          },
        ],
  )
  return Frozen.parse({ version: 1, title, turns: frozenTurns, files })
}

export interface SnapshotFrame {
  readonly policy: Pick<
    StoredPolicy,
    'title' | 'cardChartId' | 'answersOnly' | 'downloads' | 'twins' | 'refreshed' | 'excludeTurnIds' | 'excludeStepIds'
  >
  /** The tenant's display name. */
  readonly by: string
  readonly frozenAt: Date
  readonly shareVersion: number
}

/** What is served: the frozen turns, narrowed by the policy. What a viewer must not see is left out, not hidden. */
export function makeSnapshot(frozen: Frozen, { policy, by, frozenAt, shareVersion }: SnapshotFrame): Snapshot {
  const left = new Set<string>(policy.excludeTurnIds)
  const kept = frozen.turns.filter((turn) => !left.has(turn.turnId))
  const turns = kept.map((turn, index) => ({
    ...(policy.answersOnly ? answerOnly(turn) : withoutSteps(turn, new Set(policy.excludeStepIds))),
    number: index + 1,
  }))
  const files = frozen.files.filter((file) => !left.has(file.turnId))
  const charts = turns.flatMap((turn) => turn.charts)
  const card = policy.cardChartId !== null && charts.some(({ id }) => id === policy.cardChartId) ? policy.cardChartId : undefined
  return Snapshot.parse({
    version: 1,
    title: policy.title?.trim() || frozen.title,
    cardTitle: policy.title?.trim() || neutralTitle(by),
    ...(card === undefined ? {} : { cardChartId: card }),
    by,
    frozenAt: frozenAt.toISOString(),
    shareVersion,
    turns: keepTiedCharts(turns),
    files: policy.downloads ? files.map(({ name, bytes, digest }) => ({ name, bytes, digest })) : [],
    filesKeptOut: policy.downloads ? frozen.filesKeptOut : 0,
    downloads: policy.downloads,
    showsSteps: !policy.answersOnly,
    ...(frozen.dashboard ? { dashboard: { ...frozen.dashboard, isRefreshed: policy.refreshed } } : {}),
    twins: policy.twins,
  } satisfies Snapshot)
}

/** A chart may show the table of an earlier turn; without its table it goes. */
function keepTiedCharts(turns: readonly SnapshotTurn[]): SnapshotTurn[] {
  const tables = new Set(turns.flatMap((turn) => turn.tables.map((table) => table.id)))
  return turns.map((turn) => ({ ...turn, charts: turn.charts.filter((chart) => tables.has(chart.tableId)) }))
}

/** The turn without the tool calls that the policy names; tables keep pointing at theirs. */
function withoutSteps({ turnId, ...turn }: FrozenTurn, left: ReadonlySet<string>): SnapshotTurn {
  const kept = turn.steps.map((step) => !left.has(`${turnId}/${step.stepId}`))
  const numbers = kept.map((isKept, place) => (isKept ? kept.slice(0, place + 1).filter(Boolean).length : undefined))
  return {
    ...turn,
    steps: turn.steps.filter((_, place) => kept[place]).map(({ stepId: _, ...step }) => step),
    tables: turn.tables.map(({ stepNumber, ...table }) => {
      const moved = stepNumber === undefined ? undefined : numbers[stepNumber - 1]
      return moved === undefined ? table : { ...table, stepNumber: moved }
    }),
  }
}

function answerOnly(turn: FrozenTurn): SnapshotTurn {
  return {
    number: turn.number,
    question:
      !turn.tile && (turn.analyst === 'hand' || turn.question.trimStart().startsWith('/'))
        ? handWritten(turn.question)
        : turn.question,
    analyst: turn.analyst,
    status: turn.status,
    answer: turn.answer,
    chips: [],
    steps: [],
    tables: turn.tables.map(({ stepNumber: _, ...table }) => table),
    charts: turn.charts,
    ...(turn.figures ? { figures: turn.figures.map(({ stepNumber: _, ...figure }) => figure) } : {}),
    ...(turn.error ? { error: plainError(turn.error) } : {}),
    askedAt: turn.askedAt,
    ...(turn.tile ? { tile: turn.tile } : {}),
  }
}

/** A question by hand is itself a statement; only its kind may stand where statements must not. */
function handWritten(question: string): string {
  const command = /^\s*\/(sql|chart|python)\b/.exec(question)?.[1]
  return command === 'chart'
    ? 'A chart, asked for by hand'
    : command === 'python'
      ? 'A cell, written by hand'
      : 'A query, written by hand'
}

function freezeStep(step: Step): SnapshotStep {
  return {
    kind: step.kind,
    title: step.title,
    input: step.input,
    ...(step.output?.rowCount === undefined ? {} : { rowCount: step.output.rowCount }),
    // NOTE: a catalog's text names tables that the conversation need not have used.
    ...(step.output?.text === undefined || step.kind === 'catalog' || step.kind === 'query' ? {} : { text: step.output.text }),
    ...(step.error ? { error: cleanError(step.error) } : {}),
    ...(step.durationMs === undefined ? {} : { durationMs: step.durationMs }),
    ...(step.source === undefined ? {} : { source: step.source }),
  }
}

/** Figures of cells that ended well: one that failed has no chart (S20). */
function figuresOf(turn: Turn, nextId: () => string): { figures?: SnapshotFigure[] } {
  const figures = (turn.figures ?? []).flatMap(({ kind, title, digest, stepId }): SnapshotFigure[] => {
    const place = turn.steps.findIndex((step) => step.id === stepId)
    if (turn.steps[place]?.error) return []
    return [{ id: nextId(), kind, title, digest, ...(place < 0 ? {} : { stepNumber: place + 1 }) }]
  })
  return figures.length > 0 ? { figures } : {}
}

export function freezeChart(chart: Chart, id: string, tableId: string): SnapshotChart {
  return {
    id,
    title: chart.title,
    label: chart.label,
    spec: freezeSpec(chart.spec),
    tableId,
    ...(chart.pictures ? { pictures: { wide: chart.pictures.wide, narrow: chart.pictures.narrow } } : {}),
  }
}

function freezeSpec(spec: ChartSpec): ChartSpec {
  return {
    version: 1,
    kind: spec.kind,
    ...(spec.x === undefined ? {} : { x: spec.x }),
    y: [...spec.y],
    ...(spec.y2 === undefined ? {} : { y2: [...spec.y2] }),
    ...(spec.by === undefined ? {} : { by: spec.by }),
    ...(spec.size === undefined ? {} : { size: spec.size }),
    stack: spec.stack,
    horizontal: spec.horizontal,
    ...(spec.subtitle === undefined ? {} : { subtitle: spec.subtitle }),
  }
}

function chipsOf(reading: Reading | undefined): Chip[] {
  if (!reading || reading.state === 'not-understood') return []
  return reading.chips.map(({ part, value, unsure }) => ({ part, value, unsure }))
}
