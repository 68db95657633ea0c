import { z } from 'zod'
import { Digest } from './id.ts'

export const ChartKind = z.enum([
  'line',
  'area',
  'bar',
  'scatter',
  'bubble',
  'pie',
  'donut',
  'histogram',
  'box',
  'heatmap',
  'geo',
  'kpi',
  'funnel',
  'waterfall',
  'combo',
])
export type ChartKind = z.infer<typeof ChartKind>

type Need = 'must' | 'may' | 'no'
interface KindRule {
  /** In a sentence: `a bar chart`. */
  readonly name: string
  readonly x: Need
  readonly leastY: number
  readonly mostY: number
  readonly y2?: Need
  readonly by?: Need
  readonly size?: Need
  readonly stacks?: boolean
  readonly liesDown?: boolean
}

/** Which columns each kind reads. What is not named is refused. */
export const chartRules: Readonly<Record<ChartKind, KindRule>> = {
  line: { name: 'a line chart', x: 'must', leastY: 1, mostY: 8, by: 'may', stacks: true },
  area: { name: 'an area chart', x: 'must', leastY: 1, mostY: 8, by: 'may', stacks: true },
  bar: { name: 'a bar chart', x: 'must', leastY: 1, mostY: 8, by: 'may', stacks: true, liesDown: true },
  scatter: { name: 'a scatter chart', x: 'must', leastY: 1, mostY: 8, by: 'may' },
  bubble: { name: 'a bubble chart', x: 'must', leastY: 1, mostY: 1, by: 'may', size: 'must' },
  pie: { name: 'a pie chart', x: 'must', leastY: 1, mostY: 1 },
  donut: { name: 'a donut chart', x: 'must', leastY: 1, mostY: 1 },
  histogram: { name: 'a histogram', x: 'must', leastY: 0, mostY: 1, by: 'may' },
  box: { name: 'a box plot', x: 'may', leastY: 1, mostY: 8 },
  heatmap: { name: 'a heat map', x: 'must', leastY: 1, mostY: 1, by: 'must' },
  geo: { name: 'a country chart', x: 'must', leastY: 1, mostY: 1 },
  kpi: { name: 'a single number', x: 'may', leastY: 1, mostY: 2 },
  funnel: { name: 'a funnel', x: 'must', leastY: 1, mostY: 1 },
  waterfall: { name: 'a waterfall', x: 'must', leastY: 1, mostY: 1 },
  combo: { name: 'a combo chart', x: 'must', leastY: 1, mostY: 4, y2: 'must' },
}

const fields = z
  .object({
    version: z.literal(1),
    kind: ChartKind,
    /** Along the axis: times, numbers, names, countries, stages. A single number without it takes the first row. */
    x: z.string().min(1).optional(),
    /** Measures. A histogram counts rows, or adds up this column. A single number compares with the second, or with the row before. */
    y: z.array(z.string().min(1)).max(8),
    /** Measures of a combo chart that are lines on the axis at the right. */
    y2: z.array(z.string().min(1)).min(1).max(4).optional(),
    /** Splits one measure into a series per value of this column; the rows of a heat map. */
    by: z.string().min(1).optional(),
    /** What a bubble's area shows. */
    size: z.string().min(1).optional(),
    stack: z.enum(['none', 'stack', 'percent']).default('none'),
    /** Bars lie down when labels are long. */
    horizontal: z.boolean().default(false),
    subtitle: z.string().max(200).optional(),
  })
  .strict()

/**
 * What a chart shows, never how a library draws it: columns by name, no colours, functions, HTML or addresses.
 * Data comes from the table of the turn that `Chart.tableId` names.
 */
export const ChartSpec = fields.superRefine((spec, context) => {
  const message = chartProblem(spec)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})
export type ChartSpec = z.infer<typeof fields>

/** What a chart lacks or has too much for its kind, in a sentence that says what to write. */
export function chartProblem(spec: ChartSpec): string | undefined {
  const rule = chartRules[spec.kind]
  const name = rule.name.charAt(0).toUpperCase() + rule.name.slice(1)
  for (const key of ['x', 'y2', 'by', 'size'] as const) {
    const need = rule[key] ?? 'no'
    if (need === 'must' && spec[key] === undefined) return `${key}= is missing: ${rule.name} needs ${key}=<column>.`
    if (need === 'no' && spec[key] !== undefined) return `${name} takes no ${key}=. Leave it out.`
  }
  if (spec.y.length < rule.leastY) return `y= is missing: ${rule.name} needs y=<column>.`
  if (spec.y.length > rule.mostY)
    return `${name} shows at most ${['no column', 'one column', 'two columns'][rule.mostY] ?? `${rule.mostY} columns`} in y=.`
  if (spec.stack !== 'none' && !rule.stacks) return `${name} does not stack. Leave stack= out.`
  if (spec.horizontal && !rule.liesDown) return `${name} does not lie down; bars do.`
  return undefined
}

/** All columns that a chart names, each once. */
export const chartColumns = (spec: ChartSpec): string[] => [
  ...new Set([spec.x, spec.by, ...spec.y, ...(spec.y2 ?? []), spec.size].filter((name) => name !== undefined)),
]

/** A chart of a turn. The pictures are SVG files kept when the chart was made, drawn for a wide and a narrow column. */
export const Chart = z.object({
  id: z.string(),
  title: z.string(),
  spec: ChartSpec,
  tableId: z.string(),
  /** One sentence that says what is to be seen, for people who can't. */
  label: z.string(),
  pictures: z.object({ wide: Digest, narrow: Digest }).optional(),
})
export type Chart = z.infer<typeof Chart>
