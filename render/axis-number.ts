import { groupDigits } from './format-cell.ts'

/** Numbers on an axis: grouped, from a million on as `1.2 M`. */
export function axisNumber(value: number): string {
  const size = Math.abs(value)
  for (const [unit, letter] of [
    [1e12, 'T'],
    [1e9, 'B'],
    [1e6, 'M'],
  ] as const) {
    if (size >= unit) return `${groupDigits(String(Number((value / unit).toPrecision(4))))} ${letter}`
  }
  return groupDigits(String(Number(value.toPrecision(10))))
}

/** A value as the tooltip says it: all that is known of it, without the noise of doubles. */
export const pointNumber = (value: number): string => groupDigits(String(Number(value.toPrecision(12))))

/** A part of a whole: `42 %`, small ones `0.4 %`. */
export const partNumber = (part: number): string => `${Number((100 * part).toFixed(part < 0.1 ? 1 : 0))} %`
