import type { FindingDecision } from '../../contract/share.ts'
import type { StoredPolicy } from './policy.ts'
import type { Found } from './share-check.ts'

/** The same kind of text in the same place, whichever rows are there by now. */
const placeOf = ({ kind, place: { part, turnId, column, file } }: Found): string =>
  JSON.stringify([kind, part, turnId, column, file])

/**
 * Decisions about what a refresh brings: as the owner decided about the same place before. What nobody has seen there yet is masked,
 * as no person stands between a refresh and its readers.
 */
export function carryDecisions(
  decisions: StoredPolicy['findings'],
  before: readonly Found[],
  after: readonly Found[],
): StoredPolicy['findings'] {
  const decided = new Map<string, FindingDecision | undefined>()
  for (const found of before) {
    const [place, decision] = [placeOf(found), decisions[found.id]]
    const isStricter = !decided.has(place) || decision === 'mask' || decision === 'drop-column' || decision === 'drop-turn'
    if (isStricter) decided.set(place, decision)
  }
  const carried = after.flatMap((found): [string, FindingDecision][] => {
    if (decisions[found.id] !== undefined) return []
    const place = placeOf(found)
    const decision = decided.has(place) ? decided.get(place) : 'mask'
    return decision === undefined ? [] : [[found.id, decision]]
  })
  return { ...decisions, ...Object.fromEntries(carried) }
}
