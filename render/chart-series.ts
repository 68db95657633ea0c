/** Place of the neutral "other". */
export const REST_PLACE = 8

/** `place` 0 to 7 picks colour, dash and marker; `REST_PLACE` is the neutral "other". `xs` are milliseconds, numbers, or places in `categories`. */
export interface ChartSeries {
  readonly name: string
  readonly place: number
  readonly xs: readonly number[]
  readonly ys: readonly (number | null)[]
}
