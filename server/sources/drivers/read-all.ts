import type { CellColumn } from '../../duckdb/job.ts'
import type { CellRow, QueryOptions } from '../driver.ts'

const LIMITS = { rowLimit: 1_000_000, timeoutMs: 60_000 } as const

/** All rows of one of QRY's own questions, which ask about the source and are never large. */
export async function readAll(
  query: (options: QueryOptions) => Promise<CellColumn[]>,
): Promise<{ columns: CellColumn[]; rows: (string | null)[][] }> {
  const rows: (string | null)[][] = []
  const take = async (batch: readonly CellRow[]): Promise<boolean> => {
    rows.push(...batch.map((row) => [...row]))
    return true
  }
  return { columns: await query({ ...LIMITS, take }), rows }
}
