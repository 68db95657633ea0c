import type { CatalogTable } from '../../../contract/catalog.ts'
import type { ColumnType } from '../../../contract/column.ts'
import { quotePath } from '../quote-path.ts'
import { assembleCatalog, type ColumnFact, type TableFact } from './assemble-catalog.ts'
import { bigQueryColumn } from './bigquery-types.ts'

/** Tables and columns of datasets, which may lie in several places of the world: each is asked for its own. */
export async function readBigQueryCatalog(
  ask: (sql: string) => Promise<(string | null)[][]>,
  project: string,
  datasets: readonly string[],
  defaultDataset: string | undefined,
): Promise<CatalogTable[]> {
  const tables: TableFact[] = []
  const columns: ColumnFact[] = []
  for (const dataset of datasets) {
    const place = quotePath('bigquery', [project, dataset])
    const idOf = (name: string | null | undefined): string => JSON.stringify([dataset, name])
    const found = await ask(`SELECT table_name, table_type FROM ${place}.INFORMATION_SCHEMA.TABLES ORDER BY table_name`)
    tables.push(
      ...found.map(([name, type]) => ({
        id: idOf(name),
        path: [project, dataset, name ?? ''],
        isView: /VIEW/.test(type ?? ''),
        rowCount: 0,
        comment: null,
      })),
    )
    const paths = await ask(
      `SELECT c.table_name, c.column_name, c.data_type, p.description FROM ${place}.INFORMATION_SCHEMA.COLUMNS AS c LEFT JOIN ${place}.INFORMATION_SCHEMA.COLUMN_FIELD_PATHS AS p ON p.table_name = c.table_name AND p.field_path = c.column_name ORDER BY c.table_name, c.ordinal_position`,
    )
    columns.push(
      ...paths.map(([table, name, type, description]) => ({
        tableId: idOf(table),
        name: name ?? '',
        type: typeOf(type ?? ''),
        nativeType: type ?? '',
        comment: description ?? null,
      })),
    )
  }
  return assembleCatalog({ defaultSchemas: defaultDataset ? [defaultDataset] : [], tables, columns, keys: [] })
}

const typeOf = (declared: string): ColumnType => {
  const isArray = declared.startsWith('ARRAY<')
  return bigQueryColumn({ name: '', type: declared.replace(/[<(].*$/, ''), ...(isArray ? { mode: 'REPEATED' } : {}) }).type
}
