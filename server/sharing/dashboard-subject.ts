import type { Row } from '../../contract/column.ts'
import { KnownError } from '../../contract/error.ts'
import type { DashboardId, Digest } from '../../contract/id.ts'
import type { SnapshotTable } from '../../contract/snapshot.ts'
import { PAGE_ROWS } from '../../contract/table.ts'
import type { Dashboards } from '../dashboards/dashboards.ts'
import { kindOf, type TileRow } from '../dashboards/tile-row.ts'
import type { Results } from '../results/results.ts'
import { cleanError } from './clean-error.ts'
import { Frozen, type FrozenTurn, freezeChart } from './snapshot.ts'
import type { ShareSubject } from './subject.ts'

export interface DashboardSubjectDependencies {
  readonly dashboards: Pick<Dashboards, 'read' | 'tiles'>
  readonly results: Pick<Results, 'table'>
}

/** A dashboard with the last good result of every tile. Each tile is a part of the page, as a turn is of a conversation. */
export function dashboardSubject({ dashboards, results }: DashboardSubjectDependencies): ShareSubject {
  return {
    publicPath: '/dashboards/shared',
    permission: 'dashboards:share',
    nothing: 'Add a tile first: a link needs one.',
    canFollow: true,
    async look(actor, subjectId) {
      const id = subjectId as DashboardId
      const { name, isMine, filters, parameters, refreshedAt, updatedAt } = await dashboards.read(actor, id)
      if (!isMine) throw new KnownError('forbidden', 'Only the owner of this dashboard may share it.')
      const rows = await dashboards.tiles(actor, id)
      return {
        sharePoint: rows.at(-1)?.id,
        async freeze() {
          const digests = new Set(rows.flatMap(({ shown }) => shown?.table.digest ?? []))
          const kept = await Promise.all(
            [...digests].map(async (digest) => [digest, (await results.table(actor, digest)).rows] as const),
          )
          const firstRows = new Map(kept)
          return freezeTiles(
            name,
            rows.map((row) => inOrder(row, parameters)),
            (digest) => firstRows.get(digest) ?? [],
            {
              asOf: refreshedAt ?? updatedAt,
              parameters: parameters.map(({ name: key, label, value }) => `${label ?? key}: ${value}`),
              filters: filters.filter(({ value }) => value !== '').map(({ column, value }) => `${column}: ${value}`),
            },
          )
        },
        compare(frozen) {
          const now = new Map<string, string>(rows.map((row) => [row.id, contentOf(row)]))
          const then = new Map(frozen.turns.map((turn) => [turn.turnId, contentOfFrozen(turn)]))
          return {
            newer: [...now].filter(([tileId, content]) => then.get(tileId) !== content).length,
            gone: [...then.keys()].filter((tileId) => !now.has(tileId)).length,
          }
        },
      }
    },
  }
}

/** What a reader would see of a tile, to tell whether it has moved on. */
const contentOf = ({ title, markdown, shown, place }: TileRow): string =>
  JSON.stringify([
    title,
    markdown ?? '',
    shown?.table.digest,
    shown?.chart?.pictures?.wide,
    place.x,
    place.y,
    place.width,
    place.height,
  ])

const contentOfFrozen = ({ question, answer, tables, charts, tile }: FrozenTurn): string =>
  JSON.stringify([
    question,
    answer,
    tables[0]?.digest,
    charts[0]?.pictures?.wide,
    ...(tile ? [tile.x, tile.y, tile.width, tile.height] : []),
  ])

/** NOTE: the database keeps the names of an object in an order of its own. */
const inOrder = (row: TileRow, parameters: readonly { readonly name: string }[]): TileRow => {
  const place = (name: string): number => parameters.findIndex((one) => one.name === name)
  const sorted = Object.entries(row.values ?? {}).sort(([one], [other]) => place(one) - place(other))
  return { ...row, values: row.values && Object.fromEntries(sorted) }
}

/** Freezes tiles by allowlist, as `freeze` does turns. Pure: the same tiles give the same document. */
function freezeTiles(
  title: string,
  rows: readonly TileRow[],
  firstRows: (digest: Digest) => readonly Row[],
  dashboard: NonNullable<Frozen['dashboard']>,
): Frozen {
  const turns = rows.map((row, index): FrozenTurn => {
    const number = index + 1
    const { shown, sql, sourceName, durationMs, values, place, markdown, problem } = row
    const table = shown && freezeTable(row.title, shown.table, `t${number}`, firstRows, sql !== null)
    return {
      turnId: row.id,
      number,
      question: row.title,
      analyst: 'dashboard',
      status: 'answered',
      answer: markdown ?? '',
      chips: [],
      steps:
        sql === null
          ? []
          : [
              {
                stepId: 's1',
                kind: 'query',
                title: 'Ran SQL',
                input: sql,
                ...(row.answer ? { rowCount: row.answer.rowCount } : {}),
                ...(durationMs === null ? {} : { durationMs }),
                ...(sourceName === null ? {} : { source: sourceName }),
                ...(values === null ? {} : { values: Object.entries(values).map(([name, value]) => ({ name, value })) }),
              },
            ],
      tables: table ? [table] : [],
      charts: shown?.chart ? [freezeChart({ ...shown.chart, title: row.title }, `c${number}`, `t${number}`)] : [],
      ...(problem && !shown ? { error: cleanError(problem) } : {}),
      askedAt: row.asOf?.toISOString() ?? dashboard.asOf,
      tile: { kind: kindOf(row), x: place.x, y: place.y, width: place.width, height: place.height },
    }
  })
  return Frozen.parse({ version: 1, title, turns, files: [], dashboard })
}

function freezeTable(
  title: string,
  { columns, rowCount, truncated, digest }: NonNullable<TileRow['shown']>['table'],
  id: string,
  firstRows: (digest: Digest) => readonly Row[],
  hasStep: boolean,
): SnapshotTable {
  return {
    id,
    title,
    columns: columns.map(({ name, type }) => ({ name, type })),
    rowCount,
    truncated,
    digest,
    firstRows: firstRows(digest)
      .slice(0, PAGE_ROWS)
      .map((row) => [...row]),
    ...(hasStep ? { stepNumber: 1 } : {}),
  }
}
