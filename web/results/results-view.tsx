import { useQueries } from '@tanstack/react-query'
import { type MouseEvent, memo, useLayoutEffect, useMemo, useRef } from 'react'
import type { Chart } from '../../contract/chart.ts'
import type { Figure } from '../../contract/figure.ts'
import type { TableReference } from '../../contract/table.ts'
import type { Step } from '../../contract/turn.ts'
import { cellHtml } from '../../render/cell-html.ts'
import { dataOfRows } from '../../render/chart-data.ts'
import { chartHtml } from '../../render/chart-html.ts'
import { figureHtml } from '../../render/figure-html.ts'
import { proseHtml } from '../../render/prose-html.ts'
import { stepsHtml } from '../../render/steps-html.ts'
import { tableHtml } from '../../render/table-html.ts'
import { sentenceOf } from '../client/call-error.ts'
import { rowsOf } from '../client/live-turns.ts'
import { useFirstRows } from '../client/queries.ts'
import { Skeleton } from '../controls/skeleton.tsx'
import { mountChart } from '../viewer/chart.ts'
import { mountFigure } from '../viewer/figure.ts'
import { loadPicture } from '../viewer/load-picture.ts'
import { mountTable } from '../viewer/table.ts'
import { useLateMarkup } from './late-markup.ts'

/** Markup of the shared renderer, brought to life after it stands in the page and put to rest before it goes. */
export function LiveMarkup({
  markup,
  mount,
  className,
}: {
  readonly markup: string
  readonly mount?: (root: HTMLElement) => () => void
  readonly className?: string
}) {
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = place.current
    if (!element) return
    element.innerHTML = markup
    const root = element.firstElementChild
    return mount && root instanceof HTMLElement ? mount(root) : undefined
  }, [markup, mount])
  return <div ref={place} className={className} />
}

/** The answer as text. */
export const Prose = memo(function Prose({ markdown }: { readonly markdown: string }) {
  useLateMarkup()
  const { markup } = proseHtml(markdown)
  return markup === '' ? null : <LiveMarkup className="prose" markup={markup} />
})

const stepsPlace = (turnId: string) => `${turnId}-steps`

/** What was done for an answer, folded away. */
export const StepsView = memo(function StepsView({
  turnId,
  steps,
}: {
  readonly turnId: string
  readonly steps: readonly Step[]
}) {
  const place = useRef<HTMLDivElement>(null)
  useLateMarkup()
  const shown = steps.map(({ output, ...step }) => ({ ...step, rowCount: output?.rowCount, text: output?.text }))
  const markup = stepsHtml(shown).toString()
  useLayoutEffect(() => {
    const element = place.current
    if (!element) return
    const wasOpen = element.querySelector('details')?.open ?? false
    element.innerHTML = markup
    const fold = element.querySelector('details')
    if (fold) fold.open = wasOpen
  }, [markup])
  return <div ref={place} id={stepsPlace(turnId)} className="steps-place" />
})

/** A link of the renderer to a fold opens it, wherever it stands. */
function openFold(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null
  const fold = link && document.getElementById(link.getAttribute('href')?.slice(1) ?? '')?.querySelector('details')
  if (!fold) return
  event.preventDefault()
  fold.open = true
  fold.querySelector('summary')?.focus({ preventScroll: true })
  fold.scrollIntoView({ block: 'center' })
}

/** The first rows of a table: those that travelled with it, else read once. What was shown first stays, so that a sort is not undone. */
function useRows(table: TableReference | undefined) {
  const travelled = table && rowsOf(table)
  const read = useFirstRows(table?.digest ?? '', table !== undefined && travelled === undefined)
  return { rows: read.data?.rows ?? travelled, error: read.error, retry: read.refetch }
}

interface TableViewProps {
  readonly turnId: string
  readonly table: TableReference
  readonly hasSteps: boolean
}

export const TableView = memo(function TableView({ turnId, table, hasSteps }: TableViewProps) {
  const { rows, error, retry } = useRows(table)
  const markup = useMemo(() => {
    if (!rows) return undefined
    const { id, digest, title, columns, rowCount, truncated } = table
    return tableHtml({
      id: `${turnId}-${id}`,
      title,
      columns,
      rows,
      rowCount,
      truncated,
      csvUrl: `/api/results/${digest}.csv`,
      otherFormats: [
        { name: 'Excel', url: `/api/results/${digest}.xlsx` },
        { name: 'Parquet', url: `/api/results/${digest}.parquet` },
      ],
      dataUrl: `/api/results/${digest}.columns`,
      pageUrl: `/api/results/${digest}`,
      proofId: hasSteps ? stepsPlace(turnId) : undefined,
    }).markup
  }, [turnId, table, rows, hasSteps])
  if (error) return <LoadFailure title={table.title} error={error} onRetry={retry} />
  if (markup === undefined) return <Skeleton lines={6} label={`Loading ${table.title}`} />
  // The links inside are links: the handler only spares a jump to a closed fold.
  return (
    <div onClickCapture={openFold}>
      <LiveMarkup markup={markup} mount={mountOwnTable} />
    </div>
  )
})

/** The table with its menu of formats, which closes as menus do: by Escape, by a choice and by a press elsewhere. */
function mountOwnTable(root: HTMLElement): () => void {
  const rest = mountTable(root)
  const menu = root.querySelector<HTMLDetailsElement>('details.formats')
  const gone = new AbortController()
  const close = (): void => menu?.removeAttribute('open')
  document.addEventListener('pointerdown', ({ target }) => target instanceof Node && !menu?.contains(target) && close(), gone)
  menu?.addEventListener('click', ({ target }) => target instanceof Element && target.closest('a') && close(), gone)
  menu?.addEventListener(
    'keydown',
    ({ key }) => {
      if (key !== 'Escape') return
      close()
      menu.querySelector('summary')?.focus()
    },
    gone,
  )
  return () => {
    gone.abort()
    rest()
  }
}

/** The pictures of a chart, wide and narrow. A picture that is lost leaves its chart to the browser. */
function usePictures(chart: Chart) {
  const digests = chart.pictures ? [chart.pictures.wide, chart.pictures.narrow] : []
  const [wide, narrow] = useQueries({
    queries: digests.map((digest) => ({
      queryKey: ['picture', digest],
      queryFn: () => loadPicture(`/api/results/${digest}.svg`),
      staleTime: Infinity,
      retry: 1,
    })),
  })
  return { wide: wide?.data, narrow: narrow?.data, isPending: Boolean(wide?.isPending || narrow?.isPending) }
}

interface ChartViewProps {
  readonly turnId: string
  readonly chart: Chart
  readonly table: TableReference | undefined
}

export const ChartView = memo(function ChartView({ turnId, chart, table }: ChartViewProps) {
  const { rows, error, retry } = useRows(table)
  const { wide, narrow, isPending } = usePictures(chart)
  const markup = useMemo(() => {
    if (!table || !rows || isPending) return undefined
    const { id, title, label, spec } = chart
    return chartHtml({
      id: `${turnId}-${id}`,
      title,
      label,
      spec,
      pictures: wide !== undefined && narrow !== undefined ? { wide, narrow } : undefined,
      data: dataOfRows(table.columns, rows),
      rowCount: table.rowCount,
      dataUrl: `/api/results/${table.digest}.columns`,
    }).markup
  }, [turnId, chart, table, rows, wide, narrow, isPending])
  if (error) return <LoadFailure title={chart.title} error={error} onRetry={retry} />
  if (markup === undefined) return <Skeleton lines={6} label={`Loading ${chart.title}`} />
  return <LiveMarkup markup={markup} mount={mountChart} />
})

/** A figure that a cell showed. */
export const FigureView = memo(function FigureView({ turnId, figure }: { readonly turnId: string; readonly figure: Figure }) {
  const markup = useMemo(() => {
    const { id, kind, title, digest } = figure
    return figureHtml({ id: `${turnId}-${id}`, kind, title, url: `/api/results/${digest}.figure?kind=${kind}` }).markup
  }, [turnId, figure])
  return <LiveMarkup markup={markup} mount={mountFigure} />
})

/** Code, output and traceback of a cell that was asked for by hand. */
export const CellView = memo(function CellView({ code, step }: { readonly code: string; readonly step: Step | undefined }) {
  useLateMarkup()
  const { markup } = cellHtml({ code, printed: step?.output?.text, traceback: step?.output?.traceback })
  return <LiveMarkup markup={markup} />
})

function LoadFailure({
  title,
  error,
  onRetry,
}: {
  readonly title: string
  readonly error: unknown
  readonly onRetry: () => unknown
}) {
  return (
    <div className="note bad" role="alert">
      <span className="grow">
        {title}: {sentenceOf(error)}
      </span>
      <button type="button" className="btn" onClick={() => onRetry()}>
        Try again
      </button>
    </div>
  )
}
