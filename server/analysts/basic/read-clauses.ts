import type { CatalogTable } from '../../../contract/catalog.ts'
import type { Draft, Pick } from './draft.ts'
import type { Link } from './lattice.ts'
import { readPeriod } from './read-filters.ts'
import { readRole } from './read-roles.ts'
import { endTarget, readThing } from './read-things.ts'
import { startWalk } from './walk.ts'

/** Walks the links from left to right and notes what each clause says. */
export function readClauses(links: readonly Link[], table: CatalogTable, pick: Pick): Draft {
  const walk = startWalk(links, table, pick)
  const { draft } = walk
  for (; walk.at < links.length; walk.at++) {
    const link = links[walk.at]
    if (!link) continue
    if (link.kind === 'thing') readThing(walk, link)
    else if (link.kind === 'role') readRole(walk, link.role)
    else if (link.kind === 'period') readPeriod(walk, link)
    else if (link.kind === 'number') {
      const next = links[walk.at + 1]
      const isForRank = next?.kind === 'role' && next.role.role === 'superlative'
      if (!isForRank) draft.unknown.push(link.text)
    } else {
      if (walk.mode === 'by' || walk.mode === 'rank' || walk.mode === 'sort' || walk.pending.length > 0) draft.isHollow = true
      draft.unknown.push(link.text)
    }
  }
  endTarget(walk)
  if (walk.isNegated) draft.unknown.push('not')
  if (walk.isMissing) draft.unknown.push('missing')
  if (walk.direction !== undefined) draft.order.push({ picked: 'first', descending: walk.direction })
  return draft
}
