import { and, eq } from 'drizzle-orm'
import type { CatalogTable } from '../../contract/catalog.ts'
import { KnownError } from '../../contract/error.ts'
import type { SourceId } from '../../contract/id.ts'
import type { RowPolicy, SourceAccess } from '../../contract/source.ts'
import { hasRowPolicies, type SourceKind } from '../../contract/source-kind.ts'
import type { Database, Reader } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { readStatement } from './guard/read-statement.ts'
import type { RowPolicies } from './job.ts'
import { fillFilter } from './policy-filter.ts'
import { rowPolicies, sourceGrants } from './tables.ts'

/** Who may ask which source, and which rows of it they see. Who manages sources may ask all and sees every row. */
export interface SourceAccesses {
  read(actor: Actor, id: SourceId): Promise<SourceAccess>
  /** Throws `invalid-input` for a filter that is no condition. */
  write(actor: Actor, id: SourceId, kind: SourceKind, access: SourceAccess): Promise<void>
  /** Of these sources, those that the actor may ask. */
  allowed(actor: Actor, ids: readonly SourceId[]): Promise<ReadonlySet<SourceId>>
  /** What is left of the tables for this actor; undefined when they see everything. */
  policiesFor(
    actor: Actor,
    id: SourceId,
    kind: SourceKind,
    tables: () => Promise<readonly CatalogTable[]>,
  ): Promise<RowPolicies | undefined>
}

export function createSourceAccesses(database: Database): SourceAccesses {
  const grantsOf = async (actor: Actor, reader: Reader = database.read(actor)) =>
    reader.select().from(sourceGrants).where(eq(sourceGrants.tenantId, actor.tenantId))
  const policiesOf = (actor: Actor, id: SourceId) =>
    database
      .read(actor)
      .select()
      .from(rowPolicies)
      .where(and(eq(rowPolicies.tenantId, actor.tenantId), eq(rowPolicies.sourceId, id)))

  return {
    async read(actor, id) {
      const grants = (await grantsOf(actor)).filter(({ sourceId }) => sourceId === id)
      const subjects = (kind: string) =>
        grants.filter(({ subjectKind }) => subjectKind === kind).map(({ subjectId }) => subjectId)
      const policies = await policiesOf(actor, id)
      return {
        isForEveryone: grants.length === 0,
        roles: subjects('role'),
        groups: subjects('group'),
        people: subjects('person'),
        policies: policies.map(({ table, filter }) => ({ table, filter })),
      }
    },

    async write(actor, id, kind, { isForEveryone, roles, groups, people, policies }) {
      for (const policy of policies) await requirePolicy(kind, policy)
      const subjects = [
        ...roles.map((subjectId) => ({ subjectKind: 'role' as const, subjectId })),
        ...groups.map((subjectId) => ({ subjectKind: 'group' as const, subjectId })),
        ...people.map((subjectId) => ({ subjectKind: 'person' as const, subjectId })),
      ]
      if (!isForEveryone && subjects.length === 0)
        throw new KnownError('invalid-input', 'Name at least one role, group or person, or let everyone ask.')
      const { tenantId } = actor
      await database.transaction(actor, async (writer) => {
        await writer.delete(sourceGrants).where(and(eq(sourceGrants.tenantId, tenantId), eq(sourceGrants.sourceId, id)))
        await writer.delete(rowPolicies).where(and(eq(rowPolicies.tenantId, tenantId), eq(rowPolicies.sourceId, id)))
        if (!isForEveryone)
          await writer
            .insert(sourceGrants)
            .values(subjects.map((subject) => ({ tenantId, sourceId: id, ...subject })))
            .onConflictDoNothing()
        if (policies.length > 0)
          await writer.insert(rowPolicies).values(policies.map((policy) => ({ tenantId, sourceId: id, ...policy })))
      })
    },

    async allowed(actor, ids) {
      if (actor.permissions.has('sources:manage')) return new Set(ids)
      const grants = await grantsOf(actor)
      const isTheirs = ({ subjectKind, subjectId }: (typeof grants)[number]): boolean =>
        subjectKind === 'role'
          ? subjectId === actor.role
          : subjectKind === 'group'
            ? actor.groups.some((group) => group === subjectId)
            : subjectId === actor.userId
      return new Set(
        ids.filter((id) => {
          const own = grants.filter(({ sourceId }) => sourceId === id)
          return own.length === 0 || own.some(isTheirs)
        }),
      )
    },

    async policiesFor(actor, id, kind, tables) {
      if (actor.permissions.has('sources:manage')) return undefined
      const policies = await policiesOf(actor, id)
      if (policies.length === 0) return undefined
      return fillPolicies(kind, policies, actor, await tables())
    },
  }
}

/** The policies with what is known of a person in their places. */
export function fillPolicies(
  kind: SourceKind,
  policies: readonly RowPolicy[],
  { attributes, userId, role }: Pick<Actor, 'attributes' | 'userId' | 'role'>,
  listed: readonly CatalogTable[],
): RowPolicies {
  const known = { ...attributes, 'user.id': userId, 'user.role': role }
  const filters = new Map(policies.map(({ table, filter }) => [table, fillFilter(kind, filter, known)]))
  return {
    tables: listed.map(({ name, path, isView }) => {
      const filter = filters.get(name)
      return { path: path ?? [name], isView: isView === true, ...(filter === undefined ? {} : { filter }) }
    }),
    defaultSchemas: [...new Set(listed.filter(({ name, path }) => path?.at(-1) === name).map(({ path }) => path?.at(-2) ?? ''))],
  }
}

/** Throws `invalid-input` for a policy of a kind that has none, or a filter that is no condition. */
export async function requirePolicy(kind: SourceKind, { filter }: RowPolicy): Promise<void> {
  if (!hasRowPolicies(kind))
    throw new KnownError(
      'invalid-input',
      'Row policies were proven for PostgreSQL, MySQL, SQLite and DuckDB only. Let the database itself keep the rows apart.',
    )
  const tried = filter.replace(/\{\{[^}]*\}\}/g, "'x'")
  try {
    await readStatement(kind, `SELECT 1 FROM t WHERE (${tried}\n)`)
    await readStatement(kind, `SELECT 1 FROM t WHERE ${tried}`)
  } catch (cause) {
    throw new KnownError('invalid-input', `This is no condition: ${filter}. Write it like region = {{region}}.`, { cause })
  }
}
