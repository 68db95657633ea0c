import type { Cell, ColumnType } from '../../contract/column.ts'
import type { ColumnarTable } from '../../render/columnar.ts'
import type { CellFormat } from '../../render/format-cell.ts'
import { icons } from '../../render/icons.ts'
import { cellHtml, ROWS_AT_FIRST, rangeText } from '../../render/table-html.ts'
import { loadFailure, loadTable } from './load-table.ts'
import { drawPager } from './pager.ts'
import { say } from './say.ts'
import { type SortKey, sortRows } from './sort.ts'

const ROWS_WORTH_A_PAGE = 20_000
type Source = ColumnarTable | (() => Promise<ColumnarTable>)

/**
 * Brings the markup of `tableHtml` to life: sort by header (Shift adds a second column), pages of 25. Rows come from `source`, else from the
 * table's `data-columns`, fetched when first needed; big tables show a page of the server's (`data-page`) meanwhile.
 * Answers a function that takes it all away again.
 */
export function mountTable(root: HTMLElement, source?: Source): () => void {
  const body = root.querySelector('tbody')
  const pager = root.querySelector<HTMLElement>('.pager')
  const url = root.dataset['columns']
  if (!body || !pager || (!source && url === undefined)) return () => {}
  const heads = [...root.querySelectorAll('thead th')] as HTMLElement[]
  const formats = heads.map(formatOf)
  const title = root.querySelector('h3')?.textContent ?? 'Table'
  const rowCount = Number(root.dataset['rows'])
  const pageCount = Math.max(1, Math.ceil(rowCount / ROWS_AT_FIRST))
  const firstRows = body.innerHTML
  const stop = new AbortController()
  let keys: SortKey[] = []
  let page = 0
  let order: Uint32Array | undefined
  let orderOf: SortKey[] = keys
  let table: ColumnarTable | undefined
  let turn = 0

  const load = async (): Promise<ColumnarTable> => (typeof source === 'function' ? source() : (source ?? loadTable(url ?? '')))
  const redraw = (markup: string): void => {
    body.innerHTML = markup
    root.removeAttribute('aria-busy')
    drawFoot()
  }
  const drawFoot = (): void => {
    const from = page * ROWS_AT_FIRST
    const range = rangeText(
      Math.min(from + 1, rowCount),
      Math.min(from + ROWS_AT_FIRST, rowCount),
      rowCount,
      root.dataset['truncated'] !== undefined,
    )
    drawPager(pager, range, page, pageCount, (wanted) => {
      page = wanted
      void show(range)
    })
  }
  const rowHtml = (cell: (column: number) => Cell): string =>
    `<tr>${formats.map((format, column) => cellHtml(cell(column), format)).join('')}</tr>`
  const drawTable = (from: ColumnarTable): void => {
    if (keys.length === 0) order = undefined
    else if (orderOf !== keys || !order) order = sortRows(from, keys)
    orderOf = keys
    let markup = ''
    const end = Math.min((page + 1) * ROWS_AT_FIRST, from.rowCount)
    for (let at = page * ROWS_AT_FIRST; at < end; at++) {
      const row = order ? (order[at] ?? 0) : at
      markup += rowHtml((column) => from.cell(column, row))
    }
    redraw(markup)
  }
  const drawServerPage = async (isDone: () => boolean): Promise<void> => {
    const address = serverPage(root.dataset['page'], rowCount, keys, heads, page)
    if (address === undefined) return
    const response = await fetch(address, { signal: stop.signal })
    if (!response.ok) throw new Error(loadFailure(response.status))
    const answer = (await response.json()) as { rows: Cell[][] }
    if (!isDone()) redraw(answer.rows.map((row) => rowHtml((column) => row[column] ?? null)).join(''))
  }
  const show = async (sentence?: string): Promise<void> => {
    const mine = ++turn
    const isDone = (): boolean => mine !== turn || stop.signal.aborted
    drawFoot()
    try {
      if (table) drawTable(table)
      else if (page === 0 && keys.length === 0) redraw(firstRows)
      else {
        root.setAttribute('aria-busy', 'true')
        drawServerPage(() => isDone() || table !== undefined).catch(() => undefined)
        table = await load()
        if (isDone()) return
        drawTable(table)
      }
      if (sentence !== undefined) say(`${title}: ${pager.querySelector('.range')?.textContent ?? sentence}`)
    } catch (cause) {
      if (!isDone()) fail(cause instanceof Error && cause.message.endsWith('.') ? cause.message : 'The rows could not be loaded.')
    }
  }
  const fail = (sentence: string): void => {
    root.removeAttribute('aria-busy')
    const retry = document.createElement('button')
    retry.type = 'button'
    retry.className = 'btn'
    retry.textContent = 'Retry'
    retry.onclick = () => void show('')
    const text = document.createElement('span')
    text.className = 'err'
    text.textContent = sentence
    pager.querySelector('.err')?.parentElement?.remove()
    const line = document.createElement('span')
    line.className = 'row'
    line.append(text, retry)
    pager.append(line)
    say(`${title}: ${sentence}`)
  }
  const sortBy = (column: number, adds: boolean): void => {
    const known = keys.find((key) => key.column === column)
    const next = { column, descending: known ? !known.descending : false }
    keys = adds ? (known ? keys.map((key) => (key === known ? next : key)) : [...keys, next]) : [next]
    page = 0
    heads.forEach((head, place) => markHead(head, keys, place))
    say(`${title}: sorted by ${heads[column]?.dataset['name'] ?? ''}, ${next.descending ? 'descending' : 'ascending'}`)
    void show()
  }
  for (const [column, head] of heads.entries()) {
    head.querySelector('button')?.addEventListener('click', (event) => sortBy(column, event.shiftKey), { signal: stop.signal })
  }
  root.classList.add('on')
  drawFoot()
  return () => {
    stop.abort()
    turn++
    root.classList.remove('on')
  }
}

function serverPage(
  base: string | undefined,
  rowCount: number,
  keys: readonly SortKey[],
  heads: readonly HTMLElement[],
  page: number,
): string | undefined {
  if (base === undefined || rowCount <= ROWS_WORTH_A_PAGE || keys.length > 1) return undefined
  const query = new URLSearchParams({ offset: String(page * ROWS_AT_FIRST), limit: String(ROWS_AT_FIRST) })
  const [key] = keys
  if (key) {
    const name = heads[key.column]?.dataset['name'] ?? ''
    if (name.startsWith('-') || name.includes(',')) return undefined
    query.set('sort', name)
    if (key.descending) query.set('desc', 'true')
  }
  return `${base}${base.includes('?') ? '&' : '?'}${query}`
}

const formatOf = (head: HTMLElement): CellFormat => {
  const decimals = head.dataset['decimals']
  return {
    type: (head.dataset['type'] ?? 'text') as ColumnType,
    isGrouped: head.dataset['grouped'] !== undefined,
    ...(decimals === undefined ? {} : { decimals: Number(decimals) }),
  }
}

function markHead(head: HTMLElement, keys: readonly SortKey[], column: number): void {
  const place = keys.findIndex((key) => key.column === column)
  const key = keys[place]
  const button = head.querySelector('button')
  if (!button) return
  button.querySelector('svg')?.remove()
  button.querySelector('sup')?.remove()
  button.insertAdjacentHTML('beforeend', String(key ? (key.descending ? icons.descending : icons.ascending) : icons.unsorted))
  if (place > 0) button.insertAdjacentHTML('beforeend', `<sup>${place + 1}</sup>`)
  if (key) head.setAttribute('aria-sort', key.descending ? 'descending' : 'ascending')
  else head.removeAttribute('aria-sort')
}
