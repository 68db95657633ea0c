import { z } from 'zod'
import { Digest } from './id.ts'

/**
 * What a figure is made of, which says how it is shown: `svg` and `png` as a picture; `plotly`, `vega-lite` and `html` in a sandboxed frame without an
 * origin or a network, `html` without script as well.
 */
export const FigureKind = z.enum(['svg', 'png', 'plotly', 'vega-lite', 'html'])
export type FigureKind = z.infer<typeof FigureKind>

/** A picture or chart that a Python cell showed, captured when the cell ran. `id` is unique in its turn (`f1`, `f2`). */
export const Figure = z.object({
  id: z.string(),
  kind: FigureKind,
  title: z.string(),
  /** The bytes: an SVG or PNG file, or the figure as JSON, or HTML. */
  digest: Digest,
  stepId: z.string().optional(),
})
export type Figure = z.infer<typeof Figure>

export const figureContentTypes: Readonly<Record<FigureKind, string>> = {
  svg: 'image/svg+xml; charset=utf-8',
  png: 'image/png',
  plotly: 'application/json; charset=utf-8',
  'vega-lite': 'application/json; charset=utf-8',
  html: 'text/plain; charset=utf-8',
}

/** For a figure's bytes opened by themselves: a document without script, origin or network. */
export const FIGURE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
