import { and, asc, eq, getTableColumns, gt, like, not } from 'drizzle-orm'
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core'
import { KnownError } from '../../contract/error.ts'
import { sleep } from '../basics/sleep.ts'
import type { Database } from './database.ts'
import type { KeyRing } from './file-secret.ts'
import { lockFolder } from './folder-lock.ts'
import type { SealedColumn } from './sealed-column.ts'

export interface KeyChange {
  /** How many values are now sealed with the newest key that were not before. */
  readonly resealed: number
  /** What no key here opens, by table and column. */
  readonly lost: Readonly<Record<string, number>>
  /** Where the newest key lies. */
  readonly place: 'secret.key' | 'QRY_SECRET'
}

const ROWS_AT_ONCE = 100
/** How long a value that was sealed with the old key may take until it is in the database. */
const ON_ITS_WAY_MS = 1_000

/**
 * Changes the key: makes a new one, seals every value of the database with it, and forgets the old one when nothing is left that needs it.
 * Each step can be the last before a crash: the old key stays in the file until all is done, and the next call goes on from there.
 * A value that changes meanwhile is left to whoever changed it. While something can't be opened, the old keys are kept.
 * Throws `conflict` while another change is under way.
 */
export async function changeKey(
  database: Database,
  ring: KeyRing,
  columns: readonly SealedColumn[],
  {
    dataDir,
    secret,
    wait = sleep,
  }: { dataDir: string; secret?: string | undefined; wait?: (milliseconds: number) => Promise<void> },
): Promise<KeyChange> {
  const lock = lockChange(dataDir)
  try {
    ring.beginChange()
    let resealed = await resealAll(database, ring, columns)
    await wait(ON_ITS_WAY_MS)
    resealed += await resealAll(database, ring, columns)
    const lost: Record<string, number> = {}
    for (const column of columns) {
      const { table, cell, name } = partsOf(column)
      const count = await database.beyondTenants().$count(table, and(gt(cell, ''), not(like(cell, `${ring.newestPrefix}%`))))
      if (count > 0) lost[name] = count
    }
    if (Object.keys(lost).length === 0) ring.finishChange()
    return { resealed, lost, place: secret === undefined ? 'secret.key' : 'QRY_SECRET' }
  } finally {
    lock.release()
  }
}

function lockChange(dataDir: string) {
  try {
    return lockFolder(dataDir, 'key-change')
  } catch (cause) {
    if (!(cause instanceof KnownError)) throw cause
    throw new KnownError('conflict', 'The key is being changed already. Wait until that is done.', { cause })
  }
}

async function resealAll(database: Database, ring: KeyRing, columns: readonly SealedColumn[]): Promise<number> {
  let count = 0
  for (const column of columns) count += await resealColumn(database, ring, column)
  return count
}

async function resealColumn(database: Database, ring: KeyRing, column: SealedColumn): Promise<number> {
  const { table, cell, keys } = partsOf(column)
  let count = 0
  for (let after = ''; ; ) {
    const rows: Record<string, unknown>[] = await database
      .beyondTenants()
      .select()
      .from(table)
      .where(and(gt(cell, after), not(like(cell, `${ring.newestPrefix}%`))))
      .orderBy(asc(cell))
      .limit(ROWS_AT_ONCE)
    if (rows.length === 0) return count
    after = String(rows.at(-1)?.[column.property])
    await database.beyondTenantsTransaction(async (writer) => {
      for (const row of rows) {
        const sealed = String(row[column.property])
        const text = openOrNothing(ring, sealed, column.purpose(row))
        if (text === undefined) continue
        const isThisRow = keys.map(([property, key]) => eq(key, row[property]))
        await writer
          .update(table)
          .set({ [column.property]: ring.seal(text, column.purpose(row)) })
          .where(and(...isThisRow, eq(cell, sealed)))
        count++
      }
    })
  }
}

function openOrNothing(ring: KeyRing, sealed: string, purpose: string): string | undefined {
  try {
    return ring.open(sealed, purpose)
  } catch {
    return undefined
  }
}

function partsOf({ table, property }: SealedColumn): {
  table: PgTable
  name: string
  cell: PgColumn
  keys: [string, PgColumn][]
} {
  const columns: Record<string, PgColumn> = getTableColumns(table)
  const { name, primaryKeys } = getTableConfig(table)
  const cell = columns[property]
  const keys = Object.entries(columns).filter(
    ([, column]) => column.primary || primaryKeys.some((key) => key.columns.some(({ name }) => name === column.name)),
  )
  if (!cell || keys.length === 0) throw new Error(`${name}.${property} can't be sealed anew`)
  return { table, name: `${name}.${cell.name}`, cell, keys }
}
