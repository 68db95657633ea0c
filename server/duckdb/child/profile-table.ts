import type { DuckDBConnection } from '@duckdb/node-api'
import type { CatalogColumn } from '../../../contract/catalog.ts'
import type { Column } from '../../../contract/column.ts'
import { quoteName, quoteText } from './quote.ts'
import { readRows } from './written-table.ts'

/** With more distinct values than this only the most frequent are listed. */
const ALL_VALUES = 500
const FREQUENT_VALUES = 50
/** Longer values say little in a list. */
const VALUE_LENGTH = 200

/** Counts, ends and values of every column, over the whole table. */
export async function profileTable(
  connection: DuckDBConnection,
  path: string,
  columns: readonly Column[],
): Promise<CatalogColumn[]> {
  const file = `read_parquet(${quoteText(path)})`
  const profile: CatalogColumn[] = []
  for (const column of columns) {
    const name = quoteName(column.name)
    const hasOrder = column.type !== 'json' && column.type !== 'binary'
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE counted AS SELECT ${name} AS value, count(*) AS cells FROM ${file} GROUP BY 1`,
    )
    const [facts = []] = await readRows(
      connection,
      `SELECT count(value), coalesce(sum(cells) FILTER (value IS NULL), 0)${hasOrder ? ', min(value), max(value)' : ''} FROM counted`,
    )
    const distinctCount = Number(facts[0])
    const values = hasOrder
      ? await readRows(
          connection,
          `SELECT value, cells FROM counted WHERE value IS NOT NULL AND length(CAST(value AS VARCHAR)) <= ${VALUE_LENGTH} ORDER BY 2 DESC, 1 LIMIT ${distinctCount <= ALL_VALUES ? ALL_VALUES : FREQUENT_VALUES}`,
        )
      : []
    profile.push({
      ...column,
      distinctCount,
      nullCount: Number(facts[1]),
      ...(hasOrder
        ? {
            min: facts[2] ?? null,
            max: facts[3] ?? null,
            values: values.map(([value = null, count]) => ({ value, count: Number(count) })),
          }
        : {}),
    })
  }
  return profile
}
