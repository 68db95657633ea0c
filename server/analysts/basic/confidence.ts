import type { Plan, Reading } from '../../../contract/plan.ts'
import type { DoubtKind } from './draft.ts'
import type { AcrossReading } from './read-across.ts'

/**
 * Whether a reading of all tables that leaves something open may run by itself nevertheless: what is open does no harm to a plan of its shape.
 * The shapes are those that were right nine times of ten on either half of the databases of `spider-train`; `evals/RESULTS.md` says how often.
 */
export function isLikely(
  { plan, doubts, unknown, passed }: AcrossReading,
  clause: Reading | undefined,
  isAgreed: boolean,
): boolean {
  if (unknown.length > 0 || doubts.some(({ kind }) => kind === undefined)) return false
  const open = new Set(doubts.flatMap(({ kind }) => kind ?? []))
  const allows = (...kinds: DoubtKind[]): boolean => [...open].every((kind) => kinds.includes(kind))
  const isPlain = passed === 0
  const isSeconded = clause !== undefined && clause.state !== 'not-understood'
  switch (shapeOf(plan)) {
    case 'ranked groups':
      return isPlain && plan.dimensions.length < 3 && allows('partial')
    case 'kept groups':
      return plan.dimensions.length < 2 && allows('partial')
    case 'count of those with others':
      return (isPlain || isSeconded) && allows()
    case 'ranked list':
      return isSeconded ? allows('property', 'partial') && open.size === 1 : allows('property') && open.size === 1
    case 'sorted list':
      return isPlain && allows('partial')
    case 'list by one filter':
      return (isAgreed || clause?.state === 'understood') && allows('repeats') && open.size === 1
    case 'list by filters':
      return allows()
    case 'counted groups':
      return clause?.state === 'understood' && allows()
    case 'other':
      return false
  }
}

type Shape =
  | 'ranked groups'
  | 'kept groups'
  | 'counted groups'
  | 'count of those with others'
  | 'ranked list'
  | 'sorted list'
  | 'list by one filter'
  | 'list by filters'
  | 'other'

function shapeOf(plan: Plan): Shape {
  const { measures, dimensions, filters, related = [], order, limit, having, columns } = plan
  if (plan.second || plan.isDistinct || related.some(({ isAbsent }) => isAbsent) || filters.some(({ figure }) => figure))
    return 'other'
  const [measure, ...others] = measures
  if (!measure) {
    if (columns.length === 0 || related.length > 0 || dimensions.length > 0 || having) return 'other'
    if (order.length > 0)
      return filters.length > 0 ? 'other' : limit === 1 ? 'ranked list' : limit === undefined ? 'sorted list' : 'other'
    if (limit !== undefined) return 'other'
    return filters.length === 0 ? 'other' : filters.length === 1 ? 'list by one filter' : 'list by filters'
  }
  const isCount = measure.aggregate === 'count' && others.length === 0 && filters.length === 0
  if (!isCount) return 'other'
  if (dimensions.length === 0)
    return !measure.isHidden && related.length === 1 && order.length === 0 && !having ? 'count of those with others' : 'other'
  if (related.length > 0) return 'other'
  if (measure.isHidden && having) return order.length === 0 && limit === undefined ? 'kept groups' : 'other'
  if (measure.isHidden) return order.length > 0 && limit === 1 ? 'ranked groups' : 'other'
  return !having && order.length === 0 && limit === undefined ? 'counted groups' : 'other'
}
