import type { Catalog, CatalogColumn, CatalogTable } from '../../../contract/catalog.ts'
import type { Filter, Plan } from '../../../contract/plan.ts'
import { isDate } from './columns.ts'
import { joinTree, type Step, stepsOf } from './join-path.ts'
import { nameColumn } from './name-column.ts'
import { nameWords, spokenName } from './tokens.ts'

const plainTables = new WeakMap<CatalogTable, CatalogTable>()

/** A table as its words are read: its metrics stand among its columns. */
export function readingTable(table: CatalogTable): CatalogTable {
  if (!table.metrics?.length) return table
  const known = plainTables.get(table)
  if (known) return known
  const metrics = table.metrics.map(
    ({ name, synonyms = [] }): CatalogColumn => ({ name, type: 'decimal', label: spokenName(name), synonyms, isMetric: true }),
  )
  const made = { ...table, columns: [...metrics, ...table.columns] }
  plainTables.set(table, made)
  return made
}

const MOST_STEPS = 2
const MOST_WIDTHS = 8
/** By the table; each with the parents that it borrows from, which a part of a catalog may not have. */
const wideTables = new WeakMap<CatalogTable, { readonly parents: readonly CatalogTable[]; readonly made: CatalogTable }[]>()

/** A table with the columns of those that each of its rows meets one row of, named `table.column`; itself where there are none. */
export function wideTable(table: CatalogTable, catalog: Pick<Catalog, 'tables'>): CatalogTable {
  const own = readingTable(table)
  const parents = parentsOf(table, catalog)
  if (parents.length === 0) return own
  const all = wideTables.get(table) ?? []
  wideTables.set(table, all)
  const known = all.find(
    (one) => one.parents.length === parents.length && one.parents.every((parent, at) => parent === parents[at]),
  )
  if (known) return known.made
  const made = { ...own, columns: [...own.columns, ...parents.flatMap((parent) => borrowed(parent, own))] }
  all.push({ parents, made })
  if (all.length > MOST_WIDTHS) all.shift()
  return made
}

const toOne = (catalog: Pick<Catalog, 'tables'>): Step[] => stepsOf(catalog).filter(({ isToMany }) => !isToMany)

/** Tables that each row meets at most one row of, over one path only, the nearest first. */
function parentsOf(table: CatalogTable, catalog: Pick<Catalog, 'tables'>): CatalogTable[] {
  const steps = toOne(catalog)
  const found: CatalogTable[] = []
  let reached = [table.name]
  const seen = new Set(reached)
  for (let depth = 0; depth < MOST_STEPS; depth++) {
    const ends = reached.flatMap((from) => steps.filter((step) => step.table === from && !seen.has(step.to)))
    const next = [...new Set(ends.map(({ to }) => to))]
    for (const name of next) {
      seen.add(name)
      const parent = catalog.tables.find((other) => other.name === name)
      if (parent && ends.filter(({ to }) => to === name).length === 1) found.push(parent)
    }
    reached = next
  }
  return found
}

/** The columns of a parent under the words that they have there: "country", "customer country"; its name also as "customer". */
function borrowed(parent: CatalogTable, own: CatalogTable): CatalogColumn[] {
  const subject = nameWords(parent.name.split('.').at(-1) ?? parent.name).join(' ')
  const called = nameColumn(parent)?.column.name
  return parent.columns
    .filter(({ name }) => !parent.primaryKey.includes(name) || name === called)
    .filter(({ name }) => !parent.foreignKeys.some(({ columns }) => columns.includes(name)))
    .map((column) => {
      const said = column.label ?? spokenName(column.name)
      const isTaken = own.columns.some(({ name }) => name === column.name)
      const isName = column.name === called
      const isSaid = nameWords(column.name).join(' ').includes(subject)
      return {
        ...column,
        isBorrowed: true,
        name: `${parent.name}.${column.name}`,
        label: isName && !isSaid ? `${subject} ${said}` : said,
        synonyms: [
          ...(column.synonyms ?? []),
          ...(isDate(column) || isTaken ? [] : [column.name]),
          `${subject} ${said}`,
          ...(isName ? [subject, ...(parent.synonyms ?? [])] : []),
        ],
      }
    })
}

/** The plan with the joins that its names need; nothing where a table cannot be reached row by row. */
export function withJoins(plan: Plan, catalog: Catalog): Plan | undefined {
  const own = catalog.tables.find(({ name }) => name === plan.table)
  const names = namesIn(plan).filter((name) => !own?.columns.some((column) => column.name === name))
  const wanted = catalog.tables.filter((table) => names.some((name) => name.startsWith(`${table.name}.`)))
  const joined = new Set([plan.table, ...(plan.joins ?? []).map(({ to }) => to)])
  const missing = wanted.map(({ name }) => name).filter((name) => !joined.has(name))
  if (missing.length === 0) return plan
  const tree = joinTree(plan.table, missing, toOne(catalog))
  if (!tree) return undefined
  const joins = tree.steps
    .filter(({ to }) => !joined.has(to))
    .map(({ table, columns, to, references }) => ({ table, columns, to, references }))
  return { ...plan, joins: [...(plan.joins ?? []), ...joins] }
}

const namesIn = (plan: Plan): string[] => [
  ...plan.columns,
  ...plan.dimensions.map(({ column }) => column),
  ...plan.measures
    .flatMap(({ column, part, per }) => [column, per?.column, ...(part ?? []).map((filter: Filter) => filter.column)])
    .filter((name) => name !== undefined),
  ...plan.filters.map(({ column }) => column),
  ...plan.order.map(({ by }) => by),
]

/** A thing that is shown by its name is kept apart from others of that name by its key. */
export function keptApart(plan: Plan, catalog: Catalog): Plan {
  if (plan.measures.length === 0) return plan
  const hidden = plan.dimensions.flatMap(({ column }) => {
    const parent = catalog.tables.find((table) => table.name !== plan.table && column.startsWith(`${table.name}.`))
    const [key, ...others] = parent?.primaryKey ?? []
    if (!parent || key === undefined || others.length > 0 || column !== `${parent.name}.${nameColumn(parent)?.column.name ?? ''}`)
      return []
    const name = `${parent.name}.${key}`
    return plan.dimensions.some((other) => other.column === name)
      ? []
      : [{ column: name, label: `${parent.name} key`, isHidden: true }]
  })
  return hidden.length === 0 ? plan : { ...plan, dimensions: [...plan.dimensions, ...hidden] }
}
