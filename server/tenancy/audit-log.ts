import { and, desc, eq, gte, like, lt, lte } from 'drizzle-orm'
import type { AuditEvent, AuditFilter } from '../../contract/audit.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { requirePermission } from './permissions.ts'
import { auditEvents, users } from './tables.ts'

const CSV_PAGE = 1_000

/** The log of who did what, for reading: nothing here or anywhere changes or removes a line. Needs `audit:read`. */
export interface AuditLog {
  /** Newest first, those before the line `before`. */
  list(actor: Actor, filter: AuditFilter, page: { before?: number; limit: number }): Promise<AuditEvent[]>
  /** All that the filter lets through as CSV, newest first, in pieces. */
  csv(actor: Actor, filter: AuditFilter): AsyncIterable<string>
}

export function createAuditLog({ database }: { database: Database }): AuditLog {
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
    return rows.map(({ event, name, email }) => ({
      seq: event.seq,
      at: event.at.toISOString(),
      userId: event.userId,
      who: name && email ? `${name} <${email}>` : (email ?? ''),
      via: event.via,
      action: event.action,
      subject: event.subject,
      details: event.details,
    }))
  }

  return {
    list,
    async *csv(actor, filter) {
      requirePermission(actor, 'audit:read')
      yield 'time,who,through,action,what,details\r\n'
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

const csvLine = ({ at, who, via, action, subject, details }: AuditEvent): string =>
  `${[at, who, via, action, subject, JSON.stringify(details)].map(csvCell).join(',')}\r\n`

/** A cell that a spreadsheet would run as a formula gets a `'` before it. */
const csvCell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
