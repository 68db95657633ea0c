import { formatPlural } from '../../render/format-cell.ts'
import type { LiveTable } from './live-table.ts'
import { say } from './say.ts'

export interface CellPicker {
  /** Begins with this cell. */
  pick(cell: HTMLTableCellElement): void
  clear(): void
  copyPage(): Promise<void>
}

interface Place {
  readonly row: number
  readonly column: number
}

/** A click picks a cell, arrows move, Shift widens to a range, Ctrl+C copies it as lines of tab-separated cells, Escape lets go. */
export function pickCells(live: LiveTable): CellPicker {
  const body = live.root.querySelector('tbody')
  const scroll = live.root.querySelector<HTMLElement>('.scroll')
  let anchor: Place | undefined
  let head: Place | undefined
  let widensNext = false

  const rows = (): HTMLTableRowElement[] => [...(body?.rows ?? [])]
  const isShown = (column: number): boolean => (live.heads[column]?.offsetWidth ?? 0) > 0
  const clear = (): void => {
    for (const cell of body?.querySelectorAll('.sel') ?? []) cell.classList.remove('sel')
    anchor = head = undefined
  }
  const span = (from: Place, to: Place): HTMLTableCellElement[][] => {
    const [top, bottom] = [Math.min(from.row, to.row), Math.max(from.row, to.row)]
    const [left, right] = [Math.min(from.column, to.column), Math.max(from.column, to.column)]
    return rows()
      .slice(top, bottom + 1)
      .map((row) => [...row.cells].filter((cell) => cell.cellIndex >= left && cell.cellIndex <= right && isShown(cell.cellIndex)))
  }
  const draw = (): void => {
    if (!anchor || !head) return
    for (const cell of body?.querySelectorAll('.sel') ?? []) cell.classList.remove('sel')
    for (const cell of span(anchor, head).flat()) cell.classList.add('sel')
    const at = rows()[head.row]?.cells[head.column]
    at?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    if (at) say(`${live.heads[head.column]?.dataset['name'] ?? ''}: ${wholeText(at)}`)
  }
  const move = (rowStep: number, columnStep: number, widens: boolean): void => {
    if (!head) return
    let column = head.column + columnStep
    while (columnStep !== 0 && column >= 0 && column < live.heads.length && !isShown(column)) column += columnStep
    if (column < 0 || column >= live.heads.length) return
    head = { row: Math.max(0, Math.min(rows().length - 1, head.row + rowStep)), column }
    if (!widens) anchor = head
    draw()
  }
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  }
  const { signal } = live
  scroll?.addEventListener(
    'keydown',
    (event) => {
      const step = steps[event.key]
      if (event.target !== scroll || !head) return
      if (event.key === 'Escape') clear()
      else if (step && !event.ctrlKey && !event.metaKey && !event.altKey) move(step[0], step[1], event.shiftKey)
      else return
      event.preventDefault()
    },
    { signal },
  )
  scroll?.addEventListener('pointerdown', (event) => (widensNext = event.shiftKey), { signal })
  scroll?.addEventListener(
    'copy',
    (event) => {
      if (!anchor || !head || !(getSelection()?.isCollapsed ?? true)) return
      const lines = span(anchor, head)
      event.clipboardData?.setData('text/plain', tabbed(lines.map((line) => line.map(plainText))))
      event.preventDefault()
      say(`${formatPlural(lines.flat().length, 'cell')} copied`)
    },
    { signal },
  )
  return {
    pick(cell) {
      if (!(getSelection()?.isCollapsed ?? true)) return
      head = { row: rows().indexOf(cell.parentElement as HTMLTableRowElement), column: cell.cellIndex }
      if (!widensNext || !anchor) anchor = head
      widensNext = false
      scroll?.focus({ preventScroll: true })
      draw()
    },
    clear,
    async copyPage() {
      const shown = live.heads.map((_, column) => column).filter(isShown)
      const names = shown.map((column) => live.heads[column]?.dataset['name'] ?? '')
      const lines = rows().map((row) => shown.map((column) => (row.cells[column] ? plainText(row.cells[column]) : '')))
      try {
        await navigator.clipboard.writeText(tabbed([names, ...lines]))
        say(`${formatPlural(lines.length, 'row')} copied`)
      } catch {
        say('The browser does not let this page copy. Pick cells and press Ctrl+C.')
      }
    },
  }
}

const wholeText = (cell: HTMLTableCellElement): string =>
  cell.classList.contains('null') ? 'empty' : cell.title || cell.querySelector<HTMLElement>('.nm')?.title || cell.textContent

/** As other programs read it: no thousands, a plain minus, nothing for null. */
function plainText(cell: HTMLTableCellElement): string {
  if (cell.classList.contains('null')) return ''
  const text = wholeText(cell)
  return cell.classList.contains('n') ? text.replaceAll(',', '').replace('\u2212', '-') : text
}

/** Cells with tabs, lines or quotes stand in quotes, as spreadsheets expect. */
const tabbed = (lines: readonly (readonly string[])[]): string =>
  lines
    .map((line) => line.map((text) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join('\t'))
    .join('\n')
