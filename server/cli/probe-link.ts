import { KnownError } from '../../contract/error.ts'
import type { ConversationId } from '../../contract/id.ts'
import type { App } from '../app.ts'

/** A link of the doctor's own, so that it sees a page open and close again without touching anybody's. */
export interface ProbeLink {
  readonly conversationId: ConversationId
  /** `/shared/<token>`. */
  readonly path: string
}

/** Should the doctor be killed: the link closes by itself. */
const PROBE_LIFE_MS = 5 * 60_000

const ownerAt = async ({ tenancy }: Pick<App, 'tenancy'>, host: string) => {
  const owner = await tenancy.firstOwner(tenancy.slugOfHost(host))
  if (!owner) throw new KnownError('not-found', 'Nobody owns this server yet, so there is nobody to make a link for.')
  return owner
}

/** Shares a conversation with one small table in the name of the tenant's first owner; both are in the audit log. */
export async function openProbe(app: App, host: string): Promise<ProbeLink> {
  const owner = await ownerAt(app, host)
  const conversationId = await app.conversations.create(owner, { title: 'Self-test of the public page', uploadIds: [] })
  try {
    const turn = await app.turnLoop.ask(owner, conversationId, {
      question: '/sql select 1 as one',
      analyst: 'hand',
      uploadIds: [],
    })
    await turn.finished
    const expiresAt = new Date(Date.now() + PROBE_LIFE_MS).toISOString()
    const state = await app.sharing.share(owner, conversationId, '', { expiresAt })
    if (state.visibility !== 'public') throw new KnownError('internal')
    return { conversationId, path: state.url }
  } catch (error) {
    await app.conversations.remove(owner, conversationId)
    throw error
  }
}

/** Revokes the link, then deletes its conversation. Answers when no node serves it any more. */
export async function closeProbe(app: App, host: string, conversationId: ConversationId): Promise<void> {
  const owner = await ownerAt(app, host)
  await app.sharing.revoke(owner, conversationId)
  await app.conversations.remove(owner, conversationId)
}
