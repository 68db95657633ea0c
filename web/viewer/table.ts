import type { Cell, ColumnType } from '../../contract/column.ts'
import type { ColumnarTable } from '../../render/columnar.ts'
import type { CellFormat } from '../../render/format-cell.ts'
import type { Html } from '../../render/html.ts'
import { icons } from '../../render/icons.ts'
import { cellHtml, rangeText, rowsAtFirst } from '../../render/table-cell.ts'
import type { LiveTable, Match, TableExtras } from './live-table.ts'
import { loadFailure, loadTable } from './load-table.ts'
import { drawPager } from './pager.ts'
import { say } from './say.ts'
import { type SortKey, sortRows } from './sort.ts'

const ROWS_WORTH_A_PAGE = 20_000
type Source = ColumnarTable | (() => Promise<ColumnarTable>)

/**
 * Brings the markup of `tableHtml` to life: sort by header (Shift adds a second column), pages of 10. Rows come from `source`, else from the
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
  const firstRows = body.innerHTML
  const stop = new AbortController()
  let keys: SortKey[] = []
  let page = 0
  let pageSize = rowsAtFirst(rowCount)
  let search = ''
  let match: Match | undefined
  let afterDrawing: (() => void) | undefined
  let matchCount = rowCount
  let order: Uint32Array | undefined
  let orderOf: { keys: SortKey[]; match: Match | undefined } = { keys, match }
  let isPlain = true
  let table: ColumnarTable | undefined
  let turn = 0

  const load = async (): Promise<ColumnarTable> => {
    table ??= await (typeof source === 'function' ? source() : (source ?? loadTable(url ?? '')))
    return table
  }
  const redraw = (markup: string): void => {
    body.innerHTML = markup
    root.removeAttribute('aria-busy')
    drawFoot()
    afterDrawing?.()
  }
  const drawFoot = (): void => {
    const from = page * pageSize
    const isNarrow = search !== '' || match !== undefined
    const isTruncated = root.dataset['truncated'] !== undefined && !isNarrow
    const range =
      isNarrow && matchCount === 0
        ? 'No row matches'
        : rangeText(Math.min(from + 1, matchCount), Math.min(from + pageSize, matchCount), matchCount, isTruncated)
    drawPager(pager, range, page, Math.max(1, Math.ceil(matchCount / pageSize)), (wanted) => {
      page = wanted
      void show(range)
    })
  }
  const rowHtml = (cell: (column: number) => Cell): string =>
    `<tr>${formats.map((format, column) => cellHtml(cell(column), format)).join('')}</tr>`
  const drawTable = (from: ColumnarTable): void => {
    if (orderOf.keys !== keys || orderOf.match !== match) {
      const found = match?.(from)
      matchCount = found?.count ?? rowCount
      order = keys.length === 0 && !found ? undefined : sortRows(from, keys)
      if (found) order = order?.filter((row) => found.mask[row])
      orderOf = { keys, match }
    }
    let markup = ''
    const end = Math.min((page + 1) * pageSize, order?.length ?? from.rowCount)
    for (let at = page * pageSize; at < end; at++) {
      const row = order ? (order[at] ?? 0) : at
      markup += rowHtml((column) => from.cell(column, row))
    }
    redraw(markup)
  }
  const drawServerPage = async (isDone: () => boolean): Promise<void> => {
    if (match && search === '') return
    const address = serverPage(root.dataset['page'], rowCount, keys, heads, page * pageSize, pageSize, search)
    if (address === undefined) return
    const response = await fetch(address, { signal: stop.signal })
    if (!response.ok) throw new Error(loadFailure(response.status))
    const answer = (await response.json()) as { rows: Cell[][]; matchCount: number }
    if (isDone()) return
    matchCount = answer.matchCount
    redraw(answer.rows.map((row) => rowHtml((column) => row[column] ?? null)).join(''))
  }
  const show = async (sentence?: string): Promise<void> => {
    const mine = ++turn
    const isDone = (): boolean => mine !== turn || stop.signal.aborted
    drawFoot()
    try {
      if (table) drawTable(table)
      else if (page === 0 && keys.length === 0 && !match && isPlain) redraw(firstRows)
      else {
        root.setAttribute('aria-busy', 'true')
        drawServerPage(() => isDone() || table !== undefined).catch(() => undefined)
        const loaded = await load()
        if (isDone()) return
        drawTable(loaded)
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
  const live: LiveTable = {
    root,
    title,
    heads,
    formats,
    signal: stop.signal,
    rowCount,
    pageSize: () => pageSize,
    load,
    matchCount: () => matchCount,
    narrow(text, wanted, then) {
      search = text
      match = wanted
      afterDrawing = then
      page = 0
      if (!wanted) matchCount = rowCount
      void show()
    },
    setPageSize(size) {
      page = Math.floor((page * pageSize) / size)
      pageSize = size
      isPlain = false
      void show('')
    },
    redraw() {
      isPlain = false
      void show()
    },
  }
  const removeButtons = offerExtras(live, (sentence) => fail(sentence))
  root.classList.add('on')
  drawFoot()
  return () => {
    stop.abort()
    removeButtons()
    turn++
    root.classList.remove('on')
  }
}

function serverPage(
  base: string | undefined,
  rowCount: number,
  keys: readonly SortKey[],
  heads: readonly HTMLElement[],
  offset: number,
  limit: number,
  search: string,
): string | undefined {
  if (base === undefined || rowCount <= ROWS_WORTH_A_PAGE || keys.length > 1) return undefined
  const query = new URLSearchParams({ offset: String(offset), limit: String(limit) })
  if (search !== '') query.set('filter', search.slice(0, 200))
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
  const bar = head.dataset['bar']
  return {
    type: (head.dataset['type'] ?? 'text') as ColumnType,
    isGrouped: head.dataset['grouped'] !== undefined,
    period: head.dataset['period'],
    ...(decimals === undefined ? {} : { decimals: Number(decimals) }),
    ...(bar === undefined ? {} : { fullBar: Number(bar) }),
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

/** Buttons for what comes when it is first wanted: search in the head, a menu in each column's head; and cells that can be picked. */
function offerExtras(live: LiveTable, fail: (sentence: string) => void): () => void {
  const added: HTMLButtonElement[] = []
  const use = async (act: (extras: TableExtras) => void): Promise<void> => {
    try {
      const { extrasOf } = await import('./table-extras.ts')
      if (!live.signal.aborted) act(extrasOf(live))
    } catch {
      fail('This part of the page could not be loaded.')
    }
  }
  const add = (parent: Element, kind: string, name: string, icon: Html, act: (extras: TableExtras) => void): void => {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = kind
    button.setAttribute('aria-label', name)
    button.title = name
    button.innerHTML = icon.markup
    button.onclick = () => void use(act)
    added.push(button)
    if (parent.matches('.tools')) parent.prepend(button)
    else parent.append(button)
  }
  const tools = live.root.querySelector('.tools')
  if (tools) add(tools, 'btn q icon', 'Search and view', icons.search, (extras) => extras.openBar())
  for (const [column, head] of live.heads.entries())
    add(head, 'col', `Menu of ${head.dataset['name'] ?? ''}`, icons.menu, (extras) => extras.openMenu(column))
  const scroll = live.root.querySelector<HTMLElement>('.scroll')
  const pick = (event: Event): void => {
    const cell = (event.target as Element).closest('td')
    if (cell) void use((extras) => extras.pick(cell))
  }
  scroll?.addEventListener('click', pick, { signal: live.signal })
  scroll?.addEventListener(
    'keydown',
    (event) => {
      const cell = scroll.querySelector('td')
      if (event.target === scroll && event.key === 'Enter' && cell) void use((extras) => extras.pick(cell))
    },
    { signal: live.signal },
  )
  return () => {
    for (const button of added) button.remove()
  }
}
