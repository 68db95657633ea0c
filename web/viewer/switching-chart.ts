import type { ChartSpec } from '../../contract/chart.ts'
import type { ChartData } from '../../render/chart-data.ts'
import { canZoom, chartModel, fittingSpecs, legendHtml } from './chart-engine.ts'
import { offerKinds } from './chart-kinds.ts'
import { type LiveChart, openLiveChart } from './live-chart.ts'

/** A live chart that can be shown another way by one click; the picture of the first way is what is printed. */
export function openSwitchingChart(root: HTMLElement, body: HTMLElement, spec: ChartSpec, data: ChartData): LiveChart {
  const tools = root.querySelector('.tools')
  let live = openLiveChart(root, body, spec, data)
  const show = (wanted: ChartSpec): void => {
    live.close()
    root.querySelector('.legend')?.remove()
    const legend = legendHtml(chartModel(wanted, data).series, wanted)
    if (legend) root.querySelector('header')?.insertAdjacentHTML('afterend', legend.markup)
    const zoom = root.querySelector<HTMLElement>('[data-do=zoom]')
    if (zoom) zoom.hidden = !canZoom(wanted)
    live = openLiveChart(root, body, wanted, data)
  }
  const removeKinds = tools ? offerKinds(tools, fittingSpecs(spec, data), spec.kind, show) : () => {}
  return {
    redraw: () => live.redraw(),
    act: (action) => live.act(action),
    close() {
      removeKinds()
      live.close()
    },
  }
}
