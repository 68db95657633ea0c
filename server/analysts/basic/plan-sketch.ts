import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import type { Dimension, Filter, Join, Measure, Plan, Related } from '../../../contract/plan.ts'
import { cycleOf, dimensionOf, measureOf } from './build-plan.ts'
import { columnName, type OwnedColumn } from './column-name.ts'
import { isUnique } from './columns.ts'
import type { Doubt } from './draft.ts'
import { joinTree, type Step, stepsOf } from './join-path.ts'
import { nameColumn } from './name-column.ts'
import type { Figure, GroupColumn, Sketch, SketchFilter } from './sketch.ts'
import { calledOf, spokenName } from './tokens.ts'

export interface SketchPlan {
  readonly plan: Plan
  readonly doubts: readonly Doubt[]
}

const isTable = (group: GroupColumn | CatalogTable): group is CatalogTable => 'columns' in group

/** Decides what a sketch comes to: which table's rows, how the others meet them, what is grouped, kept and sorted. Nothing where tables can't meet. */
export function planSketch(said: Sketch, catalog: Catalog): SketchPlan | undefined {
  const sketch = withoutNone(withCounted(withoutSettled(said)))
  const doubts: Doubt[] = [...sketch.doubts]
  const shown = shownFigures(sketch)
  const [first] = shown
  if (!first && !sketch.isEverything) return undefined
  const counted = [...shown, ...sketch.orders.map(({ figure }) => figure), ...sketch.having.map(({ figure }) => figure)].find(
    (figure): figure is Figure => figure !== 'first' && figure.table !== undefined && figure.aggregate === 'count',
  )
  const anchor = counted?.table ?? sketch.main ?? first?.column?.table ?? sketch.filters[0]?.of.table
  if (!anchor) return undefined
  const isGrouped =
    shown.some(({ aggregate }) => aggregate) ||
    sketch.having.length > 0 ||
    sketch.orders.some(({ figure }) => figure !== 'first' && figure.aggregate !== undefined)
  const builder = createBuilder(withExcluded(sketch, catalog, anchor), catalog, anchor, shown, isGrouped, doubts)
  return builder && { plan: builder, doubts }
}

/** "Customers with both A and B as status": each of both has another, so it is not shown. */
function withoutSettled(sketch: Sketch): Sketch {
  const settled = sketch.both?.one.of.column
  const selected = sketch.selected.filter(({ column, aggregate }) => aggregate || column?.column !== settled)
  return settled && selected.length > 0 ? { ...sketch, selected } : sketch
}

/** "The program that is broadcast most often": what the rows are narrowed by is what is counted. */
function withCounted(sketch: Sketch): Sketch {
  const others = [...sketch.required].filter((table) => table !== sketch.main)
  const [table] = others
  if (!table || others.length > 1) return sketch
  const orders = sketch.orders.map((order) => {
    const { figure } = order
    const isOpen = figure !== 'first' && figure.aggregate === 'count' && !figure.column && !figure.table
    return isOpen ? { ...order, figure: { ...figure, table } } : order
  })
  return { ...sketch, orders }
}

/** "With 0 orders" is without any. */
function withoutNone(sketch: Sketch): Sketch {
  const none = sketch.having.flatMap(({ figure, operator, value }) =>
    operator === '=' && value === 0 && figure.table && figure.table !== sketch.main ? [figure.table] : [],
  )
  if (none.length === 0) return sketch
  return {
    ...sketch,
    having: sketch.having.filter(({ figure }) => !figure.table || !none.includes(figure.table)),
    absent: [...sketch.absent, ...none.map((table) => ({ table, filters: [] }))],
  }
}

/** "Patients who do not use X": none of their many rows is of X, which is more than that one of them is not. */
function withExcluded(sketch: Sketch, catalog: Catalog, anchor: CatalogTable): Sketch {
  const steps = stepsOf(catalog)
  const excluded = sketch.filters.filter(
    ({ of, operator, either }) =>
      operator === '!=' &&
      either === undefined &&
      of.table !== anchor &&
      sketch.filters.every((other) => other.of.table !== of.table || other.of === of) &&
      joinTree(anchor.name, [of.table.name], steps)?.steps.some(({ isToMany }) => isToMany),
  )
  if (excluded.length === 0) return sketch
  const gone = new Set(excluded.map(({ of }) => of.table))
  return {
    ...sketch,
    required: new Set([...sketch.required].filter((table) => !gone.has(table))),
    filters: sketch.filters.filter((filter) => !excluded.includes(filter)),
    absent: [
      ...sketch.absent,
      ...excluded.map((filter) => ({ table: filter.of.table, filters: [{ ...filter, operator: '=' as const }] })),
    ],
  }
}

/** What is shown where the question names no column: the name of what it asks for. */
function shownFigures(sketch: Sketch): Figure[] {
  if (sketch.selected.length > 0) {
    const isCounted = sketch.selected.every(({ aggregate }) => aggregate)
    if (!isCounted || sketch.groups.length === 0) return [...sketch.selected]
    const groups = sketch.groups.flatMap((group): Figure[] => {
      const column = isTable(group) ? (keyOf(group, sketch) ?? nameColumn(group)) : group
      return column ? [{ column }] : []
    })
    return sketch.isGroupFirst ? [...groups, ...sketch.selected] : [...sketch.selected, ...groups]
  }
  const { main } = sketch
  const name = main && !sketch.isEverything ? nameColumn(main) : undefined
  return name ? [{ column: name }] : []
}

/** A column whose one value the question says tells nothing more in the answer. */
const isSettled = ({ column, table }: OwnedColumn, { filters }: Sketch): boolean =>
  filters.some(
    ({ of, operator, values, either }) =>
      of.column === column &&
      of.table === table &&
      operator === '=' &&
      values.length === 1 &&
      typeof values[0] === 'string' &&
      either === undefined,
  )

function createBuilder(
  sketch: Sketch,
  catalog: Catalog,
  anchor: CatalogTable,
  shown: readonly Figure[],
  isGrouped: boolean,
  doubts: Doubt[],
): Plan | undefined {
  const own = anchor.name
  const named = (column: OwnedColumn): string => columnName(column, own)
  const labels = new Set<string>()
  const plan: Plan = { version: 1, table: own, measures: [], dimensions: [], columns: [], filters: [], order: [] }

  const unique = (label: string, table: CatalogTable): string => {
    const said = labels.has(label) ? `${spokenName(table.label)} ${label}` : label
    labels.add(said)
    return said
  }
  const addMeasure = ({ aggregate = 'count', column, table }: Figure, isHidden: boolean): Measure => {
    const made = column ? measureOf(aggregate, column.column, column.table) : measureOf('count', undefined, table ?? anchor)
    const measure: Measure = { ...made, ...(column ? { column: named(column) } : {}), ...(isHidden ? { isHidden } : {}) }
    const known = plan.measures.find((other) => other.aggregate === measure.aggregate && other.column === measure.column)
    if (known) {
      if (!isHidden) delete known.isHidden
      return known
    }
    plan.measures.push({ ...measure, label: unique(measure.label, column?.table ?? anchor) })
    return plan.measures.at(-1) ?? measure
  }
  const addDimension = (column: GroupColumn, isHidden: boolean): Dimension => {
    const name = named(column)
    const known = plan.dimensions.find((other) => other.column === name)
    if (known) return known
    const made = timed(column)
    const dimension = {
      ...made,
      column: name,
      label: unique(made.label, column.table),
      ...(isHidden ? { isHidden } : {}),
    }
    plan.dimensions.push(dimension)
    return dimension
  }

  const order: string[] = []
  if (!isGrouped && sketch.groups.length > 0) doubts.push({ part: 'by', why: 'the question groups, and this reading lists rows' })
  if (isGrouped) {
    const isOpen = shown.some(({ aggregate, column }) => !aggregate && column && !isSettled(column, sketch))
    for (const figure of shown) {
      if (!figure.aggregate && figure.column && isOpen && isSettled(figure.column, sketch)) continue
      if (figure.aggregate) order.push(addMeasure(figure, false).label)
      else if (figure.column) order.push(addDimension(figure.column, false).label)
    }
    for (const group of sketch.groups) {
      const key = isTable(group) ? undefined : group
      if (key) addDimension(key, !shown.some(({ column }) => column?.column === key.column))
    }
    if (shown.some(({ aggregate }) => !aggregate)) keepApart(shown, addDimension, sketch, anchor)
  } else {
    const told = shown.flatMap(({ column }) => (column ? [column] : []))
    const open = told.filter((column) => !isSettled(column, sketch))
    plan.columns = (open.length > 0 ? open : told).map(named)
    if (sketch.isDistinct) plan.isDistinct = true
  }
  for (const { figure, descending } of sketch.orders) {
    if (figure === 'first') {
      const [one] = shown
      if (one?.column && !one.aggregate) plan.order.push({ by: named(one.column), descending })
      else if (one) plan.order.push({ by: addMeasure(one, false).label, descending })
    } else if (figure.aggregate) plan.order.push({ by: addMeasure(figure, true).label, descending })
    else if (figure.column) {
      const isShown = shown.some(({ column, aggregate }) => aggregate && column?.column === figure.column?.column)
      if (isGrouped && isShown) {
        const measure = plan.measures.find(({ column }) => column === named(figure.column ?? unreachable()))
        plan.order.push({ by: measure?.label ?? '', descending })
      } else if (isGrouped && !plan.dimensions.some(({ column }) => column === named(figure.column ?? unreachable())))
        plan.order.push({
          by: addMeasure({ aggregate: descending ? 'max' : 'min', column: figure.column }, true).label,
          descending,
        })
      else plan.order.push({ by: named(figure.column), descending })
    }
  }
  if (sketch.limit !== undefined) plan.limit = sketch.limit
  for (const { figure, operator, value } of sketch.having) {
    const measure = addMeasure(figure, true)
    plan.having = [
      ...(plan.having ?? []),
      {
        column: measure.label,
        operator,
        values: [value],
        label: `${measure.label} ${spokenOperator(operator)} ${String(value)}`,
      },
    ]
  }
  if (plan.measures.length > 0 && plan.dimensions.length > 0) {
    const standard = [...plan.dimensions, ...plan.measures].filter(({ isHidden }) => !isHidden).map(({ label }) => label)
    if (standard.join('\n') !== order.join('\n') && order.length === standard.length) plan.shown = order
  }
  if (plan.isDistinct && plan.order.some(({ by }) => !plan.columns.includes(by))) {
    delete plan.isDistinct
    doubts.push({ part: 'order', why: 'what is sorted by is not shown, so equal rows stay' })
  }
  if (
    isGrouped &&
    (sketch.isEach || sketch.groups.some(isTable)) &&
    sketch.groups.length > 0 &&
    sketch.selected.every(({ aggregate }) => aggregate)
  )
    doubts.push({ kind: 'group-columns', part: 'by', why: 'the question does not say which columns to show of each group' })

  const filterOf = (filter: SketchFilter): Filter => ({
    column: named(filter.of),
    operator: filter.operator,
    values: [...filter.values],
    label:
      `${calledOf(filter.of.column)} ${spokenOperator(filter.operator)}${filter.figure ? ` the ${filter.figure.aggregate}` : ''} ${filter.values.map(String).join(' or ')}`.trim(),
    ...(filter.figure ? { figure: { aggregate: filter.figure.aggregate, column: named(filter.figure.column) } } : {}),
    ...(filter.either === undefined ? {} : { either: filter.either }),
  })

  const steps = stepsOf(catalog)
  const spoken = new Set<string>()
  const reach = (column: OwnedColumn | undefined): void => {
    if (column) spoken.add(column.table.name)
  }
  for (const { column, table } of [...shown, ...sketch.having.map(({ figure }) => figure)]) {
    reach(column)
    if (table) spoken.add(table.name)
  }
  for (const group of sketch.groups) spoken.add(isTable(group) ? group.name : group.table.name)
  for (const { figure } of sketch.orders)
    if (figure !== 'first') for (const name of [figure.column?.table.name, figure.table?.name]) if (name) spoken.add(name)
  const narrowing = new Set([
    ...sketch.filters.map(({ of }) => of.table.name),
    ...[...sketch.required].map(({ name }) => name),
    ...(sketch.both ? [sketch.both.one.of.table.name] : []),
  ])
  if (sketch.main && sketch.main !== anchor && !spoken.has(sketch.main.name) && isGrouped) narrowing.add(sketch.main.name)
  const lost = [...narrowing].filter((name) => !joinTree(own, [name], steps))
  for (const name of lost) {
    narrowing.delete(name)
    doubts.push({ part: 'where', why: `nothing ties ${name} to ${own}, so I left it out` })
  }
  const tree = joinTree(own, new Set([...spoken, ...narrowing]), steps)
  if (!tree) return undefined
  if (tree.isTie) doubts.push({ kind: 'paths', part: 'from', why: 'there are several ways to bring the tables together' })
  for (const { to } of tree.steps) {
    const table = catalog.tables.find(({ name }) => name === to)
    const isPassedBy = !spoken.has(to) && !narrowing.has(to) && !sketch.mentioned.has(table ?? anchor)
    if (isPassedBy && (table?.foreignKeys.length ?? 0) < 2)
      doubts.push({
        kind: 'passed-by',
        part: 'from',
        why: `the tables meet over ${spokenName(to)}, which the question does not name`,
      })
  }
  for (const step of tree.steps)
    if (step.isAssumed)
      doubts.push({
        kind: 'assumed',
        part: 'from',
        why: `no key ties ${step.table} to ${step.to}; I took equal ${step.columns.join(', ')}`,
      })
  const apart = plan.measures.length > 0 ? onlyNarrowing(tree.steps, spoken) : []
  const joined = tree.steps.filter((step) => !apart.some((branch) => branch.includes(step)))
  if (joined.length > 0) plan.joins = joined.map(asJoin)
  const related: Related[] = apart.map((branch) => ({
    path: branch.map(asJoin),
    filters: sketch.filters.filter(({ of }) => branch.some(({ to }) => to === of.table.name)).map(filterOf),
    isAbsent: false,
    label: `with ${branch.map(({ to }) => spokenName(to)).join(', ')}`,
  }))
  plan.filters = sketch.filters
    .filter(({ of }) => !lost.includes(of.table.name) && !apart.some((branch) => branch.some(({ to }) => to === of.table.name)))
    .map(filterOf)
  for (const { table, filters } of sketch.absent) {
    const reached = [own, ...joined.map(({ to }) => to)]
    const path = pathTo(reached, [table.name, ...filters.map(({ of }) => of.table.name)], steps)
    if (!path) return undefined
    related.push({
      path: path.map(asJoin),
      filters: filters.map(filterOf),
      isAbsent: true,
      label: `without ${spokenName(table.label)}`,
    })
  }
  if (related.length > 0) plan.related = related
  const eithers = plan.filters.flatMap(({ either }) => either ?? [])
  if (sketch.filters.filter(({ either }) => either !== undefined).length > eithers.length)
    doubts.push({ part: 'where', why: 'alternatives in different tables are read as if both held' })
  if (sketch.both) {
    const base = plan.filters
    plan.filters = [...base, filterOf(sketch.both.one)]
    plan.second = { kind: 'both', filters: [...base, filterOf(sketch.both.other)] }
    plan.order = []
  }
  return plan
}

/** The tables of an absent branch, from whichever reached table they hang on. */
function pathTo(reached: readonly string[], wanted: readonly string[], steps: readonly Step[]): readonly Step[] | undefined {
  const trees = reached.flatMap((name) => joinTree(name, wanted, steps)?.steps ?? [])
  const [first] = reached
  const own = first === undefined ? undefined : joinTree(first, wanted, steps)
  return own ? own.steps : trees.length > 0 ? trees : undefined
}

/** Branches that only narrow and would multiply the rows that are summed up. */
function onlyNarrowing(steps: readonly Step[], spoken: ReadonlySet<string>): Step[][] {
  const branchOf = (step: Step): Step[] => [step, ...steps.filter(({ table }) => table === step.to).flatMap(branchOf)]
  const branches = steps.filter((step) => step.isToMany).map(branchOf)
  const apart: Step[][] = []
  for (const branch of branches)
    if (!branch.some(({ to }) => spoken.has(to)) && !apart.some((other) => branch[0] && other.includes(branch[0])))
      apart.push(branch)
  return apart
}

/** Two things of one name are still two: the key is grouped by as well. */
function keepApart(
  shown: readonly Figure[],
  addDimension: (column: OwnedColumn, isHidden: boolean) => Dimension,
  sketch: Sketch,
  anchor: CatalogTable,
): void {
  const tables = new Set(shown.flatMap(({ column, aggregate }) => (column && !aggregate ? [column.table] : [])))
  for (const table of tables) {
    const own = shown.flatMap(({ column, aggregate }) => (column?.table === table && !aggregate ? [column] : []))
    const [key] = table.primaryKey
    const isEntity = own.some(({ column }) => column === nameColumn(table)?.column)
    const column = table.columns.find(({ name }) => name === key)
    if (!column || table.primaryKey.length !== 1 || !isEntity || own.some((one) => isUnique(one.column, table))) continue
    if (sketch.mentioned.has(table) && table !== anchor) addDimension({ table, column }, true)
  }
}

const timed = ({ column, step }: GroupColumn): Dimension =>
  step && 'cycle' in step ? cycleOf(column, step.cycle) : dimensionOf(column, step?.grain)

const asJoin = ({ table, columns, to, references }: Step): Join => ({ table, columns, to, references })

const unreachable = (): never => {
  throw new Error('a column was there a moment ago')
}

const spokenOperator = (operator: Filter['operator']): string =>
  ({
    '=': 'is',
    '!=': 'is not',
    '<': 'under',
    '<=': 'at most',
    '>': 'over',
    '>=': 'at least',
    in: 'is',
    between: 'between',
    contains: 'contains',
    'not-contains': 'does not contain',
    'starts-with': 'starts with',
    'ends-with': 'ends with',
    'is-null': 'is missing',
    'is-not-null': 'is there',
  })[operator]

/** The counted table's own key of a group. */
function keyOf(group: CatalogTable, sketch: Sketch): OwnedColumn | undefined {
  const table = sketch.selected.find((figure) => figure.table)?.table ?? sketch.selected[0]?.column?.table
  const key = table?.foreignKeys.find((one) => one.table === group.name && one.columns.length === 1)
  const column = table?.columns.find(({ name, type }) => name === key?.columns[0] && type === 'text')
  return table && column ? { table, column } : undefined
}
