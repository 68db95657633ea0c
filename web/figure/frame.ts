import { type FigureLook, FONT } from './look.ts'

/**
 * The program of a figure's frame. It runs without an origin and without a network; whatever the figure holds can reach nothing but this frame.
 * It says `ready`, is told the figure, draws it and says `drawn` and how high it is.
 */
interface Told {
  readonly kind: string
  readonly text: string
  readonly look: FigureLook
}

const place = document.getElementById('figure') ?? document.body
const say = (word: { figure?: 'ready' | 'drawn' | 'failed'; height?: number }): void => parent.postMessage(word, '*')

async function draw({ kind, text, look }: Told): Promise<void> {
  document.documentElement.style.colorScheme = look.scheme
  document.body.style.cssText = `margin:0;overflow:hidden;background:transparent;color:${look.ink};font:13px ${FONT}`
  if (kind === 'plotly') await (await import('./plotly.ts')).drawPlotly(place, text, look)
  else if (kind === 'vega-lite') await (await import('./vega.ts')).drawVega(place, text, look)
  else {
    // NOTE: the frame's policy lets no script of a figure run, and nothing be fetched.
    document.body.style.overflow = 'auto'
    place.innerHTML = text
  }
}

addEventListener('message', ({ data, source }: MessageEvent<Told | null>) => {
  if (source !== parent || data === null || typeof data !== 'object' || typeof data.text !== 'string') return
  draw(data).then(
    () => say({ figure: 'drawn', height: place.scrollHeight }),
    (cause: unknown) => {
      say({ figure: 'failed' })
      throw cause
    },
  )
})
new ResizeObserver(() => say({ height: place.scrollHeight })).observe(place)
say({ figure: 'ready' })
