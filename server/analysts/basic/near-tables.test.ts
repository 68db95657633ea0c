import { expect, test } from 'vitest'
import type { CatalogTable } from '../../../contract/catalog.ts'
import { indexTables, nearTables } from './near-tables.ts'

const table = (name: string, columns: readonly string[], keys: Record<string, string> = {}, values: readonly string[] = []) => ({
  name,
  label: name,
  rowCount: 10,
  columns: [
    ...columns.map((column) => ({ name: column, type: 'text' as const })),
    ...(values.length > 0 ? [{ name: 'said', type: 'text' as const, values: values.map((value) => ({ value, count: 1 })) }] : []),
  ],
  primaryKey: ['id'],
  foreignKeys: Object.entries(keys).map(([column, to]) => ({ columns: [column], table: to, references: ['id'] })),
})
const fillers = Array.from({ length: 500 }, (_, at): CatalogTable => table(`staging_${at}`, ['id', 'payload', 'loaded_at']))
const catalog = {
  tables: [
    ...fillers,
    table('students', ['id', 'first_name']),
    table('enrolments', ['id'], { student: 'students', course: 'courses' }),
    table('courses', ['id', 'title'], { faculty: 'faculties' }),
    table('faculties', ['id', 'house'], { campus: 'campuses' }),
    table('campuses', ['id', 'town']),
    table('orderLines', ['id', 'sku', 'turnover']),
    table('places', ['id'], {}, ['Nova Scotia']),
  ],
}
const near = (text: string, asked?: string[]): string[] =>
  nearTables(catalog, text, asked)
    .tables.map(({ name }) => name)
    .filter((name) => !name.startsWith('staging'))

test('a small catalog stays whole', () => {
  const small = { tables: catalog.tables.slice(0, 10) }
  expect(nearTables(small, 'anything')).toBe(small)
})

test('tables are near by their names, columns and values, by words of one meaning, and by their keys', async () => {
  await indexTables(catalog)
  expect(near('how many students per course')).toEqual(['students', 'enrolments', 'courses', 'faculties', 'campuses'])
  expect(near('revenue by sku')).toContain('orderLines')
  expect(near('count of order lines')).toContain('orderLines')
  expect(near('rows in Nova Scotia')).toContain('places')
  expect(near('how many of Nova', ['campuses'])).toEqual(['campuses', 'places'])
})

test('whatever is asked, few tables are left', () => {
  for (const text of ['', 'payload of staging', 'zorbleg', 'staging 17 loaded at', 'id'])
    expect(nearTables(catalog, text).tables.length).toBeLessThan(60)
  expect(nearTables(catalog, 'how many staging_417').tables.map(({ name }) => name)).toContain('staging_417')
})
