import type { CatalogColumn, CatalogTable } from '../../../contract/catalog.ts'
import type { Starter } from '../../../contract/conversation.ts'
import { rowWord } from './build-plan.ts'
import { additivity, datesOf, isCategory, isIdentifier, isMeasure, isYear } from './columns.ts'
import { pluralOf } from './lemma.ts'
import { calledOf, nameWords, spokenName } from './tokens.ts'

/** Questions that the shape of a table invites, best first: a measure over time, by category, at the top, and how many. */
export function candidateQuestions(table: CatalogTable): Starter[] {
  const dates = datesOf(table)
  const measures = table.columns.filter((column) => isMeasure(column) && !isYear(column))
  const amount = bestAmount(measures)
  const average = measures.find((column) => additivity(column) === 'no') ?? measures.find((column) => column !== amount)
  const categories = table.columns
    .filter((column) => isCategory(column, table) && (column.distinctCount ?? 0) > 1 && column.type !== 'boolean')
    .sort((one, two) => fitness(one) - fitness(two))
  const [first, second] = categories
  const many = table.columns
    .filter(
      (column) =>
        column.type === 'text' &&
        !isIdentifier(column) &&
        (column.distinctCount ?? 0) > 10 &&
        (column.distinctCount ?? 0) < table.rowCount,
    )
    .sort((one, two) => (one.distinctCount ?? 0) - (two.distinctCount ?? 0))[0]
  const rows = rowWord(table)
  const questions: Starter[] = []
  const ask = (question: string, hint: string): void => {
    if (!questions.some((other) => other.question === question)) questions.push({ question, hint })
  }
  const date = dates.length === 1 ? dates[0] : undefined
  const grain = date ? grainFor(date) : 'month'
  if (date && amount) ask(`${heading('total', amount)} by ${grain}`, `line, by ${grain}`)
  if (first && amount) ask(`${heading('total', amount)} by ${calledOf(first)}`, bars(first))
  if (date && !amount) ask(`Number of ${rows} by ${grain}`, `line, by ${grain}`)
  if (first) ask(`How many ${rows} per ${calledOf(first)}?`, bars(first))
  if (first && average) ask(`${heading('average', average)} by ${calledOf(first)}`, bars(first))
  if (many && amount) ask(`Top 5 ${pluralOf(calledOf(many))} by ${heading('total', amount).toLowerCase()}`, 'bars, 5 of them')
  if (second && amount) ask(`Which ${calledOf(second)} has the highest ${heading('total', amount).toLowerCase()}?`, 'one row')
  if (date && first) ask(`Number of ${rows} by ${grain} and ${calledOf(first)}`, `lines, by ${grain}`)
  if (second) ask(`How many ${rows} per ${calledOf(second)}?`, bars(second))
  if (average) ask(heading('average', average), 'one number')
  ask(`How many ${rows}?`, 'one number')
  return questions
}

const bestAmount = (measures: readonly CatalogColumn[]): CatalogColumn | undefined => {
  const rank = (column: CatalogColumn): number =>
    ['revenue', 'sales', 'amount', 'total', 'profit', 'value'].findIndex((word) => nameWords(column.name).includes(word))
  const amounts = measures.filter((column) => additivity(column) === 'yes')
  return [...amounts].sort((one, two) => ((rank(one) + 100) % 100) - ((rank(two) + 100) % 100))[0]
}

/** Three to twelve values read best as bars. */
const fitness = ({ distinctCount = 99 }: CatalogColumn): number =>
  distinctCount >= 3 && distinctCount <= 12 ? 0 : distinctCount < 3 ? 1 : 2

const heading = (word: 'total' | 'average', column: CatalogColumn): string => {
  const name = calledOf(column)
  const said = nameWords(column.name).includes(word) ? name : `${word} ${name}`
  return said.charAt(0).toUpperCase() + said.slice(1)
}

const bars = ({ distinctCount, name }: CatalogColumn): string => {
  const spoken = spokenName(name)
  return distinctCount === undefined ? 'bars' : `bars, ${distinctCount} ${spoken === 'status' ? 'statuses' : pluralOf(spoken)}`
}

const grainFor = ({ min, max }: CatalogColumn): string => {
  const days = (Date.parse(String(max)) - Date.parse(String(min))) / 86_400_000
  return days <= 62 ? 'day' : days > 1830 ? 'year' : 'month'
}
