import { and, eq, sql } from 'drizzle-orm'
import type { CatalogTable } from '../../../contract/catalog.ts'
import { KnownError } from '../../../contract/error.ts'
import type { SourceId } from '../../../contract/id.ts'
import type { KeptNotes, Notes, NotesProblem } from '../../../contract/notes.ts'
import type { SourceKind } from '../../../contract/source-kind.ts'
import type { Clock } from '../../basics/clock.ts'
import type { Database } from '../../storage/database.ts'
import type { Actor } from '../../tenancy/actor.ts'
import { audit } from '../../tenancy/audit.ts'
import { createNames } from '../../tenancy/names.ts'
import { readStatement } from '../guard/read-statement.ts'
import { sourceNotes } from '../tables.ts'
import { checkNotes } from './check-notes.ts'
import { readYaml, withLine, writeYaml } from './notes-yaml.ts'

/** What is written: the notes themselves or their YAML, and the version that they were made from. */
export interface NotesChange {
  readonly version: number
  readonly notes?: Notes | undefined
  readonly yaml?: string | undefined
}

/** The notes of sources. Who may read or write them is asked before. */
export interface SourceNotes {
  read(actor: Actor, id: SourceId, tables: readonly CatalogTable[] | undefined): Promise<KeptNotes & { yaml: string }>
  /** Throws `invalid-input` with what does not fit, `conflict` where somebody else was faster. */
  write(
    actor: Actor,
    source: { id: SourceId; kind: SourceKind },
    tables: readonly CatalogTable[],
    change: NotesChange,
  ): Promise<void>
}

const nothing: Notes = { tables: {}, metrics: {}, joins: [], questions: [] }

export function createSourceNotes(database: Database, clock: Clock): SourceNotes {
  const names = createNames(database)
  const where = (actor: Actor, id: SourceId) => and(eq(sourceNotes.tenantId, actor.tenantId), eq(sourceNotes.sourceId, id))
  const find = async (actor: Actor, id: SourceId) =>
    (await database.read(actor).select().from(sourceNotes).where(where(actor, id)))[0]
  const whoWrote = async (actor: Actor, { changedBy }: typeof sourceNotes.$inferSelect): Promise<string> =>
    (await names.namesOf(actor, [changedBy])).get(changedBy) ?? 'Somebody'

  return {
    async read(actor, id, tables) {
      const row = await find(actor, id)
      const notes = row?.notes ?? nothing
      return {
        version: row?.version ?? 0,
        notes,
        problems: tables ? checkNotes(notes, tables) : [],
        yaml: writeYaml(notes),
        ...(row ? { changedBy: await whoWrote(actor, row), changedAt: row.changedAt.toISOString() } : {}),
      }
    },

    async write(actor, { id, kind }, tables, { version, notes: given, yaml }) {
      const { notes, lineOf } = readChange(given, yaml)
      const problems = [...checkNotes(notes, tables), ...(await checkPairs(kind, notes))]
      refuse(problems.map((problem) => withLine(problem, lineOf)))
      const before = await find(actor, id)
      const own = (await names.namesOf(actor, [actor.userId])).get(actor.userId) ?? 'Somebody'
      const known = new Map(before?.notes.questions.map((pair) => [JSON.stringify([pair.question, pair.sql]), pair]))
      const questions = notes.questions.map(({ question, sql: said }) => {
        const old = known.get(JSON.stringify([question, said]))
        return { question, sql: said, by: old?.by ?? own, on: old?.on ?? clock().toISOString().slice(0, 10) }
      })
      if (version > 0 && !before) throw await conflict(actor, id)
      const isWritten = await database.transaction(actor, async (writer) => {
        const row = {
          tenantId: actor.tenantId,
          sourceId: id,
          version: version + 1,
          notes: { ...notes, questions },
          changedBy: actor.userId,
          changedAt: clock(),
        }
        const { tenantId: _, sourceId: __, ...set } = row
        const written = await writer
          .insert(sourceNotes)
          .values(row)
          .onConflictDoUpdate({
            target: [sourceNotes.tenantId, sourceNotes.sourceId],
            set,
            setWhere: sql`${sourceNotes.version} = ${version}`,
          })
          .returning({ version: sourceNotes.version })
        if (written.length > 0) await audit(writer, actor, 'source-notes', id, countsOf(row.notes), clock)
        return written.length > 0
      })
      if (!isWritten) throw await conflict(actor, id)
    },
  }

  async function conflict(actor: Actor, id: SourceId): Promise<KnownError> {
    const row = await find(actor, id)
    if (!row) return new KnownError('conflict', 'These notes are gone. Load them again.')
    const at = row.changedAt.toISOString().slice(0, 16).replace('T', ' ')
    return new KnownError(
      'conflict',
      `${await whoWrote(actor, row)} changed these notes at ${at} UTC, after you opened them. Yours are not saved: load them again and repeat your change.`,
      { details: { version: row.version } },
    )
  }
}

function readChange(given: Notes | undefined, yaml: string | undefined) {
  if ((given === undefined) === (yaml === undefined)) throw new KnownError('invalid-input', 'Send either notes or yaml.')
  if (given) return { notes: given, lineOf: () => undefined }
  const read = readYaml(yaml ?? '')
  if ('notes' in read) return read
  refuse(read.problems)
  throw new KnownError('invalid-input')
}

function refuse(problems: readonly NotesProblem[]): void {
  const [first] = problems
  if (!first) return
  const line = first.line === undefined ? '' : `Line ${first.line}: `
  const more = problems.length > 1 ? ` And ${problems.length - 1} more.` : ''
  throw new KnownError('invalid-input', `${line}${first.message}${more}`, { details: { problems } })
}

async function checkPairs(kind: SourceKind, { questions }: Notes): Promise<NotesProblem[]> {
  const checked = await Promise.all(
    questions.map(async ({ sql: said }, at): Promise<NotesProblem[]> => {
      try {
        await readStatement(kind, said)
        return []
      } catch (error) {
        if (!(error instanceof KnownError)) throw error
        return [{ path: ['questions', at, 'sql'], message: `This SQL cannot be kept: ${error.message}` }]
      }
    }),
  )
  return checked.flat()
}

const countsOf = ({ tables, metrics, joins, questions }: Notes) => ({
  tables: Object.keys(tables).length,
  metrics: Object.keys(metrics).length,
  joins: joins.length,
  questions: questions.length,
})
