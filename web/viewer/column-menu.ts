import { type CellFormat, formatCell, formatCount, groupDigits, isNumberType, isTimeType } from '../../render/format-cell.ts'
import { type Html, html } from '../../render/html.ts'
import { type ColumnStatistics, columnStatistics } from './column-statistics.ts'
import type { ColumnFilter } from './filter-rows.ts'
import type { LiveTable } from './live-table.ts'

export interface ColumnActions {
  readonly filter: ColumnFilter
  /** Nothing: the column lets all rows through. */
  setFilter(filter: ColumnFilter | undefined): void
  hide(): void
  widen(byPx: number): void
}

const DAY_MS = 86_400_000
const TYPING_PAUSE_MS = 200
const STEP_PX = 32

/** What was chosen for a head, and how its column was written at first. */
const chosen = new WeakMap<HTMLElement, { readonly atFirst: CellFormat; readonly look: string }>()

/** A popover at the column's head: its filter, what its cells are like, how they are written, its width. Closes by itself, and gives the focus back. */
export function openColumnMenu(live: LiveTable, column: number, actions: ColumnActions): void {
  const head = live.heads[column]
  const opener = head?.querySelector<HTMLElement>('.col')
  const format = live.formats[column]
  if (!head || !opener || !format) return
  const name = head.dataset['name'] ?? ''
  const box = document.createElement('div')
  box.className = 'menu colmenu'
  box.popover = 'auto'
  box.setAttribute('role', 'dialog')
  box.setAttribute('aria-label', `Column ${name}`)
  box.innerHTML =
    html`<p class="head cut">${name}</p>${filterHtml(format, actions.filter)}<div class="stats" aria-live="polite"><p class="meta">Counting …</p></div>${looksHtml(format, chosen.get(head)?.look ?? '')}<div class="row"><button type="button" class="btn" data-do="narrower">Narrower</button><button type="button" class="btn" data-do="wider">Wider</button><button type="button" class="btn push" data-do="hide">Hide column</button></div>`.markup
  document.body.append(box)
  box.addEventListener('toggle', (event) => {
    if (event.newState !== 'closed') return
    box.remove()
    if (document.activeElement === document.body || !document.activeElement) opener.focus()
  })
  box.showPopover()
  place(box, opener)
  let timer: ReturnType<typeof setTimeout> | undefined
  box.addEventListener('input', (event) => {
    if (event.target instanceof HTMLSelectElement && event.target.name === 'look') {
      const atFirst = chosen.get(head)?.atFirst ?? format
      chosen.set(head, { atFirst, look: event.target.value })
      live.formats[column] = formatOf(atFirst, event.target.value)
      live.redraw()
      return
    }
    clearTimeout(timer)
    timer = setTimeout(() => actions.setFilter(readFilter(box, format)), TYPING_PAUSE_MS)
  })
  box.addEventListener('keydown', keepWithin)
  box.addEventListener('click', (event) => {
    const wanted = (event.target as Element).closest<HTMLElement>('[data-do]')?.dataset['do']
    if (wanted === 'narrower') actions.widen(-STEP_PX)
    if (wanted === 'wider') actions.widen(STEP_PX)
    if (wanted === 'hide') {
      box.hidePopover()
      actions.hide()
    }
  })
  live.signal.addEventListener('abort', () => box.remove())
  box.querySelector<HTMLElement>('input, select')?.focus()
  const stats = box.querySelector('.stats')
  live.load().then(
    (table) => {
      if (!stats || !box.isConnected) return
      stats.innerHTML = statisticsHtml(columnStatistics(table.column(column)), format).markup
      place(box, opener)
    },
    () => {
      if (stats) stats.textContent = 'The rows could not be loaded.'
    },
  )
}

/** Tab goes round: behind the last comes the first. */
function keepWithin(event: KeyboardEvent): void {
  if (event.key !== 'Tab' || !(event.currentTarget instanceof HTMLElement)) return
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input, select, button')]
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]]
  if (document.activeElement !== from) return
  event.preventDefault()
  to?.focus()
}

/** Below the head, and always whole within the window. */
function place(box: HTMLElement, opener: HTMLElement): void {
  const at = opener.getBoundingClientRect()
  const left = Math.max(8, Math.min(at.left, innerWidth - box.offsetWidth - 8))
  const top = Math.max(8, Math.min(at.bottom + 4, innerHeight - box.offsetHeight - 8))
  box.style.left = `${left}px`
  box.style.top = `${top}px`
}

const isRanged = (format: CellFormat): boolean => isNumberType(format.type) || isTimeType(format.type)

function filterHtml(format: CellFormat, filter: ColumnFilter): Html {
  const bound = (name: string, label: string, value: number | undefined): Html => {
    const isTime = isTimeType(format.type)
    const days = format.type === 'date' ? DAY_MS : 1
    const text = value === undefined ? '' : isTime ? new Date(value * days).toISOString().slice(0, 10) : String(value)
    return html`<label class="l">${label}<input class="field" name="${name}" type="${isTime ? 'date' : 'number'}" step="any" value="${text}"></label>`
  }
  const fields = isRanged(format)
    ? html`<div class="pair">${bound('from', 'From', filter.from)}${bound('to', 'To', filter.to)}</div>`
    : html`<label class="l">Contains<input class="field" name="contains" type="text" autocomplete="off" value="${filter.contains ?? ''}"></label>`
  const choice = (value: string, label: string): Html =>
    html`<option value="${value}"${value === (filter.empty ?? '') ? html` selected` : ''}>${label}</option>`
  return html`${fields}<label class="l">Empty cells<select class="field" name="empty">${choice('', 'Shown')}${choice('none', 'Left out')}${choice('only', 'Only these')}</select></label>`
}

function readFilter(box: HTMLElement, format: CellFormat): ColumnFilter | undefined {
  const text = (name: string): string =>
    box.querySelector<HTMLInputElement | HTMLSelectElement>(`[name="${name}"]`)?.value.trim() ?? ''
  const bound = (name: string): number | undefined => {
    const value = text(name)
    if (value === '') return undefined
    if (!isTimeType(format.type)) return Number(value)
    const dayMs = Date.parse(value)
    if (Number.isNaN(dayMs)) return undefined
    if (format.type === 'date') return dayMs / DAY_MS
    return name === 'to' ? dayMs + DAY_MS - 0.001 : dayMs
  }
  const [contains, from, to, empty] = [text('contains'), bound('from'), bound('to'), text('empty')]
  if (contains === '' && from === undefined && to === undefined && empty === '') return undefined
  return {
    ...(contains === '' ? {} : { contains }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(empty === 'only' || empty === 'none' ? { empty } : {}),
  }
}

function looksHtml(format: CellFormat, now: string): Html | string {
  const looks = isNumberType(format.type)
    ? [
        ['', 'As they are'],
        ['0', '1,234'],
        ['2', '1,234.50'],
        ['plain', '1234.5'],
        ['percent', '12.3 %'],
      ]
    : isTimeType(format.type)
      ? [
          ['', '2026-11-09'],
          ['month', '9 November 2026'],
        ]
      : []
  if (looks.length === 0) return ''
  return html`<label class="l">Written as<select class="field" name="look">${looks.map(([value = '', label = '']) => html`<option value="${value}"${value === now ? html` selected` : ''}>${label}</option>`)}</select></label>`
}

function formatOf(atFirst: CellFormat, look: string): CellFormat {
  if (look === 'month') return { ...atFirst, look }
  if (look === '') return atFirst
  if (look === 'percent') return { ...atFirst, look, decimals: 1 }
  const { decimals: _, ...rest } = atFirst
  return look === 'plain' ? { ...rest, isGrouped: false } : { ...rest, isGrouped: true, decimals: Number(look) }
}

function statisticsHtml(statistics: ColumnStatistics, format: CellFormat): Html {
  const { rowCount, emptyCount, distinctCount, range, bins, common } = statistics
  const line = (name: string, value: string): Html => html`<div><dt>${name}</dt><dd class="num">${value}</dd></div>`
  const say = (value: number): string => measureText(value, format)
  const lines = [
    line('Distinct', formatCount(distinctCount)),
    line('Empty', `${formatCount(emptyCount)} of ${formatCount(rowCount)}`),
    ...(range
      ? [
          line('Least', say(range.min)),
          line('Greatest', say(range.max)),
          ...(isNumberType(format.type) ? [line('Mean', say(range.mean))] : []),
          line('Median', say(range.median)),
        ]
      : common.map(({ text, count }) => line(text.slice(0, 60) || '(empty text)', formatCount(count)))),
  ]
  const tallest = Math.max(1, ...bins)
  const label = range ? `Histogram from ${say(range.min)} to ${say(range.max)}` : ''
  const bars = bins.map((count, at) => {
    const height = count === 0 ? 0 : Math.max(1, (count / tallest) * 40)
    return html`<rect x="${at * 10}" y="${(40 - height).toFixed(1)}" width="9" height="${height.toFixed(1)}"/>`
  })
  return html`${bins.length > 0 && html`<svg viewBox="0 0 240 40" preserveAspectRatio="none" role="img" aria-label="${label}">${bars}</svg>`}<dl>${lines}</dl>`
}

/** A number in the measure of `ColumnarColumn.number`, as the column's cells are written, with a little more detail for means. */
function measureText(value: number, format: CellFormat): string {
  if (isNumberType(format.type)) return groupDigits(String(Number(value.toPrecision(12))), format.isGrouped)
  const at = new Date(value * (format.type === 'date' ? DAY_MS : 1))
  if (Number.isNaN(at.getTime())) return '–'
  const iso = at.toISOString()
  return formatCell(format.type === 'date' ? iso.slice(0, 10) : `${iso.slice(0, 19)}`, format)
}
