import { KnownError } from '../../contract/error.ts'
import type { ConversationId } from '../../contract/id.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { KeptTable, Results } from '../results/results.ts'
import type { Sources } from '../sources/sources.ts'
import type { Actor } from '../tenancy/actor.ts'

export interface RerunDependencies {
  readonly conversations: Pick<Conversations, 'uploads' | 'summary'>
  readonly results: Pick<Results, 'query'>
  readonly sources: Pick<Sources, 'query' | 'read' | 'limits'>
}

export interface RerunInput {
  readonly conversationId: ConversationId
  readonly sql: string
  /** What it was asked of, by the name that people knew then: a source, or files with commas between them. */
  readonly source: string | undefined
}

/** Asks a statement of a conversation again of what it was asked of. Throws `not-found` with a sentence when that is not there any more. */
export function createRerun({ conversations, results, sources }: RerunDependencies) {
  const gone = (source: string) =>
    new KnownError(
      'not-found',
      `This was asked of ${source}, which is not what the conversation asks now. It cannot be compared.`,
    )

  return async (
    actor: Actor,
    { conversationId, sql, source }: RerunInput,
    limits: { timeoutMs: number; signal: AbortSignal },
  ): Promise<KeptTable & { truncated: boolean }> => {
    const within = { ...limits, rowLimit: sources.limits.rowLimit }
    const { sourceId } = await conversations.summary(actor, conversationId)
    if (sourceId) {
      const { name } = await sources.read(actor, sourceId).catch((error: unknown) => {
        if (!(error instanceof KnownError) || error.code !== 'not-found') throw error
        throw new KnownError('not-found', `The data source ${source ?? ''} is not there any more, or you may not ask it.`, {
          cause: error,
        })
      })
      if (source !== undefined && source !== name) throw gone(source)
      return sources.query(actor, sourceId, sql, within)
    }
    const uploads = await conversations.uploads(actor, conversationId)
    const names = new Set(uploads.map(({ name }) => name))
    if (source !== undefined && source !== '' && !names.has(source) && !source.split(', ').every((one) => names.has(one)))
      throw gone(source)
    const tables = uploads.flatMap((upload) => upload.tables.map(({ name, digest }) => ({ name, digest })))
    return results.query(actor, tables, sql, within)
  }
}
