import type { Catalog, CatalogColumn, CatalogTable } from '../../contract/catalog.ts'
import type { ColumnNotes, Notes } from '../../contract/notes.ts'

/** The catalog as people see it: their names and words on it, what they hide left out, the joins they confirmed among its keys. */
export function applyNotes(catalog: Catalog, { tables: noted, metrics, joins, questions }: Notes): Catalog {
  const hidden = new Set(catalog.tables.filter(({ name }) => noted[name]?.isHidden).map(({ name }) => name))
  const tables = catalog.tables
    .filter(({ name }) => !hidden.has(name))
    .map((table): CatalogTable => {
      const { name, synonyms = [], definition, date, columns = {} } = noted[table.name] ?? {}
      const own = Object.entries(metrics).filter(([, metric]) => metric.table === table.name)
      const added = joins.flatMap(({ from, to }) => {
        const [one, other] = [endOf(from), endOf(to)]
        const isKnown = table.foreignKeys.some((key) => key.table === other.table && key.columns.join() === one.column)
        if (one.table !== table.name || isKnown || hidden.has(other.table)) return []
        return [{ columns: [one.column], table: other.table, references: [other.column] }]
      })
      const isBeside = table.foreignKeys.some(({ table: other }) => hidden.has(other))
      // NOTE: the same object, as what is worked out about a table is kept with it.
      if (!noted[table.name] && own.length + added.length === 0 && !isBeside) return table
      return {
        ...table,
        label: name ?? table.label,
        ...(synonyms.length > 0 || name !== undefined ? { synonyms: [...(name === undefined ? [] : [name]), ...synonyms] } : {}),
        ...(definition === undefined ? {} : { definition }),
        ...(date === undefined ? {} : { dateColumn: date }),
        ...(own.length > 0 ? { metrics: own.map(([called, metric]) => ({ name: called, ...metric })) } : {}),
        columns: table.columns
          .filter((column) => columns[column.name]?.isHidden !== true)
          .map((column) => notedColumn(column, columns[column.name])),
        foreignKeys: [...table.foreignKeys.filter(({ table: other }) => !hidden.has(other)), ...added],
      }
    })
  return { ...catalog, tables, ...(questions.length > 0 ? { confirmed: questions } : {}) }
}

function notedColumn(column: CatalogColumn, notes: ColumnNotes | undefined): CatalogColumn {
  if (!notes) return column
  const { name, synonyms = [], definition, values } = notes
  return {
    ...column,
    ...(name === undefined ? {} : { label: name }),
    ...(synonyms.length > 0 || name !== undefined ? { synonyms: [...(name === undefined ? [] : [name]), ...synonyms] } : {}),
    ...(definition === undefined ? {} : { definition }),
    ...(values === undefined ? {} : { valueWords: values }),
  }
}

const endOf = (said: string): { table: string; column: string } => {
  const end = said.lastIndexOf('.')
  return { table: said.slice(0, end), column: said.slice(end + 1) }
}
