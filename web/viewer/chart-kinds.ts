import type { ChartKind, ChartSpec } from '../../contract/chart.ts'
import { chartRules } from '../../contract/chart-rules.ts'

const paths: Readonly<Partial<Record<ChartKind, string>>> = {
  line: 'M2 12l4-5 3 3 5-7',
  area: 'M2 13V9l4-4 3 3 5-5v10z',
  bar: 'M3.5 13V8M8 13V3M12.5 13V6',
  combo: 'M3.5 13v-3M8 13V8M12.5 13v-3M2 6l4-3 4 2 4-3',
  scatter: 'M4 11v.01M6 7v.01M9 9v.01M11 4v.01M12.5 7.5v.01',
  bubble: 'M5 8a2.2 2.2 0 1 0 0 4.4A2.2 2.2 0 0 0 5 8m6-5a3 3 0 1 0 0 6 3 3 0 0 0 0-6',
  pie: 'M8 2.5a5.5 5.5 0 1 0 5.5 5.5H8z',
  donut: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11m0 3.2a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6',
  funnel: 'M2 3.5h12M4 8h8M6.2 12.5h3.6',
  waterfall: 'M3 13V9M6.3 9V5M9.6 7V5M13 13V3',
  heatmap: 'M3 3h4v4H3zM9 3h4v4H9zM3 9h4v4H3zM9 9h4v4H9z',
  geo: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M2.5 8h11M8 2.5c-3 3-3 8 0 11 3-3 3-8 0-11',
}

/** Buttons that show the same data another way, before the chart's other tools. Answers the function that takes them away. */
export function offerKinds(
  tools: Element,
  specs: readonly ChartSpec[],
  now: ChartKind,
  show: (spec: ChartSpec) => void,
): () => void {
  if (specs.length < 2) return () => {}
  const group = document.createElement('span')
  group.className = 'row kinds'
  group.setAttribute('role', 'group')
  group.setAttribute('aria-label', 'Kind of chart')
  const buttons = specs.map((spec) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'btn q icon'
    button.title = `As ${chartRules[spec.kind].name}`
    button.setAttribute('aria-label', button.title)
    button.setAttribute('aria-pressed', String(spec.kind === now))
    button.innerHTML = `<svg class="i" viewBox="0 0 16 16" aria-hidden="true"><path d="${paths[spec.kind] ?? ''}"/></svg>`
    button.onclick = () => {
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button))
      show(spec)
    }
    return button
  })
  group.append(...buttons)
  tools.prepend(group)
  return () => group.remove()
}
