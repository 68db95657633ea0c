import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import type { Cell, Column, Row } from '../../../contract/column.ts'
import { foldText } from '../basic/tokens.ts'

export interface RanQuery {
  readonly sql: string
  readonly columns: readonly Column[]
  /** The first rows. */
  readonly rows: readonly Row[]
  readonly rowCount: number
}

/** Why a result may not be what was meant, a sentence each; none where nothing looks odd. */
export function doubtsOf(query: RanQuery, catalog: Catalog): string[] {
  const bare = query.sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
  const used = usedTables(bare, catalog)
  return [...emptiness(query), ...wrongLiterals(bare, used), ...fanOuts(bare, used)]
}

function emptiness({ rows, rowCount, columns }: RanQuery): string[] {
  if (rowCount === 0) return ['No row came back. Check the filters, how the values are written, and the joins.']
  if (rowCount > rows.length) return []
  return columns
    .filter((_, at) => rows.every((row) => row[at] === null))
    .map(({ name }) => `The column ${JSON.stringify(name)} is empty in every row. Check where it comes from.`)
}

/** Text that no column of the tables holds, though one holds it in another case. */
function wrongLiterals(sql: string, used: readonly UsedTable[]): string[] {
  const literals = [...sql.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) => text.replaceAll("''", "'"))
  const known = used.flatMap(({ table }) =>
    table.columns.flatMap(({ name, values = [] }) =>
      values.map(({ value }): { place: string; value: Cell } => ({ place: `${table.name}.${name}`, value })),
    ),
  )
  return [...new Set(literals)].flatMap((literal) => {
    if (known.some(({ value }) => value === literal)) return []
    const meant = known.find(({ value }) => typeof value === 'string' && foldText(value) === foldText(literal))
    return meant
      ? [`No value is written ${JSON.stringify(literal)}; ${meant.place} holds ${JSON.stringify(String(meant.value))}.`]
      : []
  })
}

interface UsedTable {
  readonly table: CatalogTable
  /** How the statement calls it: its name and its alias, in lower case. */
  readonly names: readonly string[]
}

const notAnAlias = /^(on|using|where|group|order|limit|left|right|inner|outer|full|cross|natural|join|union|having|as)$/i

/** The tables behind FROM and JOIN. NOTE: found by their names, not by parsing; what is missed is not doubted. */
function usedTables(sql: string, { tables }: Catalog): UsedTable[] {
  const found = [...sql.matchAll(/\b(?:from|join)\s+([\w."`[\]]+)(?:\s+(?:as\s+)?(\w+))?/gi)]
  return found.flatMap(([, name = '', alias]) => {
    const bare = name.replaceAll(/["`[\]]/g, '').toLowerCase()
    const table = tables.find((one) => one.name.toLowerCase() === bare || one.path?.join('.').toLowerCase() === bare)
    const names = [bare.split('.').at(-1) ?? bare, ...(alias && !notAnAlias.test(alias) ? [alias.toLowerCase()] : [])]
    return table ? [{ table, names }] : []
  })
}

/** A sum, an average or a count over a table whose rows a join repeats: another table in the statement refers to it. */
function fanOuts(sql: string, used: readonly UsedTable[]): string[] {
  if (used.length < 2) return []
  const measured = [...sql.matchAll(/\b(sum|avg|count)\s*\(\s*(?:"?(\w+)"?\s*\.\s*)?"?(\w+)"?\s*\)/gi)]
  return measured.flatMap(([call, , prefix, column = '']) => {
    const holders = used.filter(({ table, names }) =>
      prefix
        ? names.includes(prefix.toLowerCase())
        : table.columns.some(({ name }) => name.toLowerCase() === column.toLowerCase()),
    )
    const [holder] = holders
    if (!holder || holders.length > 1) return []
    const repeating = used.find(
      ({ table }) => table !== holder.table && table.foreignKeys.some((key) => key.table === holder.table.name),
    )
    return repeating
      ? [
          `${call} counts rows of ${holder.table.name} once per row of ${repeating.table.name}. Aggregate before joining, or use EXISTS or DISTINCT, unless that is meant.`,
        ]
      : []
  })
}
