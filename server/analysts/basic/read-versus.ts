import type { Catalog } from '../../../contract/catalog.ts'
import type { Filter, Grain, Plan, Reading } from '../../../contract/plan.ts'
import { dimensionOf } from './build-plan.ts'
import { chipsOf } from './chips.ts'
import { findColumn } from './column-name.ts'
import { isDate } from './columns.ts'
import { shiftDay } from './compare.ts'
import { type Period, periodAt } from './dates.ts'
import { wideTable } from './reading-table.ts'
import { tokenise } from './tokens.ts'

const against = /\s*,?\s+(?:versus|vs\.?|against|(?:as )?compared? (?:with|to|against)|relative to)\s+/i
const opening = /^(?:please )?(?:compare|how (?:does|do|did)|what is|what are|show|is|are)\s+(?:me )?(?:the )?/i

/**
 * "Revenue web vs app", "orders in Q2 2025 compared with Q2 2024": two values of one column side by side, or a period beside another one.
 * `read` reads the figure that is compared. Nothing where the words compare nothing of the kind.
 */
export function readVersus(text: string, catalog: Catalog, now: Date, read: (text: string) => Reading): Reading | undefined {
  const plain = text.trim().replace(/[?!.]+$/, '')
  const [left = '', right, ...others] = plain.split(against)
  if (others.length > 0) return undefined
  if (right !== undefined)
    return periods(left, right, catalog, now, read) ?? values(`${left.replace(opening, '')} and ${right}`, catalog, read)
  const compared =
    /^(?:please )?compare (.+? and .+)$/i.exec(plain)?.[1] ?? /^how (?:does|do|did) (.+? and .+?) compare$/i.exec(plain)?.[1]
  return compared === undefined ? undefined : values(compared, catalog, read)
}

/** Two or more values of one column, each with its figure. */
function values(text: string, catalog: Catalog, read: (text: string) => Reading): Reading | undefined {
  const base = read(text.replace(/\bbetween\b/i, 'for'))
  if (base.state === 'not-understood' || base.plan.compare) return undefined
  const { plan } = base
  const table = catalog.tables.find(({ name }) => name === plan.table)
  const chosen = plan.filters.filter(({ operator, values: said }) => operator === 'in' && said.length > 1)
  const [filter] = chosen
  if (!table || !filter || chosen.length > 1 || plan.columns.length > 0 || plan.limit !== undefined) return undefined
  const known = plan.dimensions.some(({ column }) => column === filter.column)
  const column = wideTable(table, catalog).columns.find(({ name }) => name === filter.column)
  if (!column) return undefined
  const isCounted = plan.measures.length === 0
  const counted: Plan = {
    ...plan,
    measures: isCounted ? [{ aggregate: 'count', label: `number of ${table.label}` }] : plan.measures,
    dimensions: known ? plan.dimensions : [...plan.dimensions, { ...dimensionOf(column), column: filter.column }],
  }
  const chips = chipsOf(counted, table)
  return base.state === 'understood'
    ? { state: 'understood', plan: counted, chips }
    : {
        ...base,
        plan: counted,
        chips: chips.map((chip) => ({ ...chip, unsure: base.chips.some(({ value, unsure }) => unsure && value === chip.value) })),
        alternatives: [],
      }
}

/** A period beside another of the same length that lies before it. */
function periods(left: string, right: string, catalog: Catalog, now: Date, read: (text: string) => Reading): Reading | undefined {
  // NOTE: "against last year" counts as much of it as has gone by of this one; that is `peelExtras`'s.
  const earlier = /\b(?:last|previous|prior|same|this|current)\b/i.test(right) ? undefined : onlyPeriod(right, now)
  const later = earlier && lastPeriod(left, now)
  const distance = earlier && later && distanceOf(earlier, later)
  if (!distance) return undefined
  const base = read(left.replace(opening, ''))
  if (base.state === 'not-understood') return undefined
  const table = catalog.tables.find(({ name }) => name === base.plan.table)
  const time = base.plan.filters.find((filter) => table && isPeriod(filter, catalog, base.plan))
  if (!table || !time || base.plan.compare) return undefined
  const measures =
    base.plan.measures.length > 0 ? base.plan.measures : [{ aggregate: 'count' as const, label: `number of ${table.label}` }]
  const { isDistinct: _, ...rest } = base.plan
  const plan: Plan = {
    ...rest,
    columns: [],
    order: base.plan.measures.length > 0 ? rest.order : [],
    measures,
    compare: { column: time.column, ...distance, label: earlier.label },
  }
  return { ...base, plan, chips: chipsOf(plan, table), ...(base.state === 'my-reading' ? { alternatives: [] } : {}) } as Reading
}

function isPeriod({ column, operator }: Filter, { tables }: Catalog, plan: Plan): boolean {
  const own = tables.find(({ name }) => name === plan.table)
  const found = own && findColumn(column, own, tables)
  return operator === 'between' && found !== undefined && isDate(found.column)
}

function onlyPeriod(text: string, now: Date): Period | undefined {
  const tokens = tokenise(text.replace(/^(?:in|of|the) /i, ''))
  const found = periodAt(tokens, 0, now)
  return found?.length === tokens.length ? found.period : undefined
}

function lastPeriod(text: string, now: Date): Period | undefined {
  const tokens = tokenise(text)
  const found = tokens.flatMap((_, at) => periodAt(tokens, at, now)?.period ?? [])
  return found[0]
}

/** How many units of the calendar lie between the beginnings of two periods, where their ends lie as far apart. */
function distanceOf(earlier: Period, later: Period): { count: number; grain: Grain } | undefined {
  const { from, before } = later
  if (from === undefined || before === undefined || earlier.from === undefined || earlier.before === undefined) return undefined
  for (const grain of ['year', 'quarter', 'month', 'week', 'day'] as const)
    for (let count = 1; count <= 60; count++)
      if (shiftDay(from, -count, grain) === earlier.from && shiftDay(before, -count, grain) === earlier.before)
        return { count, grain }
  return undefined
}
