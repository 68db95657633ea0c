import type { ChartLine, DialogueLine, Line, OpenLine, Scored } from './scored.ts'

/** Shares from 0 to 1. `precisionWhenAnswered` and `wrongAndConfident` look only at what ran by itself; the latter is a share of all. */
export interface Totals {
  readonly n: number
  readonly strict: number
  readonly relaxed: number
  readonly suite: number
  readonly coverage: number
  readonly precisionWhenAnswered: number
  readonly wrongAndConfident: number
}

const count = (scored: readonly Scored[], test: (one: Scored) => boolean): number => scored.filter(test).length

export function totalsOf(scored: readonly Scored[]): Totals {
  const n = scored.length
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
  const auto = count(scored, (one) => one.auto)
  const right = count(scored, (one) => one.auto && one.strict)
  return {
    n,
    strict: share(
      count(scored, (one) => one.strict),
      n,
    ),
    relaxed: share(
      count(scored, (one) => one.relaxed),
      n,
    ),
    suite: share(
      count(scored, (one) => one.suite),
      n,
    ),
    coverage: share(auto, n),
    precisionWhenAnswered: share(right, auto),
    wrongAndConfident: share(auto - right, n),
  }
}

/** One line each, with 95 % intervals. */
export function totalLines(totals: Totals): string[] {
  const { n, coverage } = totals
  const line = (name: string, share: number, of: number): string => `${name.padEnd(24)} ${percent(share)}  ${interval(share, of)}`
  return [
    `questions                ${n}`,
    line('strict', totals.strict, n),
    line('relaxed', totals.relaxed, n),
    line('suite', totals.suite, n),
    line('coverage', coverage, n),
    line('precision when answered', totals.precisionWhenAnswered, Math.round(coverage * n)),
    line('wrong and confident', totals.wrongAndConfident, n),
  ]
}

/** Each sort of question by itself: right at first, right in other columns, run by itself, right of those; and the charts. */
export function topicLines(lines: readonly Line[]): string[] {
  const topics = [...new Set(lines.flatMap(({ topic }) => topic ?? []))]
  const analyst = ['date', 'ratio', 'compare']
  const groups: [string, readonly Line[]][] = topics.map((name) => [name, lines.filter(({ topic }) => topic === name)])
  if (topics.includes('date')) groups.push(['date, ratio, compare', lines.filter(({ topic }) => analyst.includes(topic ?? ''))])
  const charted = lines.filter(({ isChartRight }) => isChartRight !== undefined)
  return [
    ...groups.flatMap(([name, group]) => {
      const auto = count(group, (one) => one.auto)
      return [
        shareLine(
          `${name}: relaxed`,
          count(group, (one) => one.relaxed),
          group.length,
        ),
        shareLine(
          `${name}: strict`,
          count(group, (one) => one.strict),
          group.length,
        ),
        shareLine(
          `${name}: ran, right`,
          count(group, (one) => one.auto && one.relaxed),
          auto,
        ),
      ]
    }),
    ...(charted.length > 0
      ? [shareLine('chart match', charted.filter(({ isChartRight }) => isChartRight).length, charted.length)]
      : []),
  ]
}

/** What cannot be answered and was refused, what has to be asked back about and was, and the dialogues. */
export function openLines(open: readonly (OpenLine | DialogueLine)[]): string[] {
  const met = (kind: OpenLine['kind'], ...ways: OpenLine['met'][]): number =>
    open.filter((line) => line.kind === kind && ways.includes(line.met)).length
  const of = (kind: string): number => open.filter((line) => line.kind === kind).length
  const dialogues = open.flatMap((line) => (line.kind === 'dialogue' ? [line.turns] : []))
  if (open.length === 0) return []
  return [
    shareLine('unanswerable: refused', met('unanswerable', 'refused', 'asked'), of('unanswerable')),
    shareLine('unanswerable: not run', met('unanswerable', 'refused', 'asked', 'waited'), of('unanswerable')),
    shareLine('ask back: asked', met('ask-back', 'waited', 'asked'), of('ask-back')),
    shareLine('ask back: not run', met('ask-back', 'waited', 'asked', 'refused'), of('ask-back')),
    shareLine('dialogue turns right', dialogues.flat().filter(Boolean).length, dialogues.flat().length),
    shareLine('whole dialogues right', dialogues.filter((turns) => turns.every(Boolean)).length, dialogues.length),
  ]
}

/** The pictures asked for: right at first, run by themselves, right of those. */
export function chartLines(charts: readonly ChartLine[]): string[] {
  if (charts.length === 0) return []
  const auto = charts.filter((line) => line.auto)
  const right = (lines: readonly ChartLine[]): number => lines.filter(({ isRight }) => isRight).length
  return [
    shareLine('charts: right points', charts.filter(({ points }) => points).length, charts.length),
    shareLine('charts: and a fitting kind', right(charts), charts.length),
    shareLine('charts: coverage', auto.length, charts.length),
    shareLine('charts: ran, as told', auto.filter(({ asTold }) => asTold).length, auto.length),
    shareLine('charts: ran, right points', auto.filter(({ points }) => points).length, auto.length),
    shareLine('charts: ran, right', right(auto), auto.length),
  ]
}

/** `name  part of whole  share  (interval)` */
export const shareLine = (name: string, part: number, whole: number): string =>
  `${name.padEnd(24)} ${percent(whole === 0 ? 0 : part / whole)}  ${interval(whole === 0 ? 0 : part / whole, whole)}  ${part} of ${whole}`

const percent = (share: number): string => `${(100 * share).toFixed(1).padStart(5)} %`

/** Wilson's score interval. */
function interval(share: number, n: number): string {
  if (n === 0) return ''
  const z = 1.96
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  return `(${(100 * Math.max(0, middle - half)).toFixed(1)} to ${(100 * Math.min(1, middle + half)).toFixed(1)})`
}
