import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CatalogTable } from '../../contract/catalog.ts'
import { KnownError } from '../../contract/error.ts'
import type { PolicyPreview, RowPolicy } from '../../contract/source.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { Destination, RowPolicies } from './job.ts'
import { unknownIn } from './policy-filter.ts'
import { quotePath } from './quote-path.ts'
import { fillPolicies, requirePolicy } from './source-access.ts'
import type { SourceProcesses } from './source-processes.ts'

const TIMEOUT_MS = 20_000
const MAX_BYTES = 1_000

/** Counts the rows of the table twice, for the person under the policy and for who manages sources, by the way that questions go. */
export async function previewPolicy(
  { processes, tempDir }: { processes: SourceProcesses; tempDir: string },
  { key, destination }: { key: string; destination: Destination },
  policy: RowPolicy,
  person: Actor,
  tables: readonly CatalogTable[],
): Promise<PolicyPreview> {
  const { kind } = destination
  await requirePolicy(kind, policy)
  const table = tables.find(({ name }) => name === policy.table)
  if (!table) throw new KnownError('not-found', `There is no table ${policy.table} in this source. Refresh it if it is new.`)
  const sql = `SELECT count(*) AS n FROM ${quotePath(kind, table.path ?? [table.name])}`
  const count = async (policies?: RowPolicies): Promise<number> => {
    await mkdir(tempDir, { recursive: true })
    const output = join(tempDir, `${randomUUID()}.cells`)
    try {
      const job = { kind: 'query', sql, rowLimit: 1, byteLimit: MAX_BYTES, timeoutMs: TIMEOUT_MS, output } as const
      await processes.run(key, destination, { ...job, ...(policies ? { policies } : {}) }, { timeoutMs: TIMEOUT_MS })
      return Number((await readFile(output, 'utf8')).replaceAll('"', ''))
    } finally {
      await rm(output, { force: true })
    }
  }
  const seesAll = person.permissions.has('sources:manage')
  const known = { ...person.attributes, 'user.id': person.userId, 'user.role': person.role }
  const [allRows, visibleRows] = await Promise.all([
    count(),
    seesAll ? undefined : count(fillPolicies(kind, [policy], person, tables)),
  ])
  return { seesAll, allRows, visibleRows: visibleRows ?? allRows, unknown: unknownIn(policy.filter, known) }
}
