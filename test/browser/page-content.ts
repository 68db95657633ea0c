import { createHash } from 'node:crypto'
import type { ChartSpec } from '../../contract/chart.ts'
import type { Cell, Column } from '../../contract/column.ts'
import { Digest } from '../../contract/id.ts'
import { Snapshot, type SnapshotChart, type SnapshotTable, type SnapshotTurn } from '../../contract/snapshot.ts'
import { dataOfRows } from '../../render/chart-data.ts'
import { chartLabel } from '../../render/chart-label.ts'
import { chartModel } from '../../render/chart-model.ts'
import { chartSvg } from '../../render/chart-svg.ts'
import { encodeColumnar } from '../../render/encode-columnar.ts'
import type { PageContent } from './page-server.ts'

export interface ContentTurn {
  readonly question: string
  readonly answer: string
  readonly sql?: string
  readonly status?: SnapshotTurn['status']
  readonly tables: readonly {
    readonly title: string
    readonly columns: readonly Column[]
    readonly rows: readonly (readonly Cell[])[]
    readonly charts?: readonly { readonly title: string; readonly spec: ChartSpec }[]
  }[]
}

const digestOf = (text: string): Digest => Digest.parse(createHash('sha256').update(text).digest('hex'))

/** Makes the snapshot, the pictures and the encoded tables of a page as the server would. */
export function pageContent(title: string, turns: readonly ContentTurn[]): PageContent {
  const pictures = new Map<string, string>()
  const tables = new Map<string, Uint8Array>()
  let tableCount = 0
  let chartCount = 0
  const made = turns.map((turn, place): SnapshotTurn => {
    const turnTables: SnapshotTable[] = []
    const charts: SnapshotChart[] = []
    for (const table of turn.tables) {
      const id = `t${++tableCount}`
      const columns = [...table.columns]
      tables.set(
        id,
        encodeColumnar(
          columns,
          columns.map((_, column) => table.rows.map((row) => row[column] ?? null)),
        ),
      )
      turnTables.push({
        id,
        title: table.title,
        columns,
        rowCount: table.rows.length,
        truncated: false,
        digest: digestOf(`${title}${id}`),
        firstRows: table.rows.slice(0, 200).map((row) => [...row]),
        stepNumber: 1,
      })
      for (const chart of table.charts ?? []) {
        const data = dataOfRows(columns, table.rows)
        const drawn = { wide: chartSvg(chart.spec, data, 'wide'), narrow: chartSvg(chart.spec, data, 'narrow') }
        for (const svg of Object.values(drawn)) pictures.set(digestOf(svg), svg)
        charts.push({
          id: `c${++chartCount}`,
          title: chart.title,
          label: chartLabel(chartModel(chart.spec, data)),
          spec: chart.spec,
          tableId: id,
          pictures: { wide: digestOf(drawn.wide), narrow: digestOf(drawn.narrow) },
        })
      }
    }
    const steps =
      turn.sql === undefined
        ? []
        : [
            {
              kind: 'query' as const,
              title: 'Ran SQL on orders',
              input: turn.sql,
              rowCount: turn.tables[0]?.rows.length ?? 0,
              durationMs: 41,
            },
          ]
    return {
      number: place + 1,
      question: turn.question,
      analyst: 'basic',
      status: turn.status ?? 'answered',
      answer: turn.answer,
      chips: [],
      steps,
      tables: turnTables,
      charts,
      askedAt: `2026-11-09T09:${10 + place}:00.000Z`,
    }
  })
  const files = [{ name: 'Retouren Gründe 2026.csv', bytes: 218_000, digest: digestOf('file') }]
  const snapshot = Snapshot.parse({
    version: 1,
    title,
    cardTitle: 'Shared by Ridge Outdoor',
    by: 'Ridge Outdoor',
    frozenAt: '2026-11-09T14:20:00.000Z',
    shareVersion: 3,
    turns: made,
    files,
    downloads: true,
    showsSteps: true,
  })
  return { snapshot, pictures, tables }
}
