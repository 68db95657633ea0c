import type { ConversationId, TenantId } from '../../contract/id.ts'
import type { ShareContents, SharePolicyChange, ShareState } from '../../contract/share.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { OpenShares } from './open-share.ts'

/**
 * Frozen and shown: shares, their versions, tokens, policies, and the public page. Owns the one gate that every public request passes.
 * A snapshot is an allowlist document kept as a blob; a public page needs nothing but it. Never reaches a source, a model or a kernel.
 */
export interface Sharing {
  state(actor: Actor, id: ConversationId, origin: string): Promise<ShareState>
  /** Shares, or moves the share point to the newest answered turn under the same token. `nothing-answered`, `forbidden`, `sharing-off`. */
  share(actor: Actor, id: ConversationId, origin: string, policy?: SharePolicyChange): Promise<ShareState>
  changePolicy(actor: Actor, id: ConversationId, origin: string, policy: SharePolicyChange): Promise<ShareState>
  /** Answers when no node can serve the link any more. */
  revoke(actor: Actor, id: ConversationId): Promise<ShareState>
  check(actor: Actor, id: ConversationId): Promise<ShareContents>
  /** Which of these have a public link. */
  sharedAmong(actor: Actor, ids: readonly ConversationId[]): Promise<Set<ConversationId>>
  /**
   * Closes a conversation's link because the conversation goes (S11): as `revoke`, but asks neither permission nor whose it is.
   * The caller has checked that the actor may delete it.
   */
  closeLink(actor: Actor, id: ConversationId): Promise<void>
  /** To be called after the tenant's switch moved or the tenant was deleted; answers when no node goes by the old state. */
  tenantChanged(tenantId: TenantId): Promise<void>
  /** What strangers reach; for http/public. */
  readonly open: OpenShares
}
