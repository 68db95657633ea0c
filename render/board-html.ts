import type { Snapshot, SnapshotDashboard, SnapshotTurn } from '../contract/snapshot.ts'
import { dataOfRows } from './chart-data.ts'
import { chartModel } from './chart-model.ts'
import { formatInstant } from './format-cell.ts'
import { headlineHtml } from './headline-html.ts'
import { type Html, html } from './html.ts'
import { proseHtml } from './prose-html.ts'
import { chartOf, proofOf, type TurnSurroundings, tableOf } from './turn-html.ts'

type TileTurn = SnapshotTurn & { readonly tile: NonNullable<SnapshotTurn['tile']> }
type Surroundings = Omit<TurnSurroundings, 'isLast'>

const isTile = (turn: SnapshotTurn): turn is TileTurn => turn.tile !== undefined

/** A dashboard's page between head and foot: figures in one ruled strip, panels on the owner's grid, one column on a phone. */
export function boardHtml(
  snapshot: Snapshot,
  { asOf, isRefreshed, filters, parameters = [] }: SnapshotDashboard,
  around: Surroundings,
): Html {
  const tiles = snapshot.turns.filter(isTile)
  const tags = [...parameters, ...filters].map((filter) => html`<span class="tag">${filter}</span>`)
  const day = isRefreshed ? `As of ${formatInstant(asOf)}` : `Frozen ${formatInstant(snapshot.frozenAt)}`
  return html`<div class="ttl"><p class="frz num">${day}</p><h1>${snapshot.title}</h1></div>${
    tags.length > 0 && html`<div class="filt" role="group" aria-label="Chosen and filtered by the author">${tags}</div>`
  }<h2 class="sr">Tiles</h2>${stripsOf(tiles).map((strip) => stripHtml(strip, around))}<p class="freeze"><span>Readers see stored results. Opening this page asks nothing of the data.</span></p>`
}

/** Runs of figures that follow one another, and runs of panels between them. */
export function stripsOf<T extends { readonly tile: { readonly kind: string } }>(tiles: readonly T[]): T[][] {
  const strips: T[][] = []
  for (const tile of tiles) {
    const last = strips.at(-1)
    if (last && (last[0]?.tile.kind === 'figure') === (tile.tile.kind === 'figure')) last.push(tile)
    else strips.push([tile])
  }
  return strips
}

function stripHtml(strip: readonly TileTurn[], around: Surroundings): Html {
  if (strip[0]?.tile.kind === 'figure')
    return html`<section class="kpis" aria-label="Key figures">${strip.map((turn) => figureTile(turn, around))}</section><div class="proofs">${strip.map(
      (turn) => turn.tables[0] && proofOf(turn.tables[0], turn, around),
    )}</div>`
  return html`<div class="gr">${strip.map((turn) => html`<div class="x${turn.tile.x} w${turn.tile.width}">${panelHtml(turn, around)}</div>`)}</div>`
}

function figureTile(turn: TileTurn, around: Surroundings): Html {
  const [chart, table] = [turn.charts[0], turn.tables[0]]
  if (!chart || !table) return html`<div>${emptyHtml(turn)}</div>`
  const isWhole = table.rowCount <= table.firstRows.length
  if (!isWhole) return html`<div>${chartOf(chart, around)}</div>`
  return html`<div>${headlineHtml(turn.question, chartModel(chart.spec, dataOfRows(table.columns, table.firstRows)))}</div>`
}

function panelHtml(turn: TileTurn, around: Surroundings): Html {
  if (turn.tile.kind === 'text')
    return html`<section><h2>${turn.question}</h2><div class="prose">${proseHtml(turn.answer)}</div></section>`
  const [chart, table] = [turn.charts[0], turn.tables[0]]
  if (chart && table) return html`${chartOf(chart, around)}${proofOf(table, turn, around)}`
  if (table && turn.tile.kind === 'table') return html`${tableOf(table, turn, around)}`
  return emptyHtml(turn)
}

const emptyHtml = (turn: TileTurn): Html =>
  html`<section class="void"><h2>${turn.question}</h2><p class="meta">${turn.error?.message ?? 'Nothing to show.'}</p></section>`
