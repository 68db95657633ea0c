import type { ChartSpec } from '../../contract/chart.ts'
import type { ChartData } from '../../render/chart-model.ts'
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
  const spec = root.dataset['spec']
  if (!body || spec === undefined || (!source && url === undefined)) return () => {}
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
    const [{ openLiveChart }, data] = await Promise.all([
      import('./live-chart.ts'),
      typeof source === 'function' ? source() : (source ?? loadTable(url ?? '')),
    ])
    if (stop.signal.aborted) return undefined
    live = openLiveChart(root, body, JSON.parse(spec) as ChartSpec, data)
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
  near.observe(body)
  const options = { signal: stop.signal, passive: true }
  for (const event of ['pointerenter', 'touchstart', 'focusin'] as const)
    body.addEventListener(event, () => void start(), options)
  const tools = root.querySelector<HTMLElement>('.tools')
  if (tools) tools.hidden = false
  body.tabIndex = 0
  body.setAttribute('role', 'application')
  body.setAttribute(
    'aria-label',
    `${body.dataset['label'] ?? ''} Arrow keys go from point to point, plus and minus zoom, 0 shows all.`,
  )
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
