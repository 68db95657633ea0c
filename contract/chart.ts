import { z } from 'zod'
import { Digest } from './id.ts'

export const ChartKind = z.enum(['line', 'area', 'bar', 'scatter'])
export type ChartKind = z.infer<typeof ChartKind>

/**
 * What a chart shows, never how a library draws it: columns by name, no colours, functions, HTML or addresses.
 * Data comes from the table of the turn that `Chart.tableId` names.
 */
export const ChartSpec = z
  .object({
    version: z.literal(1),
    kind: ChartKind,
    x: z.string().min(1),
    y: z.array(z.string().min(1)).min(1).max(8),
    /** Splits one measure into a series per value of this column. */
    by: z.string().min(1).optional(),
    stack: z.enum(['none', 'stack', 'percent']).default('none'),
    /** Bars lie down when labels are long. */
    horizontal: z.boolean().default(false),
    subtitle: z.string().max(200).optional(),
  })
  .strict()
export type ChartSpec = z.infer<typeof ChartSpec>

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
