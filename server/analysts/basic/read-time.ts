import { datesOf, isDate, stemOf } from './columns.ts'
import { columnAt, pastActs, type SchemaWalk } from './schema-walk.ts'
import type { Sketch, TimeStep } from './sketch.ts'
import { calledOf, listed, nameWords } from './tokens.ts'

/** "By month", "in each year of their birth": the date is the one that follows, else the one there is. */
export function readTime(walk: SchemaWalk, step: TimeStep): void {
  const { sketch, at, clause, pending } = walk
  const next = pastActs(walk, at + 1, 'filler', 'of')
  const named = walk.items[next]?.columns.length ? columnAt(walk, next, ({ column }) => isDate(column)) : undefined
  const main = sketch.selected.find((figure) => figure.table)?.table ?? sketch.main
  const dates = main ? datesOf(main).map((column) => ({ table: main, column })) : []
  const column = named ?? dates[0]
  if (clause !== 'group' || pending.length > 0 || !column) {
    sketch.unknown.push(walk.items[at]?.text ?? '')
    return
  }
  if (!named && dates.length > 1)
    sketch.doubts.push({ part: 'by', why: `the time may be meant of ${listed(dates.map((date) => calledOf(date.column)))}` })
  if (sketch.selected.length === 0) sketch.isGroupFirst = true
  sketch.groups.push({ ...column, step })
  if (named) walk.at = next
}

/** "Hired before 2002" says what the hire date says. */
export const isOfTime = (text: string, { filters }: Sketch): boolean =>
  filters.some(
    ({ of }) => isDate(of.column) && nameWords(of.column.name).some((word) => stemOf(word) === stemOf(text.toLowerCase())),
  )
