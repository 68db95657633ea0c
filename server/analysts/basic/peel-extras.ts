import type { Grain } from '../../../contract/plan.ts'

/** What a question asks on top of its plain figures. */
export interface Extras {
  /** The question without the words for it; empty where it was nothing else. */
  readonly rest: string
  readonly isShare: boolean
  /** Said as "return rate": the part of each group's rows. */
  readonly isRate: boolean
  readonly isSpread: boolean
  readonly isExplained: boolean
  /** Without a grain, the time just before. */
  readonly compare?: { readonly grain?: Grain }
}

const UNIT = '(day|week|month|quarter|year|period)'
const AGAINST = '(?:compared? (?:with|to|against)|versus|vs\\.?|against|relative to|than)'
const EARLIER = '(?:last|the last|previous|the previous|prior|the prior|the preceding)'

const earlierTimes: readonly RegExp[] = [
  new RegExp(
    `\\b(?:and )?(?:how )?(?:it |this |that )?${AGAINST} (?:the )?same ${UNIT} (?:of )?(?:the )?(?:last|previous|prior) (year)\\b`,
    'i',
  ),
  new RegExp(`\\b(?:and )?${AGAINST} (?:${EARLIER} ${UNIT}(?:'s)?|the ${UNIT} before|a ${UNIT} (?:ago|before|earlier))\\b`, 'i'),
  new RegExp(`\\b(?:and )?${AGAINST} ${EARLIER}(?= *$)`, 'i'),
  /\b(?:a |the )?(year|month|quarter|week|day)[- ](?:over|on)[- ](?:year|month|quarter|week|day)\b(?: (?:growth|change|comparison))?(?: (?:of|in|for))?/i,
  /\b(yoy|mom|qoq|wow)\b(?: growth| change)?/i,
]
const shortUnits: Readonly<Record<string, Grain>> = { yoy: 'year', mom: 'month', qoq: 'quarter', wow: 'week' }

const compared = new RegExp(`^compare (.*?) (?:with|to|and|against|versus|vs) (?=${EARLIER} |the same )`, 'i')
const growth = /\b(?:growth(?: rate)?|percentage change|relative change)(?: (?:of|in))?(?= |$)/i
const shares: readonly RegExp[] = [
  /\b(?:shown |expressed )?(?:as|in) (?:a |the )?(?:percentages?|percent|per cent|shares?|proportions?|%)(?: of (?:the )?(?:total|whole))?(?= *$| )/i,
  /\b(?:what |which |how (?:large|big) (?:a |is the )?)?(?:the |a )?(?:relative )?(?:percentages?|percent|shares?|proportion|fraction)(?: distribution)? of (?:the |all )?(?:total |overall |the )*/i,
  /(?<= )(?:percentages?|shares?)(?= (?:by|per|for each)\b|$)/i,
]
const rate = /(?<=[a-z])[ -]rates?(?= |$)/i
const spread = /^(?:(?:show|give|draw|plot)(?: me)? )?(?:the |a )?(?:distribution|histogram|spread) (?:of|for) (?:the )?/i
const why =
  /^(?:and |but |so )?(?:why (?:did|has|have|is|are|was|were|does|do) |what (?:explains|caused|drove|drives|is behind|was behind) (?:the )?(?:change|changes|drop|fall|rise|increase|decrease|growth|decline)(?: (?:in|of))? ?|why$|what changed ?)/i
const moved =
  / ?\b(?:change|changed|drop|dropped|fall|fallen|fell|rise|rose|risen|grow|grew|grown|increase|increased|decrease|decreased|decline|declined|go up|gone up|go down|gone down|up|down|higher|lower)\b(?: so much)?/i
const pronoun = /^(?:it|this|that|they|these|those)$/i

/**
 * Takes the words for shares, comparisons, spreads and reasons off a question, so that the rest reads as a plain one.
 * `names` are words of the data's own columns: what stands there is meant as a column.
 */
export function peelExtras(text: string, names: ReadonlySet<string>): Extras {
  let rest = text.trim().replace(/[?!.]+$/, '')
  const take = (patterns: readonly RegExp[], ...words: string[]): RegExpExecArray | undefined => {
    if (words.some((word) => names.has(word))) return undefined
    for (const pattern of patterns) {
      const found = pattern.exec(rest)
      if (!found) continue
      rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found[0].length)}`.replace(/\s+/g, ' ').trim()
      return found
    }
    return undefined
  }
  const isExplained = take([why]) !== undefined
  if (isExplained) {
    take([moved])
    if (pronoun.test(rest)) rest = ''
  }
  rest = rest.replace(compared, '$1 compared with ')
  const earlier = take(earlierTimes)
  const unit = (earlier?.slice(1).findLast((part) => part !== undefined) ?? '').toLowerCase()
  const isGrowth = !isExplained && take([growth], 'growth', 'change') !== undefined
  const grain = shortUnits[unit] ?? (unit === '' || unit === 'period' ? undefined : (unit as Grain))
  if (earlier || isGrowth)
    rest = rest.replace(/^(?:compare|and|show) *(?=$|\S)/i, (said) => (/show/i.test(said) ? said : '')).trim()
  const isSpread = take([spread], 'distribution', 'spread') !== undefined
  const isShare = take(shares, 'share', 'percentage', 'percent', 'proportion') !== undefined
  const isRate = !isShare && take([rate], 'rate') !== undefined
  return {
    rest,
    isShare,
    isRate,
    isSpread,
    isExplained,
    ...(earlier || isGrowth || isExplained ? { compare: grain === undefined ? {} : { grain } } : {}),
  }
}
