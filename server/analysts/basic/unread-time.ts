import type { CatalogTable } from '../../../contract/catalog.ts'
import { datesOf } from './columns.ts'
import { grainOf, monthOf } from './dates.ts'
import { listed, type Token } from './tokens.ts'

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/** Words that speak of a time by themselves, whether or not the grammar of periods has a rule for them. */
const timeWords = set(
  'since until till ago spring summer autumn winter season fortnight decade century weekend morning afternoon evening night midnight noon hour minute second tomorrow tonight now recently lately recent monday tuesday wednesday thursday friday saturday sunday christmas easter ytd',
)
/** Words that stand in a time, and elsewhere too. */
const timeTails = set(
  'before after from this last past previous next coming current early late mid middle start beginning end half first few couple',
)
/** Words that neither begin nor end what is said of a time. */
const ties = set('the a an of in on at for during within and to that')

const isOfTime = (token: Token): boolean => {
  const grain = grainOf(token)
  return timeWords.has(token.lower) || timeWords.has(token.lemma) || grain !== undefined || monthOf(token) >= 0
}

/** The stretches of a question that speak of a time and hold an unknown text: "since spring", "2 fortnights ago". */
export function unreadTimes(unknown: readonly string[], tokens: readonly Token[]): string[] {
  const isUnknown = new Set(unknown.flatMap((text) => text.toLowerCase().split(/\s+/)))
  const runs: Token[][] = [[]]
  for (const token of tokens) {
    if (isOfTime(token) || token.kind === 'number' || timeTails.has(token.lower) || ties.has(token.lower))
      runs.at(-1)?.push(token)
    else runs.push([])
  }
  return runs.flatMap((run) => {
    const isPart = (token: Token): boolean => !ties.has(token.lower)
    const said = run.slice(Math.max(0, run.findIndex(isPart)), run.findLastIndex(isPart) + 1)
    const isTime = said.some((token) => isOfTime(token) && isUnknown.has(token.lower))
    return isTime ? [said.map(({ text }) => text).join(' ')] : []
  })
}

const month = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })

/** How a time is said that can be read, of the dates that this data has. */
export function timesSaid(tables: readonly CatalogTable[]): string {
  const dates = tables.flatMap((table) => datesOf(table))
  if (dates.length === 0) return 'This data has no date.'
  const last = dates
    .flatMap(({ max }) => {
      const date = new Date(String(max ?? ''))
      return Number.isNaN(date.getTime()) ? [] : [date]
    })
    .sort((one, two) => one.getTime() - two.getTime())
    .at(-1)
  const ofData = last ? [`since ${month.format(last)}`, `in ${last.getUTCFullYear()}`] : []
  return `Times that I read are ${listed(
    [...ofData, 'last 3 months', 'by month'].map((time) => `“${time}”`),
    'and',
  )}.`
}
