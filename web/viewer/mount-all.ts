import type { ColumnarTable } from '../../render/columnar.ts'
import { mountChart } from './chart.ts'
import { mountFigure } from './figure.ts'
import { mountTable } from './table.ts'

/**
 * Brings every table, chart and figure below an element to life. `read` gives the table of a `data-columns`; without it, it is fetched.
 * Answers a function that takes it all away.
 */
export function mountAll(root: ParentNode, read?: (address: string) => Promise<ColumnarTable>): () => void {
  const source = ({ dataset: { columns = '' } }: HTMLElement) => read && (() => read(columns))
  const ends = [
    ...[...root.querySelectorAll<HTMLElement>('.tbl[data-columns]')].map((table) => mountTable(table, source(table))),
    ...[...root.querySelectorAll<HTMLElement>('.fig[data-figure]')].map((figure) => mountFigure(figure)),
    ...[...root.querySelectorAll<HTMLElement>('.fig[data-columns]')].map((chart) => mountChart(chart, source(chart))),
  ]
  return () => {
    for (const end of ends) end()
  }
}
