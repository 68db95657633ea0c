import type { ChartModel } from '../../render/chart-series.ts'
import {
  chartStops,
  colorName,
  type EChartsType,
  hasPointStops,
  isLying,
  isRound,
  pieOf,
  pointOn,
  type Stop,
} from './chart-engine.ts'

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

const MAX_LINES = 9
const REACH_PX = 40

/** The tooltip: an own element that holds text only, a hair line, and dots on what is meant. */
export function createTip({ chart, model, place, hidden, color }: TipSurroundings): Tip {
  const isPoint = hasPointStops(model)
  const isPie = isRound(model.spec)
  const lies = isLying(model.spec)
  const tip = document.createElement('div')
  tip.className = 'tip'
  tip.hidden = true
  const hair = document.createElement('div')
  hair.className = 'hair'
  hair.hidden = true
  place.append(hair, tip)
  let stops: Stop[] = []
  let shown = -1

  const pie = () => pieOf(model, chart.getWidth(), chart.getHeight(), hidden())
  const pixelOf = (stop: Stop): [number, number] => {
    if (isPie) {
      const whole = pie()
      const slice = whole.slices[stop.x]
      return pointOn(whole, slice ? (slice.from + slice.to) / 2 : 0, (whole.inner + whole.outer) / 2)
    }
    const found = chart.convertToPixel({ gridIndex: 0 }, lies ? [stop.y, stop.x] : [stop.x, stop.y]) as unknown as number[]
    return [found[0] ?? 0, found[1] ?? 0]
  }
  /** Both axes are straight: two points give the pixel of every other. */
  const straight = (): ((stop: Stop) => [number, number]) => {
    if (model.xKind === 'time' || isPie) return pixelOf
    const [a, b] = [
      chart.convertToPixel({ gridIndex: 0 }, [0, 0]),
      chart.convertToPixel({ gridIndex: 0 }, [1, 1]),
    ] as unknown as [number[], number[]]
    const [x0 = 0, y0 = 0] = a
    const [x1 = 0, y1 = 0] = b
    return ({ x, y }) => (lies ? [x0 + y * (x1 - x0), y0 + x * (y1 - y0)] : [x0 + x * (x1 - x0), y0 + y * (y1 - y0)])
  }
  const isInside = ([x, y]: readonly [number, number]): boolean =>
    lies ? y >= 0 && y <= chart.getHeight() : x >= 0 && x <= chart.getWidth()
  const words = (stop: Stop): string =>
    `${stop.head}: ${stop.lines
      .slice(0, MAX_LINES)
      .map(({ name, value }) => `${name} ${value}`)
      .join(', ')}`

  const draw = (index: number): void => {
    const stop = stops[index]
    if (!stop) return hide()
    shown = index
    const [x, y] = pixelOf(stop)
    const head = document.createElement('div')
    head.textContent = stop.head
    const rows = stop.lines.slice(0, MAX_LINES).map((line) => {
      const row = document.createElement('div')
      row.className = 'tl'
      const swatch = document.createElement('i')
      swatch.style.background = color(colorName(line.place))
      const name = document.createElement('span')
      name.textContent = line.name
      const value = document.createElement('b')
      value.textContent = line.value
      row.append(swatch, name, value)
      return row
    })
    tip.replaceChildren(head, ...rows)
    tip.hidden = false
    hair.hidden = isPoint || isPie
    hair.style.transform = lies ? `translateY(${Math.round(y)}px)` : `translateX(${Math.round(x)}px)`
    hair.classList.toggle('lying', lies)
    const width = tip.offsetWidth
    const isRight = x + 16 + width > chart.getWidth()
    const left = Math.max(0, isRight && !lies ? x - 14 - width : Math.min(x + 14, chart.getWidth() - width))
    const top = Math.max(0, Math.min(chart.getHeight() - tip.offsetHeight, isPoint || isPie || lies ? y + 12 : 16))
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
  }
  const hide = (): void => {
    shown = -1
    tip.hidden = true
    hair.hidden = true
  }
  const sliceAt = (px: number, py: number): number => {
    const { x, y, outer, inner, slices } = pie()
    const distance = Math.hypot(px - x, py - y)
    if (distance > outer + 4 || distance < inner - 4) return -1
    const angle = (Math.atan2(px - x, y - py) + 2 * Math.PI) % (2 * Math.PI)
    return slices.findIndex(({ from, to }) => angle >= from && angle < to)
  }
  const nearest = (px: number, py: number): number => {
    if (isPie) return sliceAt(px, py)
    const pixel = straight()
    let found = -1
    let least = Infinity
    for (const [index, stop] of stops.entries()) {
      const [x, y] = pixel(stop)
      const distance = isPoint ? (x - px) ** 2 + (y - py) ** 2 : Math.abs(lies ? y - py : x - px)
      if (distance < least) {
        least = distance
        found = index
      }
    }
    return isPoint && least > REACH_PX ** 2 ? -1 : found
  }
  return {
    showNear(px, py) {
      if (stops.length === 0) stops = chartStops(model, hidden())
      const found = nearest(px, py)
      if (found < 0) hide()
      else draw(found)
    },
    step(by) {
      if (stops.length === 0) stops = chartStops(model, hidden())
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
