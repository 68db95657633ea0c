import type { Drift, TableDrift } from '../../contract/drift.ts'
import { KnownError } from '../../contract/error.ts'
import type { SubjectId } from '../../contract/id.ts'
import type { SnapshotStep, SnapshotTable } from '../../contract/snapshot.ts'
import type { Clock } from '../basics/clock.ts'
import type { KeptTable, Results } from '../results/results.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { Frozen, FrozenTurn } from './snapshot.ts'

/** A statement that a frozen table came from. */
export interface FrozenStatement {
  readonly subjectId: SubjectId
  /** The turn or tile that asked it. */
  readonly partId: string
  readonly sql: string
  /** What it was asked of, by the name that people knew then. */
  readonly source: string | undefined
  /** What its parameters were. */
  readonly values?: SnapshotStep['values']
}

/**
 * Asks a frozen statement again where it was asked, under the actor's rights, at most `rowLimit` rows. This room knows no source: `app.ts` hands
 * it over. Throws `KnownError`, with a sentence for people where what it was asked of is not there any more.
 */
export type Rerun = (
  actor: Actor,
  statement: FrozenStatement,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
) => Promise<Pick<KeptTable, 'digest' | 'rowCount'> & { readonly truncated: boolean }>

export interface DriftDependencies {
  readonly rerun: Rerun
  readonly results: Pick<Results, 'compare'>
  readonly clock: Clock
}

/** The version that a link shows, as it was frozen, and the parts that its policy leaves out. */
export interface ShownFrozen {
  readonly subjectId: SubjectId
  readonly version: number
  readonly frozen: Frozen
  readonly leftOut: readonly string[]
}

const TABLES = 30
const STATEMENT_MS = 60_000
const WHOLE_CHECK_MS = 180_000

/** Asks everything that a link shows again and says which cells changed since (B13). The link and what it shows stay as they are. */
export function createDriftCheck({ rerun, results, clock }: DriftDependencies) {
  return async (actor: Actor, { subjectId, version, frozen, leftOut }: ShownFrozen): Promise<Drift> => {
    const signal = AbortSignal.timeout(WHOLE_CHECK_MS)
    const shown = frozen.turns
      .filter(({ turnId }) => !leftOut.includes(turnId))
      .flatMap((turn) => turn.tables.map((table) => ({ turn, table })))

    const check = async (turn: FrozenTurn, table: SnapshotTable, place: number): Promise<TableDrift> => {
      const step = table.stepNumber === undefined ? undefined : turn.steps[table.stepNumber - 1]
      const about = {
        tableId: table.id,
        title: table.title,
        partId: turn.turnId as TableDrift['partId'],
        question: turn.question,
        ...(step?.source === undefined ? {} : { source: step.source }),
        frozenRows: table.rowCount,
      }
      const unasked = (reason: string): TableDrift => ({
        ...about,
        outcome: { state: 'unasked', reason },
        truncated: table.truncated,
      })
      if (!step || step.kind !== 'query') return unasked('No SQL stands behind this table, so it cannot be asked again.')
      if (place >= TABLES) return unasked(`Only the first ${TABLES} tables are asked again at once.`)
      if (signal.aborted) return unasked('The time for this check was over. Check again later.')
      try {
        const statement = { subjectId, partId: turn.turnId, sql: step.input, source: step.source, values: step.values }
        const now = await rerun(actor, statement, { timeoutMs: STATEMENT_MS, signal })
        const truncated = table.truncated || now.truncated
        if (now.digest === table.digest) return { ...about, outcome: { state: 'same' }, truncated }
        const comparison = await results.compare(actor, table.digest, now.digest)
        const { changedCells, addedRows, removedRows, addedColumns, removedColumns } = comparison
        const isSame = changedCells + addedRows + removedRows + addedColumns.length + removedColumns.length === 0
        return {
          ...about,
          outcome: isSame ? { state: 'same' } : { state: 'changed', nowRows: now.rowCount, comparison },
          truncated,
        }
      } catch (error) {
        if (error instanceof KnownError) return unasked(error.message)
        throw error
      }
    }

    const tables: TableDrift[] = []
    for (const [place, { turn, table }] of shown.entries()) tables.push(await check(turn, table, place))
    return { version, checkedAt: clock().toISOString(), tables }
  }
}
