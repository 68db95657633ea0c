import type { Continuation } from '../../contract/continuation.ts'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId } from '../../contract/id.ts'
import type { SnapshotTable } from '../../contract/snapshot.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { BroughtTable } from '../conversations/uploads.ts'
import type { Actor } from '../tenancy/actor.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import type { OpenShare, OpenShares } from './open-share.ts'

/** A link as its reader holds it. */
export interface HeldLink {
  readonly token: string
  /** Where its pages live: `/shared`. */
  readonly publicPath: string
  /** An older version, where readers may step back. */
  readonly version?: number | undefined
  /** The tenant that the link's own origin is bound to. */
  readonly originSlug?: string | undefined
  readonly password?: string | undefined
  /** The reader's, to slow the guessing of passwords. Not kept. */
  readonly address: string
}

/**
 * Readers who ask further with a page's tables (B9). Whatever they get passes the gate as a stranger's request does and comes from the snapshot
 * alone, byte for byte, into the reader's own tenant; the owner's source, log and results stay out of it. The link counts a view, no more.
 */
export interface Continuations {
  /** Throws `not-found` for every link that does not open, `forbidden` where the page lets nothing be taken, `wrong-credentials`, `too-many-requests`. */
  look(reader: Actor, link: HeldLink): Promise<Continuation>
  /** As `look`; `not-found` as well for a table that the page does not hold. */
  take(reader: Actor, link: HeldLink, tableIds: readonly string[]): Promise<ConversationId>
}

export interface ContinuationsDependencies {
  readonly open: OpenShares
  readonly conversations: Pick<Conversations, 'createWith'>
}

export function createContinuations({ open, conversations }: ContinuationsDependencies): Continuations {
  /** The open page, or `locked` where it waits for a password that was not given. */
  const enter = async (reader: Actor, { token, password, address, ...visit }: HeldLink): Promise<OpenShare | 'locked'> => {
    requirePermission(reader, 'conversations:create')
    const key = password === undefined ? undefined : await unlock(token, { password, address, originSlug: visit.originSlug })
    const share = await open.open(token, { ...visit, key })
    if (!share) {
      if (await open.lockedAt(token, visit)) return 'locked'
      throw new KnownError('not-found', 'There is nothing at this link. Check that it is complete.')
    }
    if (!share.snapshot.downloads)
      throw new KnownError('forbidden', 'The owner of this page does not let its data be taken along.')
    return share
  }

  const unlock = async (token: string, tried: { password: string; address: string; originSlug: string | undefined }) => {
    const opened = await open.unlock(token, tried.password, tried.address, tried.originSlug)
    if (opened === 'wrong') throw new KnownError('wrong-credentials', 'That is not the password.')
    return opened?.key
  }

  return {
    async look(reader, link) {
      const share = await enter(reader, link)
      if (share === 'locked') return { state: 'locked' }
      const { title, by, frozenAt, shareVersion } = share.snapshot
      const tables = tablesOf(share).map(({ id, title: name, question, columns, rowCount, truncated }) => ({
        id,
        title: name,
        question,
        columns: columns.map((column) => column.name),
        rowCount,
        truncated,
      }))
      return { state: 'open', title, by, frozenAt, version: shareVersion, tables }
    },

    async take(reader, link, tableIds) {
      const share = await enter(reader, link)
      if (share === 'locked') throw new KnownError('wrong-credentials', 'This page asks for its password.')
      const offered = tablesOf(share)
      const chosen = new Set(tableIds)
      const wanted = offered.filter(({ id }) => chosen.has(id))
      if (wanted.length < chosen.size) throw new KnownError('not-found', 'This page does not hold such a table.')
      const tables: BroughtTable[] = []
      for (const { id, title, truncated } of wanted) {
        const table = await share.adopt(id, reader)
        if (!table) throw new KnownError('not-found')
        tables.push({ label: title, table, ...(truncated ? { note: cutNote(table.rowCount) } : {}) })
      }
      if (!(await share.isStillOpen()))
        throw new KnownError('not-found', 'There is nothing at this link. Check that it is complete.')
      const { title, by, shareVersion } = share.snapshot
      const from = { title, by, version: shareVersion }
      const id = await conversations.createWith(reader, { title, tables, from })
      open.viewed(link.token, link.address)
      return id
    },
  }
}

/** Each table once: the same rows may stand under several questions. */
function tablesOf({ snapshot }: OpenShare): (SnapshotTable & { question: string })[] {
  const seen = new Set<string>()
  return snapshot.turns
    .flatMap(({ question, tables }) => tables.map((table) => ({ ...table, question })))
    .filter(({ digest }) => {
      if (seen.has(digest)) return false
      seen.add(digest)
      return true
    })
}

const cutNote = (rowCount: number): string =>
  `This table was cut at ${rowCount.toLocaleString('en')} rows where it was made: there is more in the source it came from.`
