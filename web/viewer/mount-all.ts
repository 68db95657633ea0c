import { mountChart } from './chart.ts'
import { mountTable } from './table.ts'

/** Brings every table and chart below an element to life. Answers a function that takes it all away. */
export function mountAll(root: ParentNode): () => void {
  const ends = [
    ...[...root.querySelectorAll<HTMLElement>('.tbl[data-columns]')].map((table) => mountTable(table)),
    ...[...root.querySelectorAll<HTMLElement>('.fig[data-columns]')].map((chart) => mountChart(chart)),
  ]
  return () => {
    for (const end of ends) end()
  }
}
