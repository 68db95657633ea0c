import type { LiveTable } from './live-table.ts'

/** Which columns are hidden, and how wide the others were drawn. */
export interface ColumnLooks {
  hide(column: number): void
  hiddenCount(): number
  showAll(): void
  /** Wider or narrower by so many pixels. */
  widen(column: number, byPx: number): void
  remove(): void
}

const LEAST_PX = 56
const MOST_PX = 900

/** Keeps its rules in a sheet of its own, so that rows drawn later obey them too and the page's policy allows it. */
export function columnLooks(live: LiveTable): ColumnLooks {
  const sheet = new CSSStyleSheet()
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  const table = `#${CSS.escape(live.root.id)} .scroll`
  const hidden = new Set<number>()
  const widths = new Map<number, number>()
  const draw = (): void => {
    const rules = [...hidden].map((column) => `${table} :is(td,th):nth-child(${column + 1}){display:none}`)
    for (const [column, width] of widths) {
      const place = `:nth-child(${column + 1})`
      rules.push(
        `${table} :is(td,th)${place}{min-width:${width}px;max-width:${width}px;overflow:hidden;text-overflow:ellipsis}`,
        `${table} td${place} .nm,${table} th${place} .cut{max-width:none}`,
      )
    }
    sheet.replaceSync(rules.join('\n'))
  }
  const setWidth = (column: number, width: number): void => {
    widths.set(column, Math.round(Math.min(MOST_PX, Math.max(LEAST_PX, width))))
    draw()
  }
  for (const [column, head] of live.heads.entries()) offerGrip(live, head, (width) => setWidth(column, width))
  return {
    hide(column) {
      hidden.add(column)
      draw()
    },
    hiddenCount: () => hidden.size,
    showAll() {
      hidden.clear()
      draw()
    },
    widen: (column, byPx) => setWidth(column, (live.heads[column]?.offsetWidth ?? LEAST_PX) + byPx),
    remove() {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
    },
  }
}

/** The edge of a head that is dragged. Keys widen from the column's menu. */
function offerGrip(live: LiveTable, head: HTMLElement, setWidth: (width: number) => void): void {
  const grip = document.createElement('i')
  grip.className = 'grip'
  grip.setAttribute('aria-hidden', 'true')
  head.append(grip)
  grip.onpointerdown = (event) => {
    event.preventDefault()
    grip.setPointerCapture(event.pointerId)
    const from = head.offsetWidth - event.clientX
    grip.onpointermove = (move) => setWidth(from + move.clientX)
    grip.onpointerup = () => {
      grip.onpointermove = null
    }
    grip.onpointercancel = grip.onpointerup
  }
  live.signal.addEventListener('abort', () => grip.remove())
}
