import type { ColumnarTable } from '../../render/columnar.ts'
import { mountAll } from '../viewer/mount-all.ts'

/** A link to a fold opens it. */
function openTarget(): void {
  const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null
  if (target instanceof HTMLDetailsElement) target.open = true
}

/** Brings the page to life. `read` gives the table of a `data-columns`; without it, it is fetched. */
export function openPage(read?: (address: string) => Promise<ColumnarTable>): void {
  // The markup's title is neutral, for link previews; who reads the page sees its own in the tab.
  document.title = document.querySelector('h1')?.textContent ?? document.title
  mountAll(document, read)
  addEventListener('hashchange', openTarget)
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#proof"]')
    if (link?.hash === location.hash) openTarget()
  })
  openTarget()
}
