import { formatCount } from '../../render/format-cell.ts'
import { html } from '../../render/html.ts'
import { columnLooks } from './column-looks.ts'
import { openColumnMenu } from './column-menu.ts'
import { type ColumnFilter, matchRows } from './filter-rows.ts'
import type { LiveTable, TableExtras } from './live-table.ts'
import { pickCells } from './pick-cells.ts'
import { say } from './say.ts'

const extras = new WeakMap<LiveTable, TableExtras>()
const SIZES = [10, 25, 50, 100]
const TYPING_PAUSE_MS = 150

export function extrasOf(live: LiveTable): TableExtras {
  const known = extras.get(live)
  if (known) return known
  const made = createExtras(live)
  extras.set(live, made)
  return made
}

function createExtras(live: LiveTable): TableExtras {
  const filters = new Map<number, ColumnFilter>()
  const looks = columnLooks(live)
  const cells = pickCells(live)
  let search = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  const bar = document.createElement('div')
  bar.className = 'bar-line noprint'
  bar.hidden = true
  bar.innerHTML =
    html`<input type="search" class="field" aria-label="Search in all columns of ${live.title}" placeholder="Search in all columns" autocomplete="off"><span class="num dim found" role="status"></span><span class="row push"><button type="button" class="btn q" data-do="clear" hidden>Clear filters</button><button type="button" class="btn q" data-do="columns" hidden>Show all columns</button><button type="button" class="btn q" data-do="copy">Copy page</button><label class="row meta">Rows <select class="field" aria-label="Rows on a page">${SIZES.map((size) => html`<option${size === live.pageSize() ? html` selected` : ''}>${size}</option>`)}</select></label></span>`.markup
  live.root.querySelector('header')?.after(bar)
  const field = bar.querySelector('input')
  const found = bar.querySelector('.found')
  const sizes = bar.querySelector('select')
  const button = (name: string): HTMLButtonElement | null => bar.querySelector(`[data-do="${name}"]`)

  const drawBar = (): void => {
    const isNarrow = search !== '' || filters.size > 0
    const sentence = isNarrow ? `${formatCount(live.matchCount())} of ${formatCount(live.rowCount)} match` : ''
    if (found && found.textContent !== sentence) found.textContent = sentence
    const [clear, columns] = [button('clear'), button('columns')]
    if (clear) clear.hidden = !isNarrow
    if (columns) columns.hidden = looks.hiddenCount() === 0
    for (const [column, head] of live.heads.entries()) head.classList.toggle('narrow', filters.has(column))
  }
  const narrow = (): void => {
    const wanted = search
    cells.clear()
    const isAll = wanted === '' && filters.size === 0
    const kept = new Map(filters)
    live.narrow(wanted, isAll ? undefined : (table) => matchRows(table, wanted, kept), drawBar)
    if (filters.size > 0) bar.hidden = false
  }
  const runSearch = (): void => {
    const wanted = field?.value.trim() ?? ''
    if (wanted === search) return
    search = wanted
    narrow()
  }
  field?.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(runSearch, TYPING_PAUSE_MS)
  })
  sizes?.addEventListener('change', () => {
    cells.clear()
    live.setPageSize(Number(sizes.value))
  })
  button('clear')?.addEventListener('click', () => {
    filters.clear()
    search = ''
    if (field) field.value = ''
    narrow()
    field?.focus()
  })
  button('columns')?.addEventListener('click', () => {
    looks.showAll()
    drawBar()
    field?.focus()
  })
  button('copy')?.addEventListener('click', () => void cells.copyPage())
  live.signal.addEventListener('abort', () => {
    clearTimeout(timer)
    looks.remove()
    bar.remove()
  })
  return {
    openBar() {
      bar.hidden = !bar.hidden
      if (!bar.hidden) field?.focus()
    },
    openMenu(column) {
      openColumnMenu(live, column, {
        filter: filters.get(column) ?? {},
        setFilter(filter) {
          if (filter) filters.set(column, filter)
          else filters.delete(column)
          narrow()
        },
        hide() {
          if (looks.hiddenCount() >= live.heads.length - 1) return say('One column stays.')
          looks.hide(column)
          bar.hidden = false
          drawBar()
          button('columns')?.focus()
        },
        widen: (by) => looks.widen(column, by),
      })
    },
    pick: (cell) => cells.pick(cell),
  }
}
