/** Part of the long axis that is shown, in percent. */
export interface Zoom {
  readonly start: number
  readonly end: number
}

const LEAST_PART = 0.5

/** Narrows or widens around a place (0 to 1 of what is shown); never beyond all, never below half a percent. */
export function zoomAround(zoom: Zoom, place: number, factor: number): Zoom {
  const size = Math.min(100, Math.max(LEAST_PART, (zoom.end - zoom.start) * factor))
  const middle = zoom.start + (zoom.end - zoom.start) * place
  const start = Math.min(100 - size, Math.max(0, middle - size * place))
  return { start, end: start + size }
}
