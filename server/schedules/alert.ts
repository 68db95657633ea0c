import { KnownError } from '../../contract/error.ts'
import type { Digest } from '../../contract/id.ts'
import type { ScheduleAlert } from '../../contract/schedule.ts'
import { formatPlural, groupDigits, isNumberType } from '../../render/format-cell.ts'
import type { Results } from '../results/results.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { AnswerTable, ScheduleAnswer } from './answer.ts'

const TIMEOUT_MS = 60_000

/** Whether there is a reason to send, and which, as a sentence. Throws `invalid-input` where the answer has not what the alert looks at. */
export async function alertReason(
  results: Pick<Results, 'query'>,
  actor: Actor,
  alert: ScheduleAlert,
  answer: Pick<ScheduleAnswer, 'tables'>,
  lastDigests: readonly Digest[] | null,
): Promise<{ holds: boolean; reason: string }> {
  const tables = answer.tables.filter(({ tileId }) => alert.tileId === undefined || tileId === alert.tileId)
  const [table] = tables
  if (!table)
    throw new KnownError(
      'invalid-input',
      alert.tileId ? 'The tile that the alert looks at is gone.' : 'The answer has no table that the alert could look at.',
    )
  switch (alert.when) {
    case 'rows':
      return { holds: table.rowCount > 0, reason: `There are ${formatPlural(table.rowCount, 'row')}.` }
    case 'no-rows':
      return {
        holds: table.rowCount === 0,
        reason: table.rowCount === 0 ? 'There are no rows.' : `There are ${formatPlural(table.rowCount, 'row')}.`,
      }
    case 'changed': {
      const now = digestsOf(tables)
      const isChanged = lastDigests !== null && lastDigests.join() !== now.join()
      return {
        holds: isChanged,
        reason:
          lastDigests === null ? 'Looked at for the first time.' : isChanged ? 'The result has changed.' : 'Nothing has changed.',
      }
    }
    default:
      return compare(results, actor, table, { ...alert, value: alert.value ?? 0, isAbove: alert.when === 'above' })
  }
}

/** What `changed` compares. */
export const digestsOf = (tables: readonly AnswerTable[]): Digest[] => tables.map(({ digest }) => digest)

async function compare(
  results: Pick<Results, 'query'>,
  actor: Actor,
  { columns, digest }: AnswerTable,
  { column, value, isAbove }: { column?: string | undefined; value: number; isAbove: boolean },
): Promise<{ holds: boolean; reason: string }> {
  const numbers = columns.filter(({ type }) => isNumberType(type))
  const meant = column === undefined ? numbers.at(-1) : numbers.find(({ name }) => name.toLowerCase() === column.toLowerCase())
  if (!meant)
    throw new KnownError(
      'invalid-input',
      `There is no column of numbers${column === undefined ? '' : ` “${column}”`} that the alert could look at.`,
    )
  const name = `"${meant.name.replaceAll('"', '""')}"`
  const sql = `SELECT CAST(${isAbove ? 'max' : 'min'}(${name}) AS DOUBLE) AS edge FROM answer`
  const { rows } = await results.query(actor, [{ name: 'answer', digest }], sql, { rowLimit: 1, timeoutMs: TIMEOUT_MS })
  const edge = rows[0]?.[0] ?? null
  if (edge === null) return { holds: false, reason: 'There is no number to compare.' }
  const holds = isAbove ? Number(edge) > value : Number(edge) < value
  const side = holds ? (isAbove ? 'above' : 'below') : isAbove ? 'not above' : 'not below'
  return { holds, reason: `${meant.name} is ${groupDigits(String(edge))}, ${side} ${groupDigits(String(value))}.` }
}
