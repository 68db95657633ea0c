import type { ChartSpec } from '../../contract/chart.ts'
import type { ChartData } from '../../render/chart-data.ts'
import type { LiveChart } from './live-chart.ts'
import { loadTable } from './load-table.ts'
import { say } from './say.ts'

type Source = ChartData | (() => Promise<ChartData>)

/**
 * Brings the markup of `chartHtml` to life when it is touched, focused or near the view: hover, zoom, legend, download. Data come from `source`,
 * else from the chart's `data-columns`. State stands in attributes: `data-live`, `data-zoom="start,end"`. Answers a function that takes it all away.
 */
export function mountChart(root: HTMLElement, source?: Source): () => void {
  const body = root.querySelector<HTMLElement>('.body')
  const url = root.dataset['columns']
  const written = root.dataset['spec']
  if (!body || written === undefined || (!source && url === undefined)) return () => {}
  const spec = JSON.parse(written) as ChartSpec
  const isStill = spec.kind === 'kpi'
  const stop = new AbortController()
  let live: LiveChart | undefined
  let starting: Promise<LiveChart | undefined> | undefined

  const start = (): Promise<LiveChart | undefined> => {
    starting ??= begin().catch((cause: unknown) => {
      starting = undefined
      root.dataset['failed'] = ''
      say(`${root.querySelector('h3')?.textContent ?? 'Chart'}: the chart could not be loaded; its picture stays.`)
      if (!(cause instanceof Error)) throw cause
      return undefined
    })
    return starting
  }
  const begin = async (): Promise<LiveChart | undefined> => {
    const [open, data] = await Promise.all([
      isStill ? stillChart : import('./switching-chart.ts').then(({ openSwitchingChart }) => openSwitchingChart),
      typeof source === 'function' ? source() : (source ?? loadTable(url ?? '')),
    ])
    if (stop.signal.aborted) return undefined
    live = open(root, body, spec, data)
    return live
  }
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      near.disconnect()
      void start()
    },
    { rootMargin: '200px' },
  )
  const options = { signal: stop.signal, passive: true }
  const tools = root.querySelector<HTMLElement>('.tools')
  if (tools) tools.hidden = false
  if (!isStill) {
    near.observe(body)
    for (const event of ['pointerenter', 'touchstart', 'focusin'] as const)
      body.addEventListener(event, () => void start(), options)
    const zoom = tools?.querySelector('[data-do=zoom]') ? ', plus and minus zoom, 0 shows all' : ''
    body.tabIndex = 0
    body.setAttribute('role', 'application')
    body.setAttribute('aria-label', `${body.dataset['label'] ?? ''} Arrow keys go from point to point${zoom}.`)
  }
  root.addEventListener(
    'click',
    (event) => {
      const button = (event.target as Element).closest<HTMLElement>('button')
      const series = button?.dataset['series']
      const action = button?.dataset['do']
      if (series !== undefined && button) {
        button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'))
        void start().then((chart) => chart?.redraw())
      } else if (action !== undefined) void start().then((chart) => chart?.act(action))
    },
    options,
  )
  return () => {
    stop.abort()
    near.disconnect()
    live?.close()
  }
}

/** A single number stays the picture it is; only its downloads need anything. */
const stillChart = (root: HTMLElement, _body: HTMLElement, spec: ChartSpec, data: ChartData): LiveChart => ({
  redraw() {},
  act(action) {
    if (action === 'download')
      void import('./chart-download.ts').then(({ offerPictures }) => offerPictures({ root, spec, data, hidden: new Set() }))
  },
  close() {},
})
