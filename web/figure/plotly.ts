import Plotly from 'plotly.js-cartesian-dist-min'
import { type FigureLook, FONT } from './look.ts'

interface PlotlyFigure {
  readonly data?: readonly Record<string, unknown>[]
  readonly layout?: Record<string, unknown> & { readonly width?: unknown; readonly height?: unknown }
}

/** Traces of this bundle; drawn by the graphics card elsewhere, the same by lines here. */
const sameWithoutCard: Readonly<Record<string, string>> = { scattergl: 'scatter', heatmapgl: 'heatmap' }

/** Draws a Plotly figure as wide as the frame. Pictures and links that lead elsewhere are left out. */
export async function drawPlotly(place: HTMLElement, text: string, look: FigureLook): Promise<void> {
  const figure = JSON.parse(text) as PlotlyFigure
  const { width: _, images: __, template, ...layout } = (figure.layout ?? {}) as Record<string, unknown>
  const data = (figure.data ?? []).map((trace) => ({ ...trace, type: sameWithoutCard[String(trace['type'])] ?? trace['type'] }))
  const axis = { gridcolor: look.rule, zerolinecolor: look.rule, linecolor: look.rule, automargin: true }
  const own = {
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: FONT, size: 12, color: look.ink },
    margin: { l: 56, r: 16, t: 32, b: 48 },
    height: typeof layout['height'] === 'number' ? layout['height'] : 420,
    autosize: true,
  }
  const given = (template ?? {}) as { layout?: { colorway?: unknown } }
  const axes = Object.fromEntries(
    Object.keys({ xaxis: 0, yaxis: 0, ...layout })
      .filter((name) => /^[xy]axis\d*$/.test(name))
      .map((name) => [name, { ...axis, ...(layout[name] as object | undefined) }]),
  )
  const { title: _title, ...rest } = layout
  await Plotly.react(
    place,
    data,
    { ...own, colorway: given.layout?.colorway, ...rest, ...axes },
    {
      responsive: true,
      displaylogo: false,
      modeBarButtonsToRemove: ['toImage'],
    },
  )
}
