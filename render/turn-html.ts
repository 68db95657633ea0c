import type { SnapshotChart, SnapshotStep, SnapshotTable, SnapshotTurn } from '../contract/snapshot.ts'
import { cellCode, cellHtml } from './cell-html.ts'
import { dataOfRows } from './chart-data.ts'
import { chartHtml } from './chart-html.ts'
import { chipsHtml } from './chips-html.ts'
import { codeHtml } from './code-html.ts'
import { figureHtml } from './figure-html.ts'
import { formatDuration, formatInstant, formatPlural } from './format-cell.ts'
import { type Html, type HtmlValue, html } from './html.ts'
import { icons } from './icons.ts'
import { proseHtml } from './prose-html.ts'
import { stepsHtml } from './steps-html.ts'
import { tableHtml } from './table-html.ts'

/** What a turn's drawing needs beside the turn: addresses and pictures of the page it stands in. */
export interface TurnSurroundings {
  readonly showsSteps: boolean
  readonly isLast: boolean
  /** All tables of the page by id: a chart may show one of an earlier turn. */
  readonly tables: ReadonlyMap<string, SnapshotTable>
  /** The SVG file of a digest, absent when it is not at hand. */
  picture(digest: string): string | undefined
  csvUrl(tableId: string): string | undefined
  dataUrl(tableId: string): string | undefined
  pageUrl(tableId: string): string | undefined
  figureUrl(figureId: string): string | undefined
}

/** Says who answered, so that rules are never taken for a model. */
export const analystLabel = (analyst: string): string =>
  analyst === 'basic' ? 'Basic analyst: fixed rules, no AI' : analyst === 'hand' ? 'By hand' : 'Model analyst'

const endings: Readonly<Partial<Record<SnapshotTurn['status'], string>>> = {
  failed: 'This question could not be answered.',
  cancelled: 'Stopped before it was answered.',
  interrupted: 'The server stopped while this ran. What came before is kept.',
  'needs-confirmation': 'The reading waited for a confirmation and was not run.',
}

/** One turn of the frozen page: question, answer, charts, tables, proof and steps. */
export function turnHtml(turn: SnapshotTurn, around: TurnSurroundings): Html {
  const number = turn.number
  const ending = endings[turn.status]
  const code = cellCode(turn.question)
  return html`<article class="turn${around.isLast ? ' last' : ''}" id="n${number}" aria-labelledby="q${number}"><div class="m"><b>${number}</b></div><div><h2 class="qh" id="q${number}">${code === undefined ? turn.question : 'Python cell'}</h2><p class="by meta"><span>${analystLabel(turn.analyst)}</span><time class="num" datetime="${turn.askedAt}">${formatInstant(turn.askedAt, 3)}</time></p>${chipsHtml(turn.chips)}${code !== undefined && cellHtml({ code, printed: around.showsSteps ? turn.steps[0]?.text : undefined })}${
    turn.answer !== '' && html`<div class="prose">${proseHtml(turn.answer)}</div>`
  }${ending !== undefined && html`<p class="note${turn.status === 'failed' ? ' bad' : ' info'}"><span class="grow">${ending}${turn.error && ` ${turn.error.message}`}</span></p>`}${turn.charts.map((chart) => chartOf(chart, around))}${turn.figures?.map(({ id, kind, title }) => figureHtml({ id, kind, title, url: around.figureUrl(id) }))}${turn.tables.map((table) => tableOf(table, turn, around))}${around.showsSteps && stepsHtml(turn.steps)}</div></article>`
}

export function chartOf(chart: SnapshotChart, around: Omit<TurnSurroundings, 'isLast'>): Html {
  const table = around.tables.get(chart.tableId)
  const wide = chart.pictures && around.picture(chart.pictures.wide)
  const narrow = chart.pictures && around.picture(chart.pictures.narrow)
  return chartHtml({
    id: chart.id,
    title: chart.title,
    label: chart.label,
    spec: chart.spec,
    pictures: wide !== undefined && narrow !== undefined ? { wide, narrow } : undefined,
    data: dataOfRows(table?.columns ?? [], table?.firstRows ?? []),
    rowCount: table?.rowCount ?? 0,
    dataUrl: table && around.dataUrl(table.id),
    proofId: table && proofIdOf(table.id),
  })
}

export function tableOf(table: SnapshotTable, turn: SnapshotTurn, around: Omit<TurnSurroundings, 'isLast'>): Html {
  return html`${tableHtml({
    id: table.id,
    title: table.title,
    columns: table.columns,
    rows: table.firstRows,
    rowCount: table.rowCount,
    truncated: table.truncated,
    csvUrl: around.csvUrl(table.id),
    dataUrl: around.dataUrl(table.id),
    pageUrl: around.pageUrl(table.id),
    proofId: proofIdOf(table.id),
  })}${proofOf(table, turn, around)}`
}

/** Where a table came from, in a fold that the table and its charts lead to. */
export const proofOf = (table: SnapshotTable, turn: SnapshotTurn, around: Pick<TurnSurroundings, 'showsSteps'>): Html =>
  proofHtml(table, turn, stepOf(table, turn, around), proofIdOf(table.id))

const proofIdOf = (tableId: string): string => `proof-${tableId}`

/** `stepNumber` counts the turn's steps from 1. */
const stepOf = (
  table: SnapshotTable,
  turn: SnapshotTurn,
  around: Pick<TurnSurroundings, 'showsSteps'>,
): SnapshotStep | undefined =>
  around.showsSteps && table.stepNumber !== undefined ? turn.steps[table.stepNumber - 1] : undefined

/** Where a table, and a chart of it, came from: statement, source, rows, time, digest (B6). */
function proofHtml(table: SnapshotTable, turn: SnapshotTurn, step: SnapshotStep | undefined, proofId: string): Html {
  const rows = `${formatPlural(table.rowCount, 'row')}${table.truncated ? ', the first of more' : ''}`
  const fact = (name: string, value: HtmlValue, kind: string): Html =>
    html`<div><dt>${name}</dt><dd class="${kind}">${value}</dd></div>`
  return html`<details class="fold proof" id="${proofId}"><summary>${icons.fold}<span>Proof of ${table.title}</span><span class="meta push">where these numbers come from</span></summary><div><dl class="pf">${fact('Rows', rows, 'num')}${
    step?.source !== undefined && fact('Source', step.source, '')
  }${step?.values !== undefined && fact('With', valuesText(step.values), '')}${fact('Made', html`${formatInstant(turn.askedAt, 3)}${step?.durationMs !== undefined && `, in ${formatDuration(step.durationMs)}`}`, 'num')}${fact('Digest', `sha256 ${shortDigest(table.digest)}`, 'mono')}</dl>${
    step?.input !== undefined &&
    html`<pre tabindex="0"><code>${codeHtml(step.input, step.kind === 'query' ? 'sql' : '')}</code></pre>`
  }<p class="meta noprint">Check this page yourself: <code>qry verify</code> with its address.</p></div></details>`
}

const valuesText = (values: NonNullable<SnapshotStep['values']>): string =>
  values.map(({ name, value }) => `$${name} = ${value}`).join(', ')

/** First and last digits of a digest, the whole of it is in the JSON twin. */
export const shortDigest = (digest: string): string => `${digest.slice(0, 4)} ${digest.slice(4, 8)} … ${digest.slice(-4)}`
