import type { CatalogColumn, CatalogTable } from '../../../contract/catalog.ts'
import { isNumeric } from '../../../contract/column.ts'
import type { Aggregate } from '../../../contract/plan.ts'
import { additivity, isDate, isIdentifier, isMeasure, isYear, knowsAllValues } from './columns.ts'
import { type Draft, emptyDraft, type Pick, type Picked } from './draft.ts'
import { compareFilter, nullFilter, periodFilter, withFilter } from './filters.ts'
import type { Link } from './lattice.ts'
import type { Role } from './lexicon.ts'
import { spokenName } from './tokens.ts'

type Thing = Extract<Link, { kind: 'thing' }>
type Mode = 'select' | 'by' | 'where' | 'sort' | 'rank'

/** Walks the links from left to right and notes what each clause says. */
export function readClauses(links: readonly Link[], table: CatalogTable, pick: Pick): Draft {
  const draft = emptyDraft()
  let mode = 'select' as Mode
  let pending: Aggregate[] = []
  let spread: Aggregate[] = []
  let isNegated = false
  let isMissing = false
  let at = 0

  const roleAt = (place: number): Role['role'] | undefined => {
    const link = links[place]
    return link?.kind === 'role' ? link.role.role : undefined
  }
  const past = (place: number, ...skipped: Role['role'][]): number => {
    let next = place
    while (skipped.includes(roleAt(next) ?? 'by')) next++
    return next
  }

  const choose = (
    thing: Thing,
    columns: readonly CatalogColumn[],
    part: 'measure' | 'by' | 'where' | 'order',
  ): CatalogColumn | undefined => {
    const column = pick(`column ${thing.text.toLowerCase()}`, columns)
    if (!column) return undefined
    const name = spokenName(column.name)
    if (columns.length > 1)
      draft.doubts.push({
        part,
        about: name,
        why: `“${thing.text}” fits ${listed(columns.map((other) => spokenName(other.name)))}`,
      })
    else if (thing.isPartial) draft.doubts.push({ part, about: name, why: `I took “${thing.text}” for ${name}` })
    return column
  }
  const fitting = (columns: readonly CatalogColumn[], test: (column: CatalogColumn) => boolean): readonly CatalogColumn[] => {
    const found = columns.filter(test)
    return found.length > 0 ? found : columns
  }

  const addMeasure = (picked: Picked): void => {
    if (mode === 'rank' && draft.rank && !draft.rank.by) {
      draft.rank.by = picked
      mode = 'select'
    } else if (mode === 'sort') draft.order.push({ picked, descending: takeDirection() })
    else draft.selected.push(picked)
  }
  let direction: boolean | undefined
  const takeDirection = (): boolean => {
    const taken = direction ?? false
    direction = undefined
    return taken
  }

  const addValue = (thing: Thing, columns?: readonly CatalogColumn[]): void => {
    const options = thing.values.filter(({ column }) => !columns || columns.includes(column))
    const chosen = pick(`value ${thing.text.toLowerCase()}`, options)
    if (!chosen) return
    const filter = compareFilter(chosen.column, isNegated ? '!=' : '=', chosen.value)
    if (options.length > 1)
      draft.doubts.push({
        part: 'where',
        about: filter.label,
        why: `“${thing.text}” stands in ${listed([...new Set(options.map(({ column, value }) => `${spokenName(column.name)} (${String(value)})`))])}`,
      })
    draft.filters = withFilter(draft.filters, filter)
    const next = past(at + 1, 'and', 'or')
    const following = links[next]
    if (!(next > at + 1 && following?.kind === 'thing' && following.values.some(({ column }) => column === chosen.column)))
      isNegated = false
    const after = links[at + 1]
    if (!columns && after?.kind === 'thing' && after.columns.includes(chosen.column) && !after.isTable) at++
    if (mode !== 'by' && mode !== 'rank') mode = 'where'
  }

  /** `amount over 100`, `region is North`, `rating 5`: reads on from a column; false where no comparison follows. */
  const readComparison = (thing: Thing, columns: readonly CatalogColumn[]): boolean => {
    let next = past(at + 1, 'filler', 'is', 'where')
    const isSaid = links.slice(at + 1, next).some((link) => link.kind === 'role' && link.role.role === 'is')
    if (roleAt(next) === 'not') {
      const beyond = past(next + 1, 'filler', 'is')
      const value = links[beyond]
      if (!(value?.kind === 'thing' && value.values.some(({ column }) => columns.includes(column))) && roleAt(beyond) !== 'null')
        return false
      isNegated = true
      next = beyond
    }
    const link = links[next]
    if (roleAt(next) === 'null' && isSaid) {
      const column = choose(thing, columns, 'where')
      if (column) draft.filters.push(nullFilter(column, !isNegated))
      isNegated = false
      at = next
      return true
    }
    if (link?.kind === 'role' && (link.role.role === 'compare' || link.role.role === 'between')) {
      if (isOfGroups(next)) return true
      const column = choose(
        thing,
        fitting(columns, (other) => isNumeric(other.type)),
        'where',
      )
      return column ? readNumbers(column, next) : false
    }
    const value = link?.kind === 'thing' && link.values.some(({ column }) => columns.includes(column)) ? link : undefined
    if (value && (mode !== 'by' || isSaid)) {
      at = next
      addValue(value, columns)
      const goesOn = past(at + 1, 'and', 'or')
      const other = links[goesOn]
      if (
        goesOn > at + 1 &&
        other?.kind === 'thing' &&
        other.columns.length === 0 &&
        other.values.some(({ column }) => columns.includes(column))
      ) {
        at = goesOn
        addValue(other, columns)
      }
      return true
    }
    if (link?.kind === 'number' && mode !== 'by' && roleAt(next - 1) !== 'where') {
      const numeric = columns.filter(
        (column) => isNumeric(column.type) && (isSaid || next === at + 1 || roleAt(next - 1) === 'filler'),
      )
      const column = numeric.length > 0 ? choose(thing, numeric, 'where') : undefined
      if (!column) return false
      draft.filters = withFilter(draft.filters, compareFilter(column, isNegated ? '!=' : '=', link.value))
      isNegated = false
      at = next
      return true
    }
    if (link && (link.kind === 'quoted' || (isSaid && link.kind === 'unknown'))) {
      const column = choose(
        thing,
        fitting(columns, (other) => other.type === 'text'),
        'where',
      )
      if (column?.type !== 'text') return false
      let text = link.text
      at = next
      while (link.kind === 'unknown' && links[at + 1]?.kind === 'unknown') text = `${text} ${links[++at]?.text ?? ''}`
      const filter = compareFilter(column, isNegated ? '!=' : '=', text)
      draft.filters = withFilter(draft.filters, filter)
      isNegated = false
      if (knowsAllValues(column)) {
        draft.doubts.push({ part: 'where', about: filter.label, why: `no ${spokenName(column.name)} is “${text}”` })
        if (link.kind === 'unknown') draft.unknown.push(text)
      }
      return true
    }
    return false
  }

  /** "more than 10 orders" speaks of a group's size; refused, since a plan can't say it yet. */
  const isOfGroups = (place: number): boolean => {
    const end = past(place + 1, 'filler')
    const after = links[past(end + 1, 'filler')]
    if (
      links[end]?.kind !== 'number' ||
      after?.kind !== 'thing' ||
      !after.isTable ||
      after.columns.some((column) => isNumeric(column.type))
    )
      return false
    draft.refusals.push("I can't yet keep only groups by how many rows they have.")
    at = links.indexOf(after)
    return true
  }

  /** Reads `over 100` or `between 5 and 10` that begins at `place`, on a column. */
  const readNumbers = (column: CatalogColumn, place: number): boolean => {
    const link = links[place]
    if (link?.kind !== 'role') return false
    if (link.role.role === 'between') {
      const [low, high] = [links[past(place + 1, 'filler')], links[past(place + 2, 'filler', 'and')]]
      if (low?.kind !== 'number' || high?.kind !== 'number') return false
      draft.filters.push(compareFilter(column, '>=', low.value), compareFilter(column, '<=', high.value))
      at = links.indexOf(high)
      return true
    }
    if (link.role.role !== 'compare') return false
    const next = past(place + 1, 'filler', 'is')
    const value = links[next]
    if (link.role.operator === 'contains') {
      if (!value || value.kind === 'role') return false
      draft.filters.push(compareFilter(column, 'contains', value.text))
      at = next
      return true
    }
    if (
      value?.kind === 'thing' &&
      value.values.some((hit) => hit.column === column) &&
      (link.role.operator === '=' || link.role.operator === '!=')
    ) {
      isNegated = link.role.operator === '!='
      at = next
      addValue(value, [column])
      return true
    }
    if ((value?.kind === 'quoted' || value?.kind === 'unknown') && link.role.operator === '=' && column.type === 'text') {
      draft.filters.push(compareFilter(column, '=', value.text))
      if (knowsAllValues(column))
        draft.doubts.push({ part: 'where', about: value.text, why: `no ${spokenName(column.name)} is “${value.text}”` })
      at = next
      return true
    }
    if (value?.kind !== 'number' || !isNumeric(column.type)) return false
    draft.filters.push(compareFilter(column, isNegated ? opposite[link.role.operator] : link.role.operator, value.value))
    isNegated = false
    at = next
    return true
  }

  const readThing = (thing: Thing): void => {
    const { columns, values, isTable } = thing
    if (columns.length > 0 && pending.length === 0 && mode !== 'rank' && readComparison(thing, columns)) return
    if (columns.length > 0 && pending.length === 0 && (mode === 'where' || mode === 'select') && readComparison(thing, columns))
      return
    if (isMissing && columns.length > 0) {
      const column = choose(thing, columns, 'where')
      if (column) draft.filters.push(nullFilter(column, true))
      isMissing = false
      return
    }
    if (values.length > 0 && columns.length === 0 && !isTable) return addValue(thing)
    const flag =
      columns.length === 1 && columns[0]?.type === 'boolean' && mode !== 'by' && mode !== 'sort' ? columns[0] : undefined
    if (flag && !(draft.isList && mode === 'select' && (roleAt(at + 1) === 'and' || at === links.length - 1))) {
      draft.filters.push(compareFilter(flag, '=', !isNegated))
      isNegated = false
      return
    }
    if (pending.length > 0) return readTarget(thing)
    if (mode === 'by') {
      const column = choose(
        thing,
        fitting(columns, (other) => !isMeasure(other)),
        'by',
      )
      if (!column) noteEachRow(thing)
      else if (draft.rank && !draft.rank.by && isMeasure(column)) draft.rank.by = { column }
      else {
        const before = links[at - 1]
        if (before?.kind === 'thing' && before.columns.length > 0 && !thing.isAfterComma)
          draft.doubts.push({ part: 'by', why: `I read “${before.text} ${thing.text}” as two columns` })
        draft.by.push({ column, ...(isDate(column) ? { grain: 'day' as const } : {}) })
      }
      return
    }
    if (mode === 'rank') {
      if (isTable && draft.rank?.isCount) {
        draft.isEntityNamed = true
        return addMeasure({ aggregate: 'count' })
      }
      const numeric = columns.filter(
        (column) => isMeasure(column) || (draft.rank?.isTime ? isDate(column) : isDate(column) || isYear(column)),
      )
      const column = numeric.length > 0 ? choose(thing, numeric, 'measure') : undefined
      if (column) return addMeasure({ column })
      mode = 'select'
    }
    if (mode === 'sort') {
      const column = choose(thing, columns, 'order')
      if (column) draft.order.push({ picked: { column }, descending: takeDirection() })
      else if (isTable) draft.order.push({ picked: { aggregate: 'count' }, descending: takeDirection() })
      return
    }
    if (
      isTable &&
      (columns.length === 0 ||
        (!columns.some(isMeasure) && roleAt(at + 1) !== 'and') ||
        (thing.text.endsWith('s') && draft.isList && roleAt(at + 1) !== 'and'))
    ) {
      draft.isEntityNamed = true
      return
    }
    const column = choose(thing, columns, 'measure')
    if (!column) return
    if (isNegated) {
      draft.refusals.push(`I can't leave out ${spokenName(column.name)} without a value.`)
      isNegated = false
    }
    const before = links[at - 1]
    if (
      before?.kind === 'thing' &&
      before.columns.length > 0 &&
      before.values.length === 0 &&
      !before.columns.includes(column) &&
      !thing.isAfterComma
    )
      draft.doubts.push({ part: 'measure', why: `I read “${before.text} ${thing.text}” as two columns` })
    if (mode === 'where' && draft.selected.length > 0 && !isMeasure(column))
      draft.doubts.push({ part: 'where', why: `I don't know what “${thing.text}” is to do here` })
    for (const aggregate of spread.length > 0 && isMeasure(column) && roleAt(at - 1) === 'and' ? spread : [undefined])
      draft.selected.push({ column, ...(aggregate ? { aggregate } : {}) })
  }

  /** "per order", where a row is an order: an average stays what it is, anything else may be meant row by row. */
  const noteEachRow = (thing: Thing): void => {
    draft.isEntityNamed = draft.isEntityNamed || thing.isTable
    const isAverage = draft.selected.length > 0 && draft.selected.every(({ aggregate }) => aggregate === 'average')
    if (!isAverage) draft.doubts.push({ part: 'by', why: `each row is one of the ${thing.text}; I don't know by what to group` })
  }

  /** The thing that "how many", "average" and the like speak of. */
  const readTarget = (thing: Thing): void => {
    const counts = pending.includes('count')
    const next = links[at + 1]
    if (
      thing.isTable &&
      thing.columns.length === 0 &&
      next?.kind === 'thing' &&
      next.columns.some((column) => !isDate(column) && column.type !== 'boolean')
    ) {
      draft.isEntityNamed = true
      return
    }
    if (thing.isTable && (counts || thing.columns.length === 0 || !thing.columns.some(isMeasure))) {
      draft.isEntityNamed = true
      addMeasure({ aggregate: 'count' })
      pending = []
      return
    }
    const wanted = (column: CatalogColumn): boolean =>
      counts
        ? !isMeasure(column) || additivity(column) === 'yes'
        : isMeasure(column) || (isDate(column) && (pending.includes('max') || pending.includes('min')))
    const options = thing.columns.filter(wanted)
    if (options.length === 0) {
      const column = thing.columns[0]
      if (pending.includes('sum') && column && (isIdentifier(column) || !isNumeric(column.type))) {
        addMeasure({ aggregate: 'count-distinct', column: choose(thing, thing.columns, 'measure') ?? column })
        pending = []
      } else if (column) {
        draft.refusals.push(
          isIdentifier(column) || !isNumeric(column.type)
            ? `${spokenName(column.name)} is not a number that can be worked out like this.`
            : `I don't know how to count ${spokenName(column.name)}.`,
        )
        pending = []
      }
      return
    }
    const column = choose(thing, options, 'measure')
    if (!column) return
    for (const aggregate of pending) {
      if (aggregate === 'sum' && additivity(column) === 'no')
        draft.doubts.push({
          part: 'measure',
          about: spokenName(column.name),
          why: `adding up ${spokenName(column.name)} may make no sense`,
        })
      addMeasure({
        aggregate: aggregate === 'count' ? (isMeasure(column) && !draft.isDistinct ? 'sum' : 'count-distinct') : aggregate,
        column,
      })
    }
    spread = pending
    pending = []
  }

  const endTarget = (): void => {
    if (pending.length === 0) return
    const before = draft.selected.at(-1)
    if (pending.includes('count')) addMeasure({ aggregate: 'count' })
    else if (before?.column && !before.aggregate && isMeasure(before.column))
      draft.selected.splice(-1, 1, ...pending.map((aggregate) => ({ ...before, aggregate })))
    else {
      const numeric = table.columns.filter(isMeasure)
      const column = pick('measure', numeric)
      if (column) {
        for (const aggregate of pending) addMeasure({ aggregate, column })
        draft.doubts.push({
          part: 'measure',
          about: spokenName(column.name),
          why: `the question does not say of which number${numeric.length > 1 ? `; there is ${listed(numeric.map((other) => spokenName(other.name)))}` : ''}`,
        })
      } else draft.refusals.push('There is no number in this data to work that out from.')
    }
    pending = []
  }

  /** "minimum, maximum and average": figures in a row, the last after an "and". */
  const isEnumerated = (aggregate: Aggregate): boolean =>
    aggregate !== 'count' &&
    !pending.includes('count') &&
    roleAt(at - 1) === 'aggregate' &&
    roleAt(at + 1) === 'and' &&
    roleAt(at + 2) === 'aggregate'

  const readRole = (role: Role): void => {
    switch (role.role) {
      case 'aggregate':
        if (
          (role.aggregate === 'max' || role.aggregate === 'min') &&
          mode === 'where' &&
          draft.selected.some(({ aggregate }) => !aggregate)
        )
          return readRole({ role: 'superlative', descending: role.aggregate === 'max' })
        if (pending.length === 1 && pending[0] === 'sum' && role.aggregate === 'count') pending = ['count']
        else if (!pending.includes(role.aggregate)) {
          if (pending.length > 0 && roleAt(at - 1) !== 'and' && !isEnumerated(role.aggregate)) {
            if (!(pending.includes('count') && role.aggregate === 'sum'))
              draft.refusals.push("I can't work out one figure of another, like an average of counts.")
          } else pending.push(role.aggregate)
        }
        if (mode === 'by') mode = draft.rank && !draft.rank.by ? 'rank' : 'select'
        return
      case 'by':
        endTarget()
        mode = mode === 'rank' && draft.rank && !draft.rank.by ? 'by' : 'by'
        return
      case 'trend':
        endTarget()
        draft.by.push({ grain: 'fitting' })
        return
      case 'grain':
        draft.by.push({ grain: role.grain })
        return
      case 'unit':
        if (mode === 'by') {
          const next = past(at + 1, 'filler')
          const link = links[next]
          const column = link?.kind === 'thing' ? link.columns.find(isDate) : undefined
          draft.by.push({ grain: role.grain, ...(column ? { column } : {}) })
          if (column) at = next
        } else if (draft.asksWhich && mode === 'select') draft.by.push({ grain: role.grain, isAsked: true })
        else draft.unknown.push(links[at]?.text ?? '')
        return
      case 'superlative':
      case 'top': {
        const next = links[at + 1]
        const before = links[at - 1]
        const isTop = role.role === 'top'
        const limit = next?.kind === 'number' ? next.value : before?.kind === 'number' && !isTop ? before.value : undefined
        if (limit !== undefined && next?.kind === 'number') at++
        if (draft.rank) draft.refusals.push('I can rank by one thing at a time.')
        draft.rank = {
          descending: role.descending,
          ...(limit === undefined ? {} : { limit }),
          isCount: role.role === 'superlative' && role.counts === true,
          isTime: role.role === 'superlative' && role.time === true,
          isTop,
        }
        mode = isTop || draft.rank.isTime ? 'select' : 'rank'
        return
      }
      case 'not':
        isNegated = true
        return
      case 'null':
        isMissing = true
        return
      case 'and':
        if (at === 0) draft.edits.add('also')
        if (mode === 'where' && links[at + 1]?.kind === 'thing') mode = 'where'
        return
      case 'or': {
        const [before, after] = [links[at - 1], links[at + 1]]
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
        draft.asksWhich = draft.asksWhich || !/^(what|whose)$/i.test(links[at]?.text ?? '') || roleAt(at + 1) !== 'is'
        return
      case 'sort':
        endTarget()
        mode = 'sort'
        return
      case 'direction': {
        const last = draft.order.at(-1)
        if (last && direction === undefined && mode === 'sort') last.descending = role.descending
        else direction = role.descending
        endTarget()
        if (roleAt(at + 1) === undefined || links[at]?.text.endsWith('of') || links[at]?.text.endsWith('by')) mode = 'sort'
        return
      }
      case 'compare':
      case 'between':
        return readLooseComparison()
      case 'chart':
        draft.chart = role.kind
        return
      case 'only':
      case 'about':
      case 'also':
        draft.edits.add(role.role)
        if (role.role === 'also' && /\b(by|per)$/.test(links[at]?.text ?? '')) mode = 'by'
        return
      case 'distinct':
        draft.isDistinct = true
        return
      case 'where':
        endTarget()
        if (mode !== 'rank') mode = 'where'
        return
      case 'rows':
        draft.isEntityNamed = true
        if (pending.length > 0 || mode === 'rank') addMeasure({ aggregate: 'count' })
        pending = []
        return
      case 'unsupported':
        draft.isHollow = true
        draft.unknown.push(links[at]?.text ?? '')
        return
      case 'is':
      case 'filler':
        return
    }
  }

  /** `over 100 units`, `more than 10 orders`, `orders over 100`: the column comes later or is not said. */
  const readLooseComparison = (): void => {
    const start = at
    const isBetween = roleAt(at) === 'between'
    const end = isBetween ? past(past(at + 1, 'filler') + 1, 'and', 'filler') : past(at + 1, 'filler')
    const after = links[past(end + 1, 'filler')]
    const column = after?.kind === 'thing' ? after.columns.find((other) => isNumeric(other.type)) : undefined
    if (after?.kind === 'thing' && column) {
      const isRead = readNumbers(
        choose(
          after,
          after.columns.filter((other) => isNumeric(other.type)),
          'where',
        ) ?? column,
        start,
      )
      if (isRead) at = links.indexOf(after)
      else draft.unknown.push(links[start]?.text ?? '')
      return
    }
    if (after?.kind === 'thing' && after.isTable) {
      draft.refusals.push("I can't yet keep only groups by how many rows they have.")
      at = links.indexOf(after)
      return
    }
    const last = draft.selected.findLast((picked) => picked.column && isMeasure(picked.column) && !picked.aggregate)?.column
    const numeric = last ? [last] : table.columns.filter(isMeasure)
    const chosen = pick('compared', numeric)
    if (chosen && readNumbers(chosen, start)) {
      if (!last)
        draft.doubts.push({
          part: 'where',
          about: spokenName(chosen.name),
          why: `the question does not say which number is compared${numeric.length > 1 ? `: ${listed(numeric.map((other) => spokenName(other.name)))}` : ''}`,
        })
    } else draft.unknown.push(links[start]?.text ?? '')
  }

  const readPeriod = (link: Extract<Link, { kind: 'period' }>): void => {
    const dates = table.columns.filter(isDate)
    const years = link.period.year === undefined ? [] : table.columns.filter(isYear)
    const before = links.slice(0, at).findLast((other) => other.kind !== 'role' || other.role.role === 'by')
    const named = before?.kind === 'thing' ? [...dates, ...years].filter((column) => before.columns.includes(column)) : []
    const options = named.length > 0 ? named : dates.length > 0 ? dates : years
    const column = pick('date', options)
    if (!column) {
      draft.refusals.push(`There is no date in this data, so I can't read “${link.text}”.`)
      return
    }
    if (named.length > 0) {
      draft.selected = draft.selected.filter((picked) => picked.column !== column || picked.aggregate)
    }
    const filter = periodFilter(column, link.period)
    const clash = draft.filters.find(
      (other) => other.column === column.name && other.operator === 'between' && filter.operator === 'between',
    )
    if (clash) draft.refusals.push('I can read one period at a time.')
    draft.filters.push(filter)
    if (options.length > 1)
      draft.doubts.push({
        part: 'period',
        why: `the period may be meant of ${listed(options.map((other) => spokenName(other.name)))}`,
      })
    if (link.period.isGuessed) draft.doubts.push({ part: 'period', why: `the year is not said; I took ${link.period.label}` })
    if (isNegated) draft.refusals.push("I can't leave out a period.")
  }

  for (; at < links.length; at++) {
    const link = links[at]
    if (!link) continue
    if (link.kind === 'thing') readThing(link)
    else if (link.kind === 'role') readRole(link.role)
    else if (link.kind === 'period') readPeriod(link)
    else if (link.kind === 'number') {
      const next = links[at + 1]
      const isForRank = next?.kind === 'role' && next.role.role === 'superlative'
      if (!isForRank) draft.unknown.push(link.text)
    } else {
      if (mode === 'by' || mode === 'rank' || mode === 'sort' || pending.length > 0) draft.isHollow = true
      draft.unknown.push(link.text)
    }
  }
  endTarget()
  if (isNegated) draft.unknown.push('not')
  if (isMissing) draft.unknown.push('missing')
  if (direction !== undefined) draft.order.push({ picked: 'first', descending: direction })
  return draft
}

const opposite = { '=': '!=', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<', contains: 'contains' } as const

/** "a, b or c" */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`
