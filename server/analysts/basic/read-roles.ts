import type { Aggregate } from '../../../contract/plan.ts'
import { isDate } from './columns.ts'
import type { Role } from './lexicon.ts'
import { readLooseComparison } from './read-filters.ts'
import { endTarget } from './read-things.ts'
import { addMeasure, past, roleAt, type Walk } from './walk.ts'

/** "minimum, maximum and average": figures in a row, the last after an "and". */
export const isEnumerated = (walk: Walk, aggregate: Aggregate): boolean =>
  aggregate !== 'count' &&
  !walk.pending.includes('count') &&
  roleAt(walk, walk.at - 1) === 'aggregate' &&
  roleAt(walk, walk.at + 1) === 'and' &&
  roleAt(walk, walk.at + 2) === 'aggregate'

export function readRole(walk: Walk, role: Role): void {
  const { draft, links } = walk
  switch (role.role) {
    case 'aggregate':
      if (
        (role.aggregate === 'max' || role.aggregate === 'min') &&
        walk.mode === 'where' &&
        draft.selected.some(({ aggregate }) => !aggregate)
      )
        return readRole(walk, { role: 'superlative', descending: role.aggregate === 'max' })
      if (walk.pending.length === 1 && walk.pending[0] === 'sum' && role.aggregate === 'count') walk.pending = ['count']
      else if (!walk.pending.includes(role.aggregate)) {
        if (walk.pending.length > 0 && roleAt(walk, walk.at - 1) !== 'and' && !isEnumerated(walk, role.aggregate)) {
          if (!(walk.pending.includes('count') && role.aggregate === 'sum'))
            draft.refusals.push("I can't work out one figure of another, like an average of counts.")
        } else walk.pending.push(role.aggregate)
      }
      if (walk.mode === 'by') walk.mode = draft.rank && !draft.rank.by ? 'rank' : 'select'
      return
    case 'by':
      endTarget(walk)
      walk.mode = 'by'
      return
    case 'trend':
      endTarget(walk)
      draft.by.push({ grain: 'fitting' })
      return
    case 'grain':
      draft.by.push({ grain: role.grain })
      return
    case 'unit':
    case 'cycle': {
      const unit = 'cycle' in role ? { cycle: role.cycle } : { grain: role.grain }
      if (walk.mode === 'by') {
        const next = past(walk, walk.at + 1, 'filler')
        const link = links[next]
        const column = link?.kind === 'thing' ? link.columns.find(isDate) : undefined
        draft.by.push({ ...unit, ...(column ? { column } : {}) })
        if (column) walk.at = next
      } else if (draft.asksWhich && walk.mode === 'select') draft.by.push({ ...unit, isAsked: true })
      else draft.unknown.push(links[walk.at]?.text ?? '')
      return
    }
    case 'superlative':
    case 'top': {
      const next = links[walk.at + 1]
      const before = links[walk.at - 1]
      const isTop = role.role === 'top'
      const limit = next?.kind === 'number' ? next.value : before?.kind === 'number' && !isTop ? before.value : undefined
      if (limit !== undefined && next?.kind === 'number') walk.at++
      if (draft.rank) draft.refusals.push('I can rank by one thing at a time.')
      draft.rank = {
        descending: role.descending,
        ...(limit === undefined ? {} : { limit }),
        isCount: role.role === 'superlative' && role.counts === true,
        isTime: role.role === 'superlative' && role.time === true,
        isTop,
      }
      walk.mode = isTop || draft.rank.isTime ? 'select' : 'rank'
      return
    }
    case 'not':
      if (walk.at === 0) draft.edits.add('only')
      walk.isNegated = true
      return
    case 'null':
      walk.isMissing = true
      return
    case 'and':
      if (walk.at === 0) draft.edits.add('also')
      return
    case 'or': {
      const [before, after] = [links[walk.at - 1], links[walk.at + 1]]
      const isValues =
        before?.kind === 'thing' &&
        after?.kind === 'thing' &&
        before.values.some((one) => after.values.some((two) => one.column === two.column))
      if (!isValues) draft.refusals.push('I can read “or” only between values of one column.')
      return
    }
    case 'list':
      draft.isList = true
      return
    case 'which':
      draft.asksWhich =
        draft.asksWhich || !/^(what|whose)$/i.test(links[walk.at]?.text ?? '') || roleAt(walk, walk.at + 1) !== 'is'
      return
    case 'sort':
      endTarget(walk)
      walk.mode = 'sort'
      return
    case 'direction': {
      const last = draft.order.at(-1)
      if (last && walk.direction === undefined && walk.mode === 'sort') last.descending = role.descending
      else walk.direction = role.descending
      endTarget(walk)
      if (roleAt(walk, walk.at + 1) === undefined || links[walk.at]?.text.endsWith('of') || links[walk.at]?.text.endsWith('by'))
        walk.mode = 'sort'
      return
    }
    case 'compare':
    case 'between':
      return readLooseComparison(walk)
    case 'chart':
      draft.chart = role.kind
      return
    case 'only':
    case 'about':
    case 'also':
      draft.edits.add(role.role)
      if (role.role === 'also' && /\b(by|per)$/.test(links[walk.at]?.text ?? '')) walk.mode = 'by'
      return
    case 'distinct':
      draft.isDistinct = true
      return
    case 'where':
      endTarget(walk)
      if (walk.mode !== 'rank') walk.mode = 'where'
      return
    case 'rows':
      draft.isEntityNamed = true
      if (walk.pending.length > 0 || walk.mode === 'rank') addMeasure(walk, { aggregate: 'count' })
      walk.pending = []
      return
    case 'unsupported':
      draft.isHollow = true
      draft.unknown.push(links[walk.at]?.text ?? '')
      return
    case 'is':
    case 'filler':
      return
  }
}
