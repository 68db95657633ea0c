import type { TileInput, TilePlace } from '../contract/dashboard.ts'
import { DashboardInput } from '../contract/dashboard.ts'
import type { ConversationId } from '../contract/id.ts'

/** Months that are whole: the first and the last one would look like a rise and a fall. */
const whole = `WHERE order_date < (SELECT date_trunc('month', max(order_date)) FROM orders) AND order_date >= (SELECT date_trunc('month', min(order_date)) + INTERVAL 1 MONTH FROM orders)`
const byMonth = (measure: string, name: string): string =>
  `SELECT CAST(date_trunc('month', order_date) AS DATE) AS month, ${measure} AS "${name}" FROM orders ${whole} GROUP BY 1 ORDER BY 1`

const figure = (
  title: string,
  measure: string,
  name: string,
  place: number,
): Pick<TileInput, 'title' | 'sql' | 'chart' | 'place'> => ({
  title,
  sql: byMonth(measure, name),
  chart: { version: 1, kind: 'kpi', x: 'month', y: [name], stack: 'none', horizontal: false },
  place: { x: place * 2, y: 0, width: 2, height: 3 },
})

const panel = (kind: 'line' | 'bar', x: string, y: string, by?: string) => ({
  version: 1 as const,
  kind,
  x,
  y: [y],
  ...(by ? { by } : {}),
  stack: 'none' as const,
  horizontal: false,
})

/** The demo's dashboard on the shop's files, which are uploads of the conversation: four figures, a line, bars, a table and a text. */
export function demoDashboard(conversationId: ConversationId): DashboardInput {
  const wide = (y: number): TilePlace => ({ x: 0, y, width: 5, height: 8 })
  const narrow = (y: number): TilePlace => ({ x: 5, y, width: 3, height: 8 })
  const tiles = [
    figure('Revenue of the month', 'sum(revenue)', 'revenue', 0),
    figure('Orders', 'count(DISTINCT order_id)', 'orders', 1),
    figure('Revenue an order', 'round(sum(revenue) / count(DISTINCT order_id), 2)', 'revenue an order', 2),
    figure('Units sent back', `sum(CASE WHEN CAST(returned AS VARCHAR) IN ('yes', 'true') THEN quantity ELSE 0 END)`, 'units', 3),
    {
      title: 'Revenue by month and category',
      sql: `SELECT CAST(date_trunc('month', order_date) AS DATE) AS month, category, sum(revenue) AS revenue FROM orders ${whole} GROUP BY 1, 2 ORDER BY 1, 2`,
      chart: panel('line', 'month', 'revenue', 'category'),
      place: wide(3),
    },
    {
      title: 'Countries, 12 months',
      sql: `SELECT coalesce(nullif(country, ''), 'not known') AS country, sum(revenue) AS revenue FROM orders WHERE order_date > (SELECT max(order_date) FROM orders) - INTERVAL 1 YEAR GROUP BY 1 ORDER BY 2 DESC`,
      chart: { ...panel('bar', 'country', 'revenue'), horizontal: true },
      place: narrow(3),
    },
    {
      title: 'Top products, 12 months',
      sql: `SELECT product, category, sum(quantity) AS units, sum(revenue) AS revenue, count(DISTINCT customer_id) AS customers FROM orders WHERE order_date > (SELECT max(order_date) FROM orders) - INTERVAL 1 YEAR GROUP BY 1, 2 ORDER BY revenue DESC LIMIT $most`,
      place: wide(11),
    },
    {
      title: 'About these figures',
      markdown: [
        'Made from the files of a shop that does not exist. Figures are of the **last whole month**, beside the month before.',
        '**Products shown**, above, is a parameter: its value is bound as `$most` in the SQL of the table of products.',
        'Only its owner refreshes a dashboard. Whoever opens it, here or by its link, sees stored results and asks nothing of the data.',
      ].join('\n\n'),
      place: narrow(11),
    },
  ]
  return DashboardInput.parse({
    name: 'The shop at a glance',
    parameters: [{ name: 'most', label: 'Products shown', type: 'number', default: '8' }],
    tiles: tiles.map((tile) => ('sql' in tile ? { ...tile, conversationId } : tile)),
  })
}
