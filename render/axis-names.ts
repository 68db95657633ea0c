import { FONT_SIZE } from './chart-look.ts'
import { textWidth } from './text-width.ts'

const calendar: ReadonlySet<string> = new Set(
  'monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december'.split(
    ' ',
  ),
)

/** Names as they stand side by side with `room` each: of days and months the first letters where they must. Undefined where they do not fit even so. */
export function axisNames(names: readonly string[], room: number): ReadonlyMap<string, string> | undefined {
  const fits = (name: string): boolean => textWidth(name, FONT_SIZE) < room
  const isShort = !names.every(fits)
  const shown = names.map((name) => (isShort && calendar.has(name.toLowerCase()) ? name.slice(0, 3) : name))
  return shown.every(fits) ? new Map(names.map((name, at) => [name, shown[at] ?? name])) : undefined
}
