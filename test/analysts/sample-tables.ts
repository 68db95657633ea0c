import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { Catalog, CatalogTable } from '../../contract/catalog.ts'
import type { Cell, ColumnType } from '../../contract/column.ts'

/** Four small tables for tests, made by SQL alone so that they are the same everywhere. */
const statements: Readonly<Record<string, string>> = {
  orders: `SELECT i AS order_id, DATE '2024-01-03' + (i * 4)::INTEGER AS order_date, ['North','South','West','East'][1 + i % 4] AS region,
    ['Germany','France','United States','Spain','Italy'][1 + i % 5] AS country, ['Desk','Chair','Lamp','Standing Desk','Shelf','Sofa'][1 + i % 6] AS product,
    ['Furniture','Lighting'][1 + (i % 6 = 2)::INTEGER] AS category, 'Customer ' || (i % 37) AS customer, (1 + i % 7)::INTEGER AS quantity,
    (10 + i % 90)::DOUBLE AS unit_price, ((1 + i % 7) * (10 + i % 90))::DECIMAL(10,2) AS revenue, (i % 9 = 0) AS is_refunded FROM range(1, 201) t(i)`,
  subscriptions: `SELECT i AS subscription_id, 'user' || i || '@example.org' AS email, ['Free','Pro','Team'][1 + i % 3] AS plan, ['active','cancelled','paused'][1 + i % 3] AS status,
    TIMESTAMP '2023-01-01 09:00:00' + to_days((i * 6)::INTEGER) AS started_at, CASE WHEN i % 3 = 1 THEN TIMESTAMP '2025-01-01' + to_days(i::INTEGER) END AS cancelled_at,
    (i % 5 * 12)::DOUBLE AS mrr, (1 + i % 40)::INTEGER AS seats, ['DE','FR','US'][1 + i % 3] AS country_code FROM range(1, 121) t(i)`,
  tickets: `SELECT i AS ticket_id, TIMESTAMP '2025-06-01 08:00:00' + to_hours((i * 7)::INTEGER) AS created_at, ['low','medium','high','urgent'][1 + i % 4] AS priority,
    ['open','closed','pending'][1 + i % 3] AS status, ['Anna','Ben','Carla','Deniz','Eli'][1 + i % 5] AS agent, ['email','chat','phone'][1 + i % 3] AS channel,
    (5 + i % 200)::INTEGER AS response_minutes, CASE WHEN i % 6 > 0 THEN 1 + i % 5 END::INTEGER AS satisfaction, ['Billing','Login problem','Bug report'][1 + i % 3] AS topic FROM range(1, 151) t(i)`,
  sensor_log: `SELECT TIMESTAMP '2026-03-01 00:00:00' + to_minutes((i * 97)::INTEGER) AS measured_at, 'S-' || (1 + i % 8) AS sensor, ['Roof','Cellar','Server room'][1 + i % 3] AS location,
    (18 + i % 11 + 0.5)::DOUBLE AS temperature_c, (40 + i % 30)::INTEGER AS humidity, (900 + i % 100)::INTEGER AS pressure, (i % 25 = 0) AS is_faulty FROM range(1, 301) t(i)`,
}

export async function openSamples(): Promise<{ connection: DuckDBConnection; catalogs: Record<string, Catalog>; close(): void }> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const catalogs: Record<string, Catalog> = {}
  for (const [name, select] of Object.entries(statements)) {
    await connection.run(`CREATE TABLE ${name} AS ${select}`)
    catalogs[name] = { tables: [await profile(connection, name)] }
  }
  return {
    connection,
    catalogs,
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

export async function profile(connection: DuckDBConnection, name: string): Promise<CatalogTable> {
  const table = `"${name.replaceAll('"', '""')}"`
  const described = await connection.runAndReadAll(`DESCRIBE ${table}`)
  const rowCount = Number((await connection.runAndReadAll(`SELECT count(*) FROM ${table}`)).getRows()[0]?.[0])
  const columns: CatalogTable['columns'] = []
  for (const [column, type] of described.getRows()) {
    const quoted = `"${String(column).replaceAll('"', '""')}"`
    const counts = await connection.runAndReadAll(
      `SELECT count(DISTINCT ${quoted}), count(*) - count(${quoted}), min(${quoted})::VARCHAR, max(${quoted})::VARCHAR FROM ${table}`,
    )
    const [distinct, nulls, min, max] = counts.getRows()[0] ?? []
    const values = await connection.runAndReadAll(
      `SELECT ${quoted}::VARCHAR, count(*) FROM ${table} WHERE ${quoted} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 500`,
    )
    columns.push({
      name: String(column),
      type: typeOf(String(type)),
      distinctCount: Number(distinct),
      nullCount: Number(nulls),
      min: (min ?? null) as Cell,
      max: (max ?? null) as Cell,
      values: values.getRows().map(([value, count]) => ({ value: String(value), count: Number(count) })),
    })
  }
  return { name, label: name.replaceAll('_', ' '), rowCount, columns, primaryKey: [], foreignKeys: [] }
}

const typeOf = (type: string): ColumnType => {
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)/.test(type)) return 'integer'
  if (type.startsWith('DECIMAL')) return 'decimal'
  if (type === 'DOUBLE' || type === 'FLOAT') return 'number'
  if (type === 'BOOLEAN') return 'boolean'
  if (type === 'DATE') return 'date'
  return type.startsWith('TIMESTAMP') ? 'timestamp' : 'text'
}
