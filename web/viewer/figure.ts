import { say } from './say.ts'

const FRAME = '/figure/frame.html'
const START_HEIGHT = 420
const MOST_HEIGHT = 2_000

/** What a frame is told, and what it says. It has no origin of its own, so its words are only ever numbers and names. */
interface FrameWord {
  readonly figure?: unknown
  readonly height?: unknown
}

/**
 * Puts a sandboxed frame where a figure's place is, once it is near the view, and hands it the figure: the frame has no origin, no network and no way
 * to the page. State stands in `data-live`. Answers a function that takes it away.
 */
export function mountFigure(root: HTMLElement): () => void {
  const body = root.querySelector<HTMLElement>('.body')
  const { figure: url, kind } = root.dataset
  if (!body || url === undefined || kind === undefined) return () => {}
  const stop = new AbortController()
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-scripts')
  frame.title = root.querySelector('h3')?.textContent ?? 'Figure'
  frame.height = String(START_HEIGHT)
  const tell = (text: string): void => {
    const style = getComputedStyle(root)
    const color = (name: string): string => style.getPropertyValue(name).trim()
    const look = { ink: color('--ink'), meta: color('--ink-3') || color('--ink'), rule: color('--rule'), sheet: color('--sheet') }
    frame.contentWindow?.postMessage({ kind, text, look: { ...look, scheme: style.colorScheme } }, '*')
  }
  const start = async (): Promise<void> => {
    const response = await fetch(url, { signal: stop.signal })
    if (!response.ok) throw new Error(`The figure could not be read (${response.status}).`)
    const text = await response.text()
    addEventListener(
      'message',
      ({ source, data }: MessageEvent<FrameWord | null>) => {
        if (source !== frame.contentWindow || data === null || typeof data !== 'object') return
        if (data.figure === 'ready') tell(text)
        if (data.figure === 'drawn') {
          body.querySelector('.nopic')?.remove()
          root.dataset['live'] = ''
        }
        if (data.figure === 'failed') fail()
        if (typeof data.height === 'number' && data.height > 0)
          frame.height = String(Math.min(Math.ceil(data.height), MOST_HEIGHT))
      },
      { signal: stop.signal },
    )
    const theme = new MutationObserver(() => tell(text))
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    stop.signal.addEventListener('abort', () => theme.disconnect())
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => tell(text), { signal: stop.signal })
    frame.src = FRAME
    body.append(frame)
  }
  const fail = (): void => {
    root.dataset['failed'] = ''
    say(`${frame.title}: the figure could not be drawn.`)
  }
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      near.disconnect()
      start().catch((cause: unknown) => {
        if (!stop.signal.aborted) fail()
        if (!(cause instanceof Error)) throw cause
      })
    },
    { rootMargin: '300px' },
  )
  near.observe(body)
  return () => {
    stop.abort()
    near.disconnect()
    frame.remove()
  }
}
