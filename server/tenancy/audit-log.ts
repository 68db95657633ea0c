import { and, desc, eq, gte, inArray, like, lt, lte } from 'drizzle-orm'
import type { z } from 'zod'
import type { AuditEvent, AuditFilter } from '../../contract/audit.ts'
import { ApiKeyId, GroupId, IdentityProviderId, InvitationId, TenantId, UserId } from '../../contract/id.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { requirePermission } from './permissions.ts'
import { apiKeys, auditEvents, groups, identityProviders, invitations, members, tenants, users } from './tables.ts'

const CSV_PAGE = 1_000

/** The log of who did what, for reading: nothing here or anywhere changes or removes a line. Needs `audit:read`. */
export interface AuditLog {
  /** Newest first, those before the line `before`. */
  list(actor: Actor, filter: AuditFilter, page: { before?: number; limit: number }): Promise<AuditEvent[]>
  /** All that the filter lets through as CSV, newest first, in pieces. */
  csv(actor: Actor, filter: AuditFilter): AsyncIterable<string>
}

export function createAuditLog({ database }: { database: Database }): AuditLog {
  /** What the things of this room are called, by id. */
  const namesOf = async (actor: Actor, subjects: readonly string[]): Promise<Map<string, string>> => {
    const reader = database.read(actor)
    const of = <Shape extends z.ZodType<string>>(shape: Shape): z.output<Shape>[] =>
      subjects.filter((subject): subject is z.output<Shape> => shape.safeParse(subject).success)
    const lists = await Promise.all([
      reader
        .select({ id: users.id, name: users.name, email: users.email })
        .from(members)
        .innerJoin(users, eq(users.id, members.userId))
        .where(and(eq(members.tenantId, actor.tenantId), inArray(members.userId, of(UserId))))
        .then((rows) => rows.map(({ id, name, email }) => ({ id, name: name || email }))),
      reader
        .select({ id: groups.id, name: groups.name })
        .from(groups)
        .where(and(eq(groups.tenantId, actor.tenantId), inArray(groups.id, of(GroupId)))),
      reader
        .select({ id: apiKeys.id, name: apiKeys.name })
        .from(apiKeys)
        .where(and(eq(apiKeys.tenantId, actor.tenantId), inArray(apiKeys.id, of(ApiKeyId)))),
      reader
        .select({ id: invitations.id, name: invitations.email })
        .from(invitations)
        .where(and(eq(invitations.tenantId, actor.tenantId), inArray(invitations.id, of(InvitationId)))),
      reader
        .select({ id: identityProviders.id, name: identityProviders.name })
        .from(identityProviders)
        .where(and(eq(identityProviders.tenantId, actor.tenantId), inArray(identityProviders.id, of(IdentityProviderId)))),
      reader
        .select({ id: tenants.id, name: tenants.name })
        .from(tenants)
        .where(and(eq(tenants.id, actor.tenantId), inArray(tenants.id, of(TenantId)))),
    ])
    return new Map(lists.flat().map(({ id, name }) => [id, name]))
  }

  const list: AuditLog['list'] = async (actor, { userId, action, from, to }, { before, limit }) => {
    requirePermission(actor, 'audit:read')
    const rows = await database
      .read(actor)
      .select({ event: auditEvents, name: users.name, email: users.email })
      .from(auditEvents)
      .leftJoin(users, eq(users.id, auditEvents.userId))
      .where(
        and(
          eq(auditEvents.tenantId, actor.tenantId),
          userId ? eq(auditEvents.userId, userId) : undefined,
          action ? like(auditEvents.action, `${action}%`) : undefined,
          from ? gte(auditEvents.at, new Date(from)) : undefined,
          to ? lte(auditEvents.at, new Date(to)) : undefined,
          before === undefined ? undefined : lt(auditEvents.seq, before),
        ),
      )
      .orderBy(desc(auditEvents.seq))
      .limit(limit)
    const names = await namesOf(
      actor,
      rows.map(({ event }) => event.subject),
    )
    return rows.map(({ event, name, email }) => ({
      seq: event.seq,
      at: event.at.toISOString(),
      userId: event.userId,
      who: name && email ? `${name} <${email}>` : (email ?? ''),
      via: event.via,
      action: event.action,
      subject: event.subject,
      subjectName: names.get(event.subject) ?? '',
      details: event.details,
    }))
  }

  return {
    list,
    async *csv(actor, filter) {
      requirePermission(actor, 'audit:read')
      yield 'time,who,through,action,what,name,details\r\n'
      let before: number | undefined
      for (;;) {
        const page = await list(actor, filter, { ...(before === undefined ? {} : { before }), limit: CSV_PAGE })
        if (page.length > 0) yield page.map(csvLine).join('')
        if (page.length < CSV_PAGE) return
        before = page.at(-1)?.seq
      }
    },
  }
}

const csvLine = ({ at, who, via, action, subject, subjectName, details }: AuditEvent): string =>
  `${[at, who, via, action, subject, subjectName, JSON.stringify(details)].map(csvCell).join(',')}\r\n`

/** A cell that a spreadsheet would run as a formula gets a `'` before it. */
const csvCell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
