import { ChartKind } from '../../contract/chart.ts'
import type { Column } from '../../contract/column.ts'

export interface KnownTable {
  readonly name: string
  readonly columns: readonly Column[]
}

export interface CompletionOption {
  readonly value: string
  readonly hint: string
}

export interface Completion {
  /** Where the word starts that an option replaces; it ends at the caret. */
  readonly from: number
  /** What the options are, for the list's head. */
  readonly label: string
  readonly options: readonly CompletionOption[]
}

const MOST_OPTIONS = 6
const commands: readonly CompletionOption[] = [
  { value: '/sql ', hint: 'run a SELECT by hand' },
  { value: '/chart ', hint: 'draw a SELECT by hand' },
]
const chartParts: readonly CompletionOption[] = [
  { value: 'x=', hint: 'column along the bottom' },
  { value: 'y=', hint: 'column or columns to draw' },
  { value: 'by=', hint: 'a series per value' },
  { value: 'stack=', hint: 'none, stack or percent' },
  { value: 'size=', hint: 'of a bubble' },
  { value: 'y2=', hint: 'lines on a second axis' },
]

/** A name as SQL takes it: quoted when it is no plain word. */
export const sqlName = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)

/** What may stand at the caret: a command, a part of a chart, or a name of the data. Nothing when nothing fits or all is typed. */
export function complete(text: string, caret: number, tables: readonly KnownTable[]): Completion | undefined {
  const before = text.slice(0, caret)
  if (/^\/\w*$/.test(before)) return fitting(0, before, commands)
  const word = /[\w"À-￿]*$/.exec(before)?.[0] ?? ''
  const from = caret - word.length
  const isByHand = /^\/(sql|chart)\s/.test(before)
  if (/^\/chart\s+\w*$/.test(before))
    return fitting(
      from,
      word,
      ChartKind.options.map((kind) => ({ value: `${kind} `, hint: 'chart' })),
    )
  if (word.length < (isByHand ? 1 : 2)) return undefined
  const names = namesOf(tables, isByHand)
  const isChartHead = /^\/chart\s/.test(before) && !/\b(select|with|from)\b/i.test(before)
  return fitting(from, word, isChartHead && before[from - 1] !== '=' ? [...chartParts, ...names] : names)
}

function namesOf(tables: readonly KnownTable[], isQuoted: boolean): CompletionOption[] {
  const shown = new Map<string, CompletionOption>()
  const add = (name: string, hint: string) => {
    const value = isQuoted ? sqlName(name) : name
    if (!shown.has(value)) shown.set(value, { value, hint })
  }
  for (const table of tables) add(table.name, 'table')
  for (const table of tables) for (const column of table.columns) add(column.name, `${column.type}, ${table.name}`)
  return [...shown.values()]
}

function fitting(from: number, word: string, options: readonly CompletionOption[]): Completion | undefined {
  const typed = word.replace(/^"/, '').toLowerCase()
  const found = options.filter(({ value }) => {
    const plain = value.replace(/^"/, '').toLowerCase()
    return plain.startsWith(typed) && plain.trim() !== typed
  })
  return found.length > 0 ? { from, label: 'Names of this data', options: found.slice(0, MOST_OPTIONS) } : undefined
}

/** The text after an option was taken, and where the caret stands then. */
export function applyCompletion(text: string, caret: number, from: number, value: string): { text: string; caret: number } {
  return { text: text.slice(0, from) + value + text.slice(caret), caret: from + value.length }
}
