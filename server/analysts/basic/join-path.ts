import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import type { Join } from '../../../contract/plan.ts'
import { isDate, isUnique } from './columns.ts'
import { nameWords } from './tokens.ts'

/** A join with what it does: `isToMany` where one row of its table may meet several of the other. */
export interface Step extends Join {
  readonly isToMany: boolean
  /** No key is declared; equal column names were taken for one. */
  readonly isAssumed: boolean
}

export interface JoinTree {
  readonly steps: readonly Step[]
  /** Another path is as short. */
  readonly isTie: boolean
}

const known = new WeakMap<readonly CatalogTable[], readonly Step[]>()

/** Both ways of every declared key, and of those equal names of key-like columns that nothing declares. */
export function stepsOf({ tables }: Pick<Catalog, 'tables'>): readonly Step[] {
  const found = known.get(tables)
  if (found) return found
  const names = new Set(tables.map(({ name }) => name))
  const declared = tables.flatMap((table) =>
    table.foreignKeys
      .filter(({ table: to }) => to !== table.name && names.has(to))
      .flatMap(({ columns, table: to, references }) =>
        bothWays(table.name, columns, to, references, isKey(table, columns), false),
      ),
  )
  const steps = [...declared, ...assumedSteps(tables, declared)]
  known.set(tables, steps)
  return steps
}

const everybodysNames = new Set('id name date type year description title code number age status gender sex address'.split(' '))

/** `customer_id` and `customers.id`, or two columns of one name that is not everybody's, one of them a key. */
function assumedSteps(tables: readonly CatalogTable[], declared: readonly Step[]): Step[] {
  const keys = new Map<string, { table: CatalogTable; name: string }[]>()
  const isTied = new Set(declared.map(({ table, to }) => `${table} ${to}`))
  for (const table of tables)
    for (const column of table.columns) {
      if (isDate(column) || !isKey(table, [column.name])) continue
      const words = nameWords(column.name).join(' ')
      const names = everybodysNames.has(words) ? [] : [words]
      for (const key of [...names, `${nameWords(table.name).join(' ')} ${words}`])
        keys.set(key, [...(keys.get(key) ?? []), { table, name: column.name }])
    }
  return tables.flatMap((table) =>
    table.columns.flatMap((column) =>
      (keys.get(nameWords(column.name).join(' ')) ?? []).flatMap((key) =>
        key.table === table || isTied.has(`${table.name} ${key.table.name}`)
          ? []
          : bothWays(table.name, [column.name], key.table.name, [key.name], isKey(table, [column.name]), true),
      ),
    ),
  )
}

const isKey = (table: CatalogTable, columns: readonly string[]): boolean => {
  if (table.primaryKey.length > 0)
    return table.primaryKey.length === columns.length && table.primaryKey.every((name) => columns.includes(name))
  const [only] = columns
  const column = table.columns.find(({ name }) => name === only)
  return columns.length === 1 && column !== undefined && isUnique(column, table)
}

function bothWays(
  table: string,
  columns: readonly string[],
  to: string,
  references: readonly string[],
  isOneToOne: boolean,
  isAssumed: boolean,
): Step[] {
  const [own, other] = [[...columns], [...references]]
  return [
    { table, columns: own, to, references: other, isToMany: false, isAssumed },
    { table: to, columns: other, to: table, references: own, isToMany: !isOneToOne, isAssumed },
  ]
}

/** The fewest steps that reach all `wanted` tables from `anchor`, nearest first; nothing where one can't be reached. */
export function joinTree(anchor: string, wanted: Iterable<string>, steps: readonly Step[]): JoinTree | undefined {
  const taken: Step[] = []
  const reached = new Set([anchor])
  const open = new Set([...wanted].filter((name) => name !== anchor))
  let isTie = false
  while (open.size > 0) {
    const paths = shortestPaths(reached, open, steps)
    const [first] = paths
    if (!first) return undefined
    const end = first.at(-1)?.to ?? ''
    const sameEnd = paths.filter((path) => path.at(-1)?.to === end)
    const best = sameEnd.find((path) => path.every(({ isAssumed }) => !isAssumed)) ?? first
    const declared = sameEnd.filter((path) => path.every(({ isAssumed }) => !isAssumed))
    isTie ||= (declared.length || sameEnd.length) > 1
    for (const step of best)
      if (!reached.has(step.to)) {
        taken.push(step)
        reached.add(step.to)
        open.delete(step.to)
      }
  }
  return { steps: taken, isTie }
}

function shortestPaths(from: ReadonlySet<string>, to: ReadonlySet<string>, steps: readonly Step[]): Step[][] {
  let paths: Step[][] = [...from].flatMap((name) => steps.filter(({ table }) => table === name).map((step) => [step]))
  const seen = new Set(from)
  while (paths.length > 0) {
    const found = paths.filter((path) => to.has(path.at(-1)?.to ?? ''))
    if (found.length > 0) return found
    for (const path of paths) seen.add(path.at(-1)?.to ?? '')
    paths = paths.flatMap((path) =>
      steps.filter(({ table, to: next }) => table === path.at(-1)?.to && !seen.has(next)).map((step) => [...path, step]),
    )
    if (paths.length > 2000) return []
  }
  return []
}
