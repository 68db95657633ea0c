import { colorName } from '../../render/chart-look.ts'
import type { ChartModel } from '../../render/chart-model.ts'
import { type EChartsType, pointNumber, xLabel } from './chart-engine.ts'

export interface Tip {
  /** Shows what is nearest to a place within the chart, in its pixels. */
  showNear(x: number, y: number): void
  /** Goes on by so many points, from the one that is shown. Answers the words of the tip. */
  step(by: number): string
  hide(): void
  refresh(): void
  close(): void
}

interface TipSurroundings {
  readonly chart: EChartsType
  readonly model: ChartModel
  readonly place: HTMLElement
  hidden(): ReadonlySet<string>
  color(name: string): string
}

interface Line {
  readonly name: string
  readonly place: number
  readonly y: number
}
/** What one tip tells: all series at one x, or one dot of a scatter. */
interface Stop {
  readonly x: number
  readonly lines: readonly Line[]
}

const MAX_LINES = 9

/** The tooltip: an own element that holds text only, a hair line, and dots on what is meant. */
export function createTip({ chart, model, place, hidden, color }: TipSurroundings): Tip {
  const isScatter = model.spec.kind === 'scatter'
  const isLying = model.spec.kind === 'bar' && model.spec.horizontal
  const isPercent = model.spec.stack === 'percent'
  const tip = document.createElement('div')
  tip.className = 'tip'
  tip.hidden = true
  const hair = document.createElement('div')
  hair.className = 'hair'
  hair.hidden = true
  place.append(hair, tip)
  let stops: Stop[] = []
  let shown = -1

  const collect = (): Stop[] => {
    const without = hidden()
    const visible = model.series.filter((series) => !without.has(series.name))
    if (isScatter)
      return visible.flatMap(({ name, place: at, xs, ys }) =>
        xs.map((x, point) => ({ x, lines: [{ name, place: at, y: ys[point] ?? 0 }] })),
      )
    const byX = new Map<number, Line[]>()
    for (const { name, place: at, xs, ys } of visible) {
      for (const [point, x] of xs.entries()) {
        const y = ys[point] ?? null
        if (y === null) continue
        const lines = byX.get(x) ?? []
        lines.push({ name, place: at, y })
        byX.set(x, lines)
      }
    }
    return [...byX].sort((a, b) => a[0] - b[0]).map(([x, lines]) => ({ x, lines }))
  }
  const pixelOf = (stop: Stop): [number, number] => {
    const y = stop.lines[0]?.y ?? 0
    const found = chart.convertToPixel({ gridIndex: 0 }, isLying ? [y, stop.x] : [stop.x, y]) as unknown as [number, number]
    return [found[0], found[1]]
  }
  /** Both axes are straight: two points give the pixel of every other. */
  const straight = (): ((stop: Stop) => [number, number]) => {
    const [a, b] = [
      chart.convertToPixel({ gridIndex: 0 }, [0, 0]),
      chart.convertToPixel({ gridIndex: 0 }, [1, 1]),
    ] as unknown as [number[], number[]]
    if (model.xKind === 'time') return pixelOf
    const [x0 = 0, y0 = 0] = a
    const [x1 = 0, y1 = 0] = b
    return ({ x, lines }) => {
      const y = lines[0]?.y ?? 0
      return isLying ? [x0 + y * (x1 - x0), y0 + x * (y1 - y0)] : [x0 + x * (x1 - x0), y0 + y * (y1 - y0)]
    }
  }
  const isInside = ([x, y]: readonly [number, number]): boolean =>
    isLying ? y >= 0 && y <= chart.getHeight() : x >= 0 && x <= chart.getWidth()
  const words = (stop: Stop): string =>
    `${xLabel(model, stop.x)}: ${stop.lines
      .slice(0, MAX_LINES)
      .map((line) => `${line.name} ${valueText(line.y)}`)
      .join(', ')}`
  const valueText = (y: number): string => (isPercent ? `${pointNumber(Number(y.toFixed(1)))} %` : pointNumber(y))

  const draw = (index: number): void => {
    const stop = stops[index]
    if (!stop) return hide()
    shown = index
    const [x, y] = pixelOf(stop)
    const head = document.createElement('div')
    head.textContent = isScatter ? `${model.spec.x} ${xLabel(model, stop.x)}` : xLabel(model, stop.x)
    const rows = stop.lines.slice(0, MAX_LINES).map((line) => {
      const row = document.createElement('div')
      row.className = 'tl'
      const swatch = document.createElement('i')
      swatch.style.background = color(colorName(line.place))
      const name = document.createElement('span')
      name.textContent = isScatter && model.series.length === 1 ? (model.spec.y[0] ?? '') : line.name
      const value = document.createElement('b')
      value.textContent = valueText(line.y)
      row.append(swatch, name, value)
      return row
    })
    tip.replaceChildren(head, ...rows)
    tip.hidden = false
    hair.hidden = isScatter
    hair.style.transform = isLying ? `translateY(${Math.round(y)}px)` : `translateX(${Math.round(x)}px)`
    hair.classList.toggle('lying', isLying)
    const width = tip.offsetWidth
    const isRight = x + 16 + width > chart.getWidth()
    const left = Math.max(0, isRight && !isLying ? x - 14 - width : Math.min(x + 14, chart.getWidth() - width))
    const top = Math.max(0, Math.min(chart.getHeight() - tip.offsetHeight, isScatter || isLying ? y + 12 : 16))
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
  }
  const hide = (): void => {
    shown = -1
    tip.hidden = true
    hair.hidden = true
  }
  return {
    showNear(px, py) {
      if (stops.length === 0) stops = collect()
      const pixel = straight()
      let nearest = -1
      let least = Infinity
      for (const [index, stop] of stops.entries()) {
        const [x, y] = pixel(stop)
        const distance = isScatter ? (x - px) ** 2 + (y - py) ** 2 : Math.abs(isLying ? y - py : x - px)
        if (distance < least) {
          least = distance
          nearest = index
        }
      }
      if (isScatter && least > 40 ** 2) hide()
      else draw(nearest)
    },
    step(by) {
      if (stops.length === 0) stops = collect()
      let next = shown < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.max(0, Math.min(stops.length - 1, shown + by))
      while (stops[next] && !isInside(pixelOf(stops[next] as Stop)) && stops[next + by]) next += by
      draw(next)
      const stop = stops[next]
      return stop ? words(stop) : ''
    },
    hide,
    refresh() {
      stops = []
      hide()
    },
    close() {
      tip.remove()
      hair.remove()
    },
  }
}
