// NOTE: apart from the schema in chart.ts, as the public page draws charts without the schema library.

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

const rules = {
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
} as const satisfies Record<string, KindRule>

/** Which columns each kind reads. What is not named is refused. */
export const chartRules: Readonly<Record<keyof typeof rules, KindRule>> = rules

/** What of a specification the rules speak about. */
interface RuledSpec {
  readonly kind: keyof typeof chartRules
  readonly x?: string | undefined
  readonly y: readonly string[]
  readonly y2?: readonly string[] | undefined
  readonly by?: string | undefined
  readonly size?: string | undefined
  readonly stack: string
  readonly horizontal: boolean
}

/** What a chart lacks or has too much for its kind, in a sentence that says what to write. */
export function chartProblem(spec: RuledSpec): string | undefined {
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
export const chartColumns = (spec: Pick<RuledSpec, 'x' | 'y' | 'y2' | 'by' | 'size'>): string[] => [
  ...new Set([spec.x, spec.by, ...spec.y, ...(spec.y2 ?? []), spec.size].filter((name) => name !== undefined)),
]
