import { type Loader, parse, View } from 'vega'
import { expressionInterpreter } from 'vega-interpreter'
import { compile, type TopLevelSpec } from 'vega-lite'
import { type FigureLook, FONT } from './look.ts'

/** Nothing is fetched, whatever a specification asks for. */
const refuse = (): Promise<never> => Promise.reject(new Error('A figure loads nothing.'))
const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse } as unknown as Loader

type Unit = Record<string, unknown> & { encoding?: Record<string, { field?: string } | undefined>; mark?: unknown }

/**
 * Draws an Altair chart. Expressions are interpreted, never turned into code. A simple chart that brings no selection of its own can be zoomed by wheel
 * and drag, and its legend picks series.
 */
export async function drawVega(place: HTMLElement, text: string, look: FigureLook): Promise<void> {
  const given = JSON.parse(text) as Unit
  const config = {
    background: 'transparent',
    font: FONT,
    axis: { labelColor: look.meta, titleColor: look.ink, gridColor: look.rule, domainColor: look.rule, tickColor: look.rule },
    legend: { labelColor: look.ink, titleColor: look.ink },
    title: { color: look.ink },
    header: { labelColor: look.ink, titleColor: look.ink },
    view: { stroke: 'transparent' },
  }
  const { $schema: _, usermeta: __, title: ___, ...spec } = live(given, place.clientWidth)
  const compiled = compile({
    ...spec,
    config: { ...(given['config'] as object | undefined), ...config },
  } as unknown as TopLevelSpec)
  const view = new View(parse(compiled.spec, undefined, { ast: true }), {
    expr: expressionInterpreter,
    loader,
    renderer: 'svg',
    container: place,
    hover: true,
  })
  await view.runAsync()
}

function live(spec: Unit, width: number): Unit {
  const isUnit = spec.mark !== undefined && spec.encoding !== undefined
  if (!isUnit) return spec
  const hasOwn = spec['selection'] !== undefined || spec['params'] !== undefined
  const mark = typeof spec.mark === 'string' ? { type: spec.mark, tooltip: true } : { tooltip: true, ...(spec.mark as object) }
  const series = spec.encoding?.['color']?.field
  const picks = series !== undefined && !hasOwn && spec.encoding?.['opacity'] === undefined
  const params = [
    { name: 'zoom', select: 'interval', bind: 'scales' },
    ...(picks ? [{ name: 'picked', select: { type: 'point', fields: [series] }, bind: 'legend' }] : []),
  ]
  const opacity = { condition: { param: 'picked', value: 1 }, value: 0.12 }
  return {
    ...spec,
    mark,
    width: spec['width'] ?? Math.max(200, width - (series === undefined ? 70 : 170)),
    ...(hasOwn ? {} : { params }),
    ...(picks ? { encoding: { ...spec.encoding, opacity: opacity as object } } : {}),
  }
}
