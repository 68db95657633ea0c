import { z } from 'zod'
import { chartProblem, chartRules } from './chart-rules.ts'
import { Digest } from './id.ts'

export const ChartKind = z.enum(Object.keys(chartRules) as (keyof typeof chartRules)[])
export type ChartKind = z.infer<typeof ChartKind>

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
