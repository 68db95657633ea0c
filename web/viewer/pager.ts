import { formatCount } from '../../render/format-cell.ts'
import { type Html, type HtmlValue, html } from '../../render/html.ts'
import { icons } from '../../render/icons.ts'

/** Numbers of pages to offer around the present one; both counted from 0. */
export function pagesAround(page: number, pageCount: number): number[] {
  const first = Math.max(0, Math.min(page - 1, pageCount - 3))
  return Array.from({ length: Math.min(3, pageCount) }, (_, place) => first + place)
}

/** Draws a table's foot: which rows these are, and buttons to other pages. Focus stays on the button that was used. */
export function drawPager(pager: HTMLElement, range: string, page: number, pageCount: number, go: (page: number) => void): void {
  const focused = pager.contains(document.activeElement) ? document.activeElement?.getAttribute('data-go') : undefined
  const button = (target: number, name: string, label: HtmlValue, isOff: boolean, role: string): Html =>
    html`<button type="button" class="btn q num" data-go="${role}" data-to="${target}" aria-label="${name}"${isOff ? html` disabled` : ''}${role === 'here' ? html` aria-current="page"` : ''}>${label}</button>`
  const isFirst = page === 0
  const isLast = page >= pageCount - 1
  const numbers = pagesAround(page, pageCount).map((one) =>
    button(one, `Page ${formatCount(one + 1)}`, formatCount(one + 1), false, one === page ? 'here' : `${one}`),
  )
  const end =
    pageCount > 3 &&
    page < pageCount - 2 &&
    html`<span class="far" aria-hidden="true">…</span>${button(pageCount - 1, `Page ${formatCount(pageCount)}`, formatCount(pageCount), false, 'end')}`
  const controls = html`<span class="row push pages">${button(0, 'First page', icons.first, isFirst, 'first')}${button(page - 1, 'Previous page', icons.previous, isFirst, 'previous')}${numbers}${end}${button(page + 1, 'Next page', icons.next, isLast, 'next')}${button(pageCount - 1, 'Last page', icons.last, isLast, 'last')}</span>`
  pager.innerHTML = html`<span class="num range">${range}</span>${pageCount > 1 && controls}`.markup
  pager.onclick = (event) => {
    const target = (event.target as Element).closest<HTMLElement>('[data-to]')
    if (target && pager.contains(target)) go(Number(target.dataset['to']))
  }
  if (focused)
    (
      pager.querySelector<HTMLElement>(`[data-go="${focused}"]:not([disabled])`) ??
      pager.querySelector<HTMLElement>('[aria-current]')
    )?.focus()
}
