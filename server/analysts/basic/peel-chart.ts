import type { ChartKind } from '../../../contract/chart.ts'

/** Along an axis, or by what is named. */
export interface ChartSort {
  readonly by: 'x' | 'y' | { readonly name: string }
  readonly descending: boolean
}

/** What a question says of the picture that it wants. */
export interface ChartWish {
  /** The question without the words for it, said as people ask for a table. */
  readonly rest: string
  readonly kind?: ChartKind
  /** Which axis the points follow. */
  readonly sort?: ChartSort
  /** "…, and count them": how many rows each value has. */
  readonly isCounted: boolean
  /** By how many names the points are told apart, where that is said. */
  readonly axes?: number
  /** What a bin leaves open: how wide it is ("by time"), or whether months and quarters are those of any year. */
  readonly openBin?: 'width' | 'year'
}

const KIND =
  '(?:an? |the )?(?:(?:stacked|stack|grouped|grouping|group|simple) )?(bar|column|line|area|pie|donut|doughnut|scatter|histogram)(?:[ -]?(?:charts?|graphs?|plots?|diagrams?))?'
const DRAWN = '(?:visuali[sz]e|draw|plot|show|give|return|create|make|present|display|use|using|generate|build)'
const ABOUT =
  '(?: (?:about|of|for|on|to (?:show|display|compare|visuali[sz]e)|for (?:showing|returning|displaying)|(?:that )?(?:shows?|showing|displays?|displaying|comput(?:es|ing)|returning|compar(?:es|ing))))*'

const leads: readonly RegExp[] = [
  new RegExp(
    `(^|[,.?] *)(?:please )?(?:can you |could you |you can |i want to )?${DRAWN}(?: me| a me)? ${KIND}${ABOUT}[,:]? +(?=\\S)`,
    'i',
  ),
  new RegExp(`(^|, *)${KIND}${ABOUT}[,:]? +(?=\\S)`, 'i'),
]
const tails: readonly RegExp[] = [
  new RegExp(
    `[,.?]?(?: and)?(?: then)?(?: please)?(?: ${DRAWN})?(?: me)?(?: (?:them|it|that|this|these|the results?))?(?: (?:by|in|as|with|using|via|through|on|for|to ${DRAWN}))* ${KIND}(?= *(?:$|[,.?]))`,
    'i',
  ),
]
const kinds: Readonly<Record<string, ChartKind>> = { column: 'bar', histogram: 'bar', doughnut: 'donut' }

const DIRECTION =
  '(?:in |by |from )?(?:the )?(asc(?:ending)?|desc(?:ending)?|low(?:est)? to high(?:est)?|high(?:est)? to low(?:est)?|decreasing|increasing)(?: order)?'
const AXIS = '(?:the )?(x|y|bars?|total number(?: of [\\w ]+?)?|[\\w ]{2,30}?)(?:[- ]?ax(?:is|es))?'
const ASKED =
  '(?:i want to |could you |can you |please |and )*(?:please )?(?:list|display|show|rank|sort|order|sorted|ordered|ranked)'
const sorts: readonly RegExp[] = [
  new RegExp(`[,.?]?(?: and)? *${ASKED}(?: the)? *(?:by |in |on )?${AXIS} ${DIRECTION}(?: please)?[.?]? *$`, 'i'),
  new RegExp(
    `[,.?]?(?: and)? *${ASKED} *(?:in |from |by )?${DIRECTION} *(?:by|of|for|on|according to) ${AXIS}(?: please)?[.?]? *$`,
    'i',
  ),
]

/**
 * Takes the words for a picture off a question: "Draw a bar chart about the distribution of sex and the sum of height, and group by attribute sex,
 * and list in asc by the y axis" is "sum of height for each sex", drawn as bars. Nothing where no picture is asked for.
 */
export function peelChart(text: string): ChartWish | undefined {
  const said = text.trim().replace(/\s+/g, ' ')
  const { rest: unsorted, sort } = peelSort(said)
  const drawn = peelKind(unsorted)
  const isDrawn = drawn.kind !== undefined || comparing.test(drawn.rest) || sort?.by === 'x' || sort?.by === 'y'
  if (!isDrawn) return undefined
  const counted = drawn.rest.replace(/,? and count(?: them)?(?= *(?:$|[.?]))/i, '')
  const plain = asked(counted)
  if (!/\p{L}{2}/u.test(plain.rest.replace(onlyDrawn, ''))) return undefined
  const kind = drawn.kind ?? plain.kind
  return {
    rest: plain.rest,
    ...(kind ? { kind } : {}),
    ...(sort ? { sort } : {}),
    ...(plain.axes ? { axes: plain.axes } : {}),
    isCounted: counted !== drawn.rest,
    ...openBinOf(said),
  }
}

function openBinOf(text: string): Pick<ChartWish, 'openBin'> {
  const [, unit = ''] = /\bbins?\b.* (time|month|quarter)\b/i.exec(text) ?? []
  return unit === '' ? {} : { openBin: unit.toLowerCase() === 'time' ? 'width' : 'year' }
}

function peelSort(text: string): { rest: string; sort?: ChartSort } {
  for (const [place, pattern] of sorts.entries()) {
    const found = pattern.exec(text)
    if (!found) continue
    const [axis = '', direction = ''] = place === 0 ? found.slice(1) : [found[2], found[1]]
    return {
      rest: text.slice(0, found.index).trim(),
      sort: { by: axisOf(axis.trim()), descending: /^(?:desc|high|decr)/i.test(direction) },
    }
  }
  return { rest: text }
}

const axisOf = (said: string): ChartSort['by'] =>
  /^(?:x|names?)$/i.test(said) ? 'x' : /^(?:y|bars?|total number\b.*)$/i.test(said) ? 'y' : { name: said.toLowerCase() }

function peelKind(text: string): { rest: string; kind?: ChartKind } {
  for (const [patterns, isLead] of [
    [tails, false],
    [leads, true],
  ] as const)
    for (const pattern of patterns) {
      const found = pattern.exec(text)
      if (!found) continue
      const name = (isLead ? found[2] : found[1])?.toLowerCase() ?? ''
      const isNamed = /chart|graph|plot|diagram|histogram/i.test(found[0])
      if (!isNamed || (isLead && name === 'histogram')) continue
      const kept = isLead ? (found[1] ?? '') : ''
      const rest = `${text.slice(0, found.index)}${kept}${text.slice(found.index + found[0].length)}`.trim()
      return { rest, kind: kinds[name] ?? (name as ChartKind) }
    }
  return { rest: text }
}

/** "Show it as a bar chart" draws what was asked before. */
const onlyDrawn = /^(?:(?:as|in|with|please|show|draw|plot|make|it|this|that|them|me|now|and|a|the|instead)\b[ ,.?]*)+$/i

const comparing =
  /\b(?:the )?(distribution|comparison|correlation|relationship|trend|change|proportion)s? (?:about|of|between|over)\b(?=.+\b(?:and|over|group(?:ed)? by)\b)/i
const FIGURE = '(?:the )?(?:(sum|average|mean|avg|total|minimum|maximum|amount|number|count|total number)(?: of)?)'

/** The rest as a question: who is meant comes last, what is grouped by is said as "for each". */
function asked(text: string): { rest: string; kind?: ChartKind; axes?: number } {
  const axes = /^x[- ]axis (?:is )?(.+?),? (?:and )?y[- ]axis (?:is )?(.+)$/i.exec(text.replace(/^the /i, ''))
  if (axes) return asked(`the distribution of ${axes[1] ?? ''} and ${axes[2] ?? ''}`)
  const among = /^for (?:those|all|the)(?: the)? (.+?), (?!and )(?=\S)/i.exec(text)
  const whole = among ? text.slice(among[0].length) : text
  const grouped =
    /,?(?: and)?(?: that)? *group(?:s|ed|ing)? by (?:the )?(?:attribute )?([\w ]+?)(?: attribute)?(?= *(?:$|[,.?]))/i.exec(whole)
  const ungrouped = grouped ? whole.slice(0, grouped.index) + whole.slice(grouped.index + grouped[0].length) : whole
  const binned =
    /,? *\bbin (?:the )?(.+?) (?:by|into) (?:the |a )?(time|weekday|day of (?:the )?week|week ?day|day|week|month|quarter|year)\b(?: intervals?)?/i.exec(
      ungrouped,
    )
  const unbinned = binned ? ungrouped.slice(0, binned.index) + ungrouped.slice(binned.index + binned[0].length) : ungrouped
  const picture = comparing.exec(unbinned)
  const pair = unbinned
    .replace(/^(?:please )?(?:give me|show me|show|find|visualize|return|draw)(?: about)? /i, '')
    .replace(
      /^(?:about )?(?:the )?(?:general )?(?:distribution|comparison|correlation|relationship|trend|change|proportion)s? (?:about|of|between|over) /i,
      '',
    )
    .replace(/[,.? ]+$/, '')
  const turned = picture && / over (?:the )?/i.test(pair) ? pair.replace(/^(.+) over (?:the )?(.+)$/i, '$2 and $1') : pair
  const figure = new RegExp(`^(.+?)(?:,| and) ${FIGURE} (.+)$`, 'i').exec(turned)
  const kind = picture && kindOf(picture[1] ?? '')
  const of = among ? ` of ${among[1] ?? ''}` : ''
  const [, by = '', aggregate = '', what = ''] = figure ?? []
  if (!figure || !(picture || grouped || binned)) {
    const isPlain = !picture && !grouped && !binned
    const rest =
      isPlain && !among
        ? unbinned
        : isPlain
          ? `${unbinned.replace(/[,.? ]+$/, '')}${of}`
          : `${turned}${series(turned, grouped?.[1])}${of}`
    return { rest, ...(kind ? { kind } : {}) }
  }
  const isSame = what.trim().toLowerCase() === by.trim().toLowerCase()
  const isCount = /amount|number|count/i.test(aggregate)
  const shown = isCount ? (isSame ? 'number of rows' : `number of ${what}`) : `${aggregate} of ${what}`
  const each = binned ? `by ${stepOf(binned[2] ?? '')} of ${by}` : `for each ${by}`
  const told = series(by, grouped?.[1])
  return { rest: `${shown} ${each}${told}${of}`, axes: told === '' ? 1 : 2, ...(kind ? { kind } : {}) }
}

/** Bins of a month or a quarter gather all years, where "by month" goes along them. */
const stepOf = (said: string): string => {
  const step = said.toLowerCase()
  return step === 'time' ? 'month of the year' : step === 'month' || step === 'quarter' ? `${step} of the year` : step
}

/** A third thing to tell the points apart by. */
const series = (said: string, by = ''): string =>
  by === '' || said.split(/ and |, /).some((one) => isAlike(one, by)) ? '' : ` and ${by}`

const isAlike = (one: string, other: string): boolean =>
  one.trim().replaceAll('_', ' ').toLowerCase() === other.trim().replaceAll('_', ' ').toLowerCase()

const kindOf = (word: string): ChartKind | undefined =>
  (
    ({
      correlation: 'scatter',
      relationship: 'scatter',
      trend: 'line',
      change: 'line',
      proportion: 'pie',
      comparison: 'bar',
    }) as const
  )[word.toLowerCase() as 'trend']
