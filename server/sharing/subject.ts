import { KnownError } from '../../contract/error.ts'
import type { ConversationId, SubjectId } from '../../contract/id.ts'
import type { Permission } from '../../contract/permission.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Results } from '../results/results.ts'
import type { Actor } from '../tenancy/actor.ts'
import { type Frozen, freeze, sharePointOf, turnsUpTo, uploadsOf } from './snapshot.ts'

/** A subject as it stands now, seen by somebody who may see it. */
export interface SubjectNow {
  /** The last part that a link made now would hold; undefined while there is nothing to share. */
  readonly sharePoint: string | undefined
  /** Freezes everything up to the share point. Costs the number of parts, not the size of the data. */
  freeze(): Promise<Frozen>
  /** How far the subject has moved on from what was frozen: parts it has since, and frozen parts that it has no more. */
  compare(frozen: Frozen): { newer: number; gone: number }
}

/**
 * What can be shared, of one kind: everything about links, policies, versions and the public page is the same for all kinds.
 * A subject's id says its kind by its prefix.
 */
export interface ShareSubject {
  /** Where its public pages live, without a slash at the end. */
  readonly publicPath: string
  readonly permission: Permission
  /** What is said while there is nothing to share. */
  readonly nothing?: string
  /** Its links may follow it: what is refreshed is shown at once. */
  readonly canFollow?: boolean
  /** Throws `not-found` for what the actor may not see, `forbidden` for what is not theirs to share. */
  look(actor: Actor, id: SubjectId): Promise<SubjectNow>
}

export interface ConversationSubjectDependencies {
  readonly conversations: Pick<Conversations, 'turns' | 'uploads' | 'summary'>
  readonly results: Pick<Results, 'table'>
}

/** A conversation up to its last answered turn. */
export function conversationSubject({ conversations, results }: ConversationSubjectDependencies): ShareSubject {
  return {
    publicPath: '/shared',
    permission: 'conversations:share',
    async look(actor, subjectId) {
      const id = subjectId as ConversationId
      // What is public is up to the owner, whoever else may see or edit.
      const { title, access } = await conversations.summary(actor, id)
      if (access !== 'owner') throw new KnownError('forbidden', 'Only the owner of this conversation may share it.')
      const turns = await conversations.turns(actor, id)
      const sharePoint = sharePointOf(turns)
      return {
        sharePoint: sharePoint?.id,
        async freeze() {
          const shown = sharePoint ? turnsUpTo(turns, sharePoint) : []
          const digests = new Set(shown.flatMap((turn) => turn.tables.map((table) => table.digest)))
          const kept = await Promise.all(
            [...digests].map(async (digest) => [digest, (await results.table(actor, digest)).rows] as const),
          )
          const rows = new Map(kept)
          const uploads = uploadsOf(shown, await conversations.uploads(actor, id))
          return freeze(title, shown, uploads, (digest) => rows.get(digest) ?? [])
        },
        compare(frozen) {
          const there = new Set<string>(turns.map((turn) => turn.id))
          const answered = new Set(frozen.turns.filter((turn) => turn.status === 'answered').map((turn) => turn.turnId))
          return {
            newer: turns.filter((turn) => turn.status === 'answered' && !answered.has(turn.id)).length,
            gone: frozen.turns.filter((turn) => turn.turnId !== '' && !there.has(turn.turnId)).length,
          }
        },
      }
    },
  }
}
