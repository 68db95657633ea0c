import type { Tip } from './chart-tip.ts'
import { type Zoom, zoomAround } from './chart-zoom.ts'
import { say } from './say.ts'

interface PointerSurroundings {
  readonly body: HTMLElement
  readonly place: HTMLElement
  readonly isLying: boolean
  /** Off where no axis is to be looked at closer: then only tips are shown. */
  readonly canZoom: boolean
  readonly tip: Tip
  zoom(): Zoom
  setZoom(zoom: Zoom): void
}

const LEAST_BRUSH_PX = 8
/** After the page was scrolled the wheel goes on scrolling it for so long. */
export const SCROLL_PAUSE_MS = 300

/** Mouse, touch and keys on a live chart. Answers a function that lets go of them. */
export function followPointer({ body, place, isLying, canZoom, tip, zoom, setZoom }: PointerSurroundings): () => void {
  const stop = new AbortController()
  const options = { signal: stop.signal }
  const brush = document.createElement('div')
  brush.className = 'brush'
  brush.hidden = true
  place.append(brush)
  const fingers = new Map<number, number>()
  let from: number | undefined
  let spread: { distance: number; zoom: Zoom; place: number } | undefined
  let isArmed = false
  let scrolledAt = 0
  let before: { readonly x: number; readonly y: number } | undefined

  const along = (event: PointerEvent | WheelEvent): number => {
    const box = place.getBoundingClientRect()
    return isLying ? event.clientY - box.top : event.clientX - box.left
  }
  const length = (): number => (isLying ? place.clientHeight : place.clientWidth)
  const showTip = (event: PointerEvent): void => {
    const box = place.getBoundingClientRect()
    tip.showNear(event.clientX - box.left, event.clientY - box.top)
  }
  const drawBrush = (to: number): void => {
    const [low, high] = [Math.min(from ?? to, to), Math.max(from ?? to, to)]
    brush.hidden = high - low < LEAST_BRUSH_PX
    brush.style.inset = isLying ? `${low}px 0 auto 0` : `0 auto 0 ${low}px`
    brush.style[isLying ? 'height' : 'width'] = `${high - low}px`
  }
  place.addEventListener(
    'pointerdown',
    (event) => {
      fingers.set(event.pointerId, along(event))
      if (!canZoom) showTip(event)
      else if (event.pointerType === 'mouse' && event.button === 0) {
        from = along(event)
        place.setPointerCapture(event.pointerId)
      } else if (fingers.size === 2) {
        const [a = 0, b = 0] = fingers.values()
        spread = { distance: Math.max(20, Math.abs(a - b)), zoom: zoom(), place: (a + b) / 2 / length() }
      }
      showTip(event)
    },
    options,
  )
  place.addEventListener(
    'pointermove',
    (event) => {
      if (event.clientX !== before?.x || event.clientY !== before.y) isArmed = true
      before = { x: event.clientX, y: event.clientY }
      if (fingers.has(event.pointerId)) fingers.set(event.pointerId, along(event))
      if (spread && fingers.size === 2) {
        const [a = 0, b = 0] = fingers.values()
        setZoom(zoomAround(spread.zoom, spread.place, spread.distance / Math.max(20, Math.abs(a - b))))
        return
      }
      if (from !== undefined) drawBrush(along(event))
      showTip(event)
    },
    options,
  )
  const release = (event: PointerEvent): void => {
    fingers.delete(event.pointerId)
    if (fingers.size < 2) spread = undefined
    if (from === undefined) return
    const to = along(event)
    const [low, high] = [Math.max(0, Math.min(from, to)) / length(), Math.min(length(), Math.max(from, to)) / length()]
    const isWide = Math.abs(to - from) >= LEAST_BRUSH_PX
    from = undefined
    brush.hidden = true
    if (!isWide || event.type !== 'pointerup') return
    const shown = zoom()
    const size = shown.end - shown.start
    setZoom(zoomAround({ start: shown.start + size * low, end: shown.start + size * high }, 0.5, 1))
  }
  place.addEventListener('pointerup', release, options)
  place.addEventListener('pointercancel', release, options)
  place.addEventListener(
    'pointerleave',
    (event) => {
      if (event.pointerType !== 'mouse' || from !== undefined) return
      isArmed = false
      tip.hide()
    },
    options,
  )
  // A page that is scrolled past a chart must not zoom it: only a pointer that really moved within it does.
  addEventListener(
    'pointermove',
    (event) => {
      if (!place.contains(event.target as Node)) before = { x: event.clientX, y: event.clientY }
    },
    { ...options, passive: true },
  )
  const onScroll = (): void => {
    scrolledAt = performance.now()
  }
  addEventListener('scroll', onScroll, { ...options, passive: true })
  place.addEventListener(
    'wheel',
    (event) => {
      if (!canZoom) return
      if ((!isArmed || performance.now() - scrolledAt < SCROLL_PAUSE_MS) && !event.ctrlKey) return
      if (event.deltaY > 0 && zoom().end - zoom().start > 99.99) return
      event.preventDefault()
      setZoom(zoomAround(zoom(), along(event) / length(), event.deltaY > 0 ? 1.25 : 0.8))
    },
    { ...options, passive: false },
  )
  if (canZoom) place.addEventListener('dblclick', () => setZoom({ start: 0, end: 100 }), options)
  const zoomKeys = (shown: Zoom, size: number): Readonly<Record<string, () => void>> => ({
    '+': () => setZoom(zoomAround(shown, 0.5, 0.5)),
    '=': () => setZoom(zoomAround(shown, 0.5, 0.5)),
    '-': () => setZoom(zoomAround(shown, 0.5, 2)),
    '0': () => setZoom({ start: 0, end: 100 }),
    PageDown: () =>
      setZoom(
        zoomAround({ start: Math.min(100 - size, shown.start + size / 2), end: Math.min(100, shown.end + size / 2) }, 0.5, 1),
      ),
    PageUp: () =>
      setZoom(zoomAround({ start: Math.max(0, shown.start - size / 2), end: Math.max(size, shown.end - size / 2) }, 0.5, 1)),
  })
  body.addEventListener(
    'keydown',
    (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return
      const shown = zoom()
      const size = shown.end - shown.start
      const keys: Readonly<Record<string, () => void>> = {
        ...(canZoom ? zoomKeys(shown, size) : {}),
        ArrowRight: () => say(tip.step(1)),
        ArrowDown: () => say(tip.step(1)),
        ArrowLeft: () => say(tip.step(-1)),
        ArrowUp: () => say(tip.step(-1)),
        Escape: () => tip.hide(),
      }
      const act = keys[event.key]
      if (!act) return
      event.preventDefault()
      act()
    },
    options,
  )
  body.addEventListener('focusout', () => tip.hide(), options)
  return () => {
    stop.abort()
    brush.remove()
  }
}
