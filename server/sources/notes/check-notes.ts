import type { CatalogTable } from '../../../contract/catalog.ts'
import { isNumeric, isTemporal } from '../../../contract/column.ts'
import {
  type Condition,
  columnNamed,
  columnsOf,
  type Expression,
  ExpressionError,
  readCondition,
  readExpression,
} from '../../../contract/metric-expression.ts'
import type { Notes, NotesProblem, TableNotes } from '../../../contract/notes.ts'
import { nearest } from './nearest.ts'

type Path = NotesProblem['path']

/** What in the notes does not fit the tables of the source. Confirmed SQL is not looked at here. */
export function checkNotes({ tables: noted, metrics, joins }: Notes, tables: readonly CatalogTable[]): NotesProblem[] {
  const problems: NotesProblem[] = []
  const add = (path: Path, message: string): void => void problems.push({ path, message })
  const tableOf = (name: string, path: Path): CatalogTable | undefined => {
    const found = tables.find((table) => table.name === name)
    if (!found)
      add(
        path,
        `There is no table “${name}” in this source.${meant(
          name,
          tables.map((table) => table.name),
        )}`,
      )
    return found
  }
  const columnOf = (name: string, table: CatalogTable, path: Path) => {
    const found = columnNamed(name, table)
    if (!found)
      add(
        path,
        `There is no column “${name}” in ${table.name}.${meant(
          name,
          table.columns.map((column) => column.name),
        )}`,
      )
    return found
  }

  for (const [name, notes] of Object.entries(noted)) {
    const table = tableOf(name, ['tables', name])
    if (table) checkTable(table, notes, ['tables', name])
  }
  function checkTable(table: CatalogTable, { date, columns = {} }: TableNotes, path: Path): void {
    const day = date === undefined ? undefined : columnOf(date, table, [...path, 'date'])
    if (day && !isTemporal(day.type)) add([...path, 'date'], `${day.name} is no date: it holds ${day.type}.`)
    for (const name of Object.keys(columns)) columnOf(name, table, [...path, 'columns', name])
  }

  for (const [name, { table: own, expression, filter }] of Object.entries(metrics)) {
    const path = ['metrics', name]
    const table = tableOf(own, [...path, 'table'])
    const read = <Part extends Expression | Condition>(key: string, make: () => Part): void => {
      try {
        const part = make()
        if (table) for (const column of columnsOf(part)) columnOf(column, table, [...path, key])
        if (table)
          for (const column of addedUp(part)) {
            const found = columnNamed(column, table)
            if (found && !isNumeric(found.type) && found.type !== 'boolean')
              add([...path, key], `${found.name} is no number that can be added up: it holds ${found.type}.`)
          }
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error
        add([...path, key], error.message)
      }
    }
    read('expression', () => readExpression(expression))
    if (filter !== undefined) read('filter', () => readCondition(filter))
  }

  for (const [at, join] of joins.entries())
    for (const side of ['from', 'to'] as const) {
      const end = join[side].lastIndexOf('.')
      const path = ['joins', at, side]
      if (end < 1) {
        add(path, `“${join[side]}” should name a table and a column, such as orders.customer_id.`)
        continue
      }
      const table = tableOf(join[side].slice(0, end), path)
      if (table) columnOf(join[side].slice(end + 1), table, path)
    }
  return problems
}

/** The columns whose own values are added up or averaged. */
function addedUp(part: Expression | Condition): string[] {
  if (part.kind === 'operation') return [...addedUp(part.left), ...addedUp(part.right)]
  const isAdded = part.kind === 'figure' && (part.figure === 'sum' || part.figure === 'avg')
  return isAdded && part.of?.kind === 'column' ? [part.of.name] : []
}

function meant(name: string, names: readonly string[]): string {
  const near = nearest(name, names)
  return near === undefined ? '' : ` Did you mean “${near}”?`
}

/** The notes without what no longer fits, so that one renamed column does not cost all of them. */
export function fittingNotes(notes: Notes, problems: readonly NotesProblem[]): Notes {
  if (problems.length === 0) return notes
  const fitting = structuredClone(notes)
  const joins = new Set<number>()
  for (const { path } of problems) {
    const [part, name, key, column] = path
    if (part === 'joins') joins.add(Number(name))
    else if (part === 'metrics') delete fitting.metrics[String(name)]
    else if (part === 'tables' && key === undefined) delete fitting.tables[String(name)]
    else if (part === 'tables' && key === 'date') delete fitting.tables[String(name)]?.date
    else if (part === 'tables' && key === 'columns') delete fitting.tables[String(name)]?.columns?.[String(column)]
  }
  return { ...fitting, joins: fitting.joins.filter((_, at) => !joins.has(at)) }
}
