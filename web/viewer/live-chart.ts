import type { ChartSpec } from '../../contract/chart.ts'
import type { ChartData } from '../../render/chart-data.ts'
import { canZoom, chartHeight, chartModel, chartOption, init, isLying, layBars } from './chart-engine.ts'
import { followPointer } from './chart-pointer.ts'
import { createTip } from './chart-tip.ts'
import { type Zoom, zoomAround } from './chart-zoom.ts'

export interface LiveChart {
  redraw(): void
  act(action: string): void
  close(): void
}

/** Puts a live chart where the picture was, of the same size while it shows the same. */
export function openLiveChart(root: HTMLElement, body: HTMLElement, spec: ChartSpec, data: ChartData): LiveChart {
  const picture = [...body.querySelectorAll('svg.ch')].find((svg) => svg.getBoundingClientRect().width > 0)
  const innerWidth = (): number => Math.max(200, body.clientWidth - Number.parseFloat(getComputedStyle(body).paddingLeft) * 2)
  const model = layBars(chartModel(spec, data), innerWidth())
  const heightFor = (width: number): number => {
    const units = width > 500 ? 790 : 360
    return Math.round((chartHeight(model, units) * width) / units)
  }
  const place = document.createElement('div')
  place.className = 'live'
  const size = (): { width: number; height: number } => ({ width: innerWidth(), height: heightFor(innerWidth()) })
  const first = size()
  const isSame = root.dataset['spec'] === JSON.stringify(spec)
  place.style.height = `${picture && isSame ? Math.round(picture.getBoundingClientRect().height) : first.height}px`
  body.prepend(place)
  const chart = init(place, null, { renderer: 'canvas', width: first.width, height: Number.parseFloat(place.style.height) })
  let zoom: Zoom = { start: 0, end: 100 }
  const hidden = (): Set<string> =>
    new Set(
      [...root.querySelectorAll<HTMLElement>('.legend [aria-pressed=false]')].map((button) => button.dataset['series'] ?? ''),
    )
  const color = (name: string): string => getComputedStyle(root).getPropertyValue(name).trim()

  const redraw = (): void => {
    const look = {
      width: chart.getWidth(),
      height: chart.getHeight(),
      mode: 'live' as const,
      color,
      font: getComputedStyle(document.body).fontFamily,
      hidden: hidden(),
      zoom,
    }
    chart.setOption(chartOption(model, look), true)
    const isZoomed = zoom.end - zoom.start < 99.99
    root.dataset['zoom'] = `${zoom.start.toFixed(2)},${zoom.end.toFixed(2)}`
    root.dataset['hidden'] = JSON.stringify([...look.hidden])
    const reset = root.querySelector<HTMLElement>('[data-do=reset]')
    if (reset) reset.hidden = !isZoomed
    tip.refresh()
  }
  const setZoom = (wanted: Zoom): void => {
    zoom = wanted
    redraw()
  }
  const tip = createTip({ chart, model, place, hidden, color })
  const pointer = followPointer({
    body,
    place,
    isLying: isLying(model.spec),
    canZoom: canZoom(spec),
    tip,
    zoom: () => zoom,
    setZoom,
  })

  const fit = new ResizeObserver(() => {
    const { width, height } = size()
    if (width === chart.getWidth()) return
    place.style.height = `${height}px`
    chart.resize({ width, height })
    redraw()
  })
  fit.observe(body)
  const dark = matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', redraw)
  const theme = new MutationObserver(redraw)
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  redraw()
  root.dataset['live'] = spec.kind
  void document.fonts.ready.then(() => {
    if (!chart.isDisposed()) redraw()
  })

  return {
    redraw,
    act(action) {
      if (action === 'zoom') setZoom(zoomAround(zoom, 0.5, 0.5))
      else if (action === 'reset') setZoom({ start: 0, end: 100 })
      else if (action === 'download')
        void import('./chart-download.ts').then(({ offerPictures }) =>
          offerPictures({
            root,
            spec,
            data,
            hidden: hidden(),
            png: () => chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: color('--sheet') }),
          }),
        )
    },
    close() {
      pointer()
      tip.close()
      fit.disconnect()
      theme.disconnect()
      dark.removeEventListener('change', redraw)
      chart.dispose()
      place.remove()
      delete root.dataset['live']
    },
  }
}
