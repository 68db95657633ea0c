import { type Html, raw } from './html.ts'

const icon = (path: string): Html => raw(`<svg class="i" viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg>`)

/** Drawn on 16 units, stroked in the colour of the text around. */
export const icons = {
  fold: icon('m6 3.5 4.5 4.5L6 12.5'),
  down: icon('m3.5 6 4.5 4.5L12.5 6'),
  download: icon('M8 2.5v8M4.5 7.5 8 11l3.5-3.5M3 13.5h10'),
  unsorted: icon('m5 6 3-3 3 3M5 10l3 3 3-3'),
  descending: icon('M8 3v10M4.5 9.5 8 13l3.5-3.5'),
  ascending: icon('M8 13V3M4.5 6.5 8 3l3.5 3.5'),
  first: icon('M11.5 3.5 7 8l4.5 4.5M4.5 3.5v9'),
  previous: icon('M10 3.5 5.5 8 10 12.5'),
  next: icon('m6 3.5 4.5 4.5L6 12.5'),
  last: icon('m4.5 3.5 4.5 4.5-4.5 4.5M11.5 3.5v9'),
  search: icon('M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4m3.2 7.4 3.3 3.3'),
  menu: icon('M8 3.5v.01M8 8v.01M8 12.5v.01'),
  zoomIn: icon('M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4m3.2 7.4 3.3 3.3M7 5.2v3.6M5.2 7h3.6'),
  warn: icon('M8 2.5 14 13H2zM8 6.5v3M8 11.3v.1'),
} as const

export const mark = raw(
  '<span class="mark"><svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="9" r="6.5"/><path d="M9 13.5h10M9 17h10" stroke-width="1.5"/></svg>QRY</span>',
)
