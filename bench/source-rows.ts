import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const program = fileURLToPath(new URL('./read-rows.ts', import.meta.url))
const ROWS = 10_000_000
/** As the processes of sources have it. */
const PROCESS_FLAGS = ['--max-old-space-size=256', '--liftoff-only']

export interface RowsRead {
  readonly rowCount: number
  readonly elapsedMs: number
  readonly peakMb: number
}

/** Ten million rows of five columns through a source's driver, and through the bare library beside it. Needs the databases of a development machine. */
export async function measureSourceRows(): Promise<{ kind: string; driver: RowsRead; bare: RowsRead }[]> {
  const sources = [
    {
      kind: 'PostgreSQL',
      url: process.env['BENCH_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
      sql: `SELECT n AS id, 'customer ' || n % 1000 AS customer, (n % 997)::numeric(10,2) AS amount, date '2024-01-01' + (n % 365)::int AS day, n % 2 = 0 AS paid FROM generate_series(1, ${ROWS}) n`,
    },
    {
      kind: 'MariaDB',
      url: process.env['BENCH_MYSQL'] ?? 'mysql://root@127.0.0.1:3306/mysql',
      sql: `SELECT seq AS id, concat('customer ', seq % 1000) AS customer, CAST(seq % 997 AS DECIMAL(10,2)) AS amount, date_add('2024-01-01', INTERVAL seq % 365 DAY) AS day, seq % 2 AS paid FROM seq_1_to_${ROWS}`,
    },
  ]
  const measured: { kind: string; driver: RowsRead; bare: RowsRead }[] = []
  for (const { kind, url, sql } of sources)
    measured.push({ kind, bare: await read('bare', url, sql), driver: await read('driver', url, sql) })
  return measured
}

async function read(how: string, url: string, sql: string): Promise<RowsRead> {
  const { stdout } = await run(process.execPath, [...PROCESS_FLAGS, program, how, url, sql])
  return JSON.parse(stdout) as RowsRead
}
