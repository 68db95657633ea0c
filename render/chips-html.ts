import { type Html, html } from './html.ts'

export interface ChipView {
  readonly part: string
  readonly value: string
  readonly unsure: boolean
}

/** How a question was read, part by part. Nothing when there is no reading. */
export function chipsHtml(chips: readonly ChipView[]): Html | '' {
  if (chips.length === 0) return ''
  return html`<p class="reading"><b>Read as</b>${chips.map((chip) => html`<span class="chip${chip.unsure ? ' unsure' : ''}"><i>${chip.part}</i>${chip.value}${chip.unsure && '?'}</span>`)}</p>`
}
