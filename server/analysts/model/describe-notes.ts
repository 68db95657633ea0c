import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import { similarPairs } from '../confirmed-pair.ts'

/** What people noted about the source, as a model is told it; empty where nobody noted anything. `question` chooses the confirmed ones. */
export function describeNotes(catalog: Catalog, question: string): string {
  const lines = [
    ...catalog.tables.flatMap(describeTable),
    ...similarPairs(question, catalog).map(({ question: asked, sql, by }) =>
      [`Confirmed${by === undefined ? '' : ` by ${by}`}: ${JSON.stringify(asked)} is answered by`, sql].join('\n'),
    ),
  ]
  return lines.join('\n')
}

function describeTable({ name, synonyms, definition, dateColumn, metrics = [], columns }: CatalogTable): string[] {
  const own = [
    ...(synonyms?.length ? [`also called ${synonyms.join(', ')}`] : []),
    ...(definition === undefined ? [] : [definition]),
    ...(dateColumn === undefined ? [] : [`its date is ${dateColumn} unless another is named`]),
  ]
  return [
    ...(own.length > 0 ? [`Table ${name}: ${own.join('; ')}`] : []),
    ...columns.flatMap((column) => {
      const words = Object.entries(column.valueWords ?? {}).map(
        ([value, said]) => `${JSON.stringify(value)} means ${said.join(', ')}`,
      )
      const facts = [
        ...(column.synonyms?.length ? [`also called ${column.synonyms.join(', ')}`] : []),
        ...(column.definition === undefined ? [] : [column.definition]),
        ...words,
      ]
      return facts.length > 0 ? [`Column ${name}.${column.name}: ${facts.join('; ')}`] : []
    }),
    ...metrics.map((metric) => {
      const also = metric.synonyms?.length ? ` (also ${metric.synonyms.join(', ')})` : ''
      const only = metric.filter === undefined ? '' : ` over rows where ${metric.filter}`
      return `Metric ${JSON.stringify(metric.name)}${also} of ${name}: ${metric.expression}${only}${metric.definition === undefined ? '' : `. ${metric.definition}`}`
    }),
  ]
}
