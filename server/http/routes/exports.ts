import type { Hono } from 'hono'
import { KnownError } from '../../../contract/error.ts'
import { ConversationId } from '../../../contract/id.ts'
import { conversationMarkdown } from '../../../render/conversation-markdown.ts'
import { conversationNotebook } from '../../../render/notebook.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import { attachment } from '../public/download.ts'
import { actorOf, type DoorEnvironment } from '../request-context.ts'

/** `GET /api/conversations/:id.md` and `.ipynb`: a conversation to take along, as it stands. */
export function serveExports(
  app: Hono<DoorEnvironment>,
  { tenancy, conversations, results }: Pick<DoorDependencies, 'tenancy' | 'conversations' | 'results'>,
): void {
  app.get('/api/conversations/:file{[^/]+\\.(?:md|ipynb)}', async (context) => {
    const actor = await actorOf(context, tenancy)
    const [name, ending] = context.req.param('file').split('.', 2)
    const id = ConversationId.safeParse(name)
    if (!id.success) throw new KnownError('not-found')
    const conversation = await conversations.read(actor, id.data)
    context.header('content-disposition', attachment(`${conversation.title}.${ending ?? ''}`))
    if (ending === 'md') {
      context.header('content-type', 'text/markdown; charset=utf-8')
      return context.body(conversationMarkdown(conversation))
    }
    const digests = conversation.turns.flatMap((turn) => turn.charts.flatMap((chart) => chart.pictures?.wide ?? []))
    const drawn = await Promise.allSettled(digests.map(async (digest) => [digest, await results.picture(actor, digest)] as const))
    const pictures = new Map(drawn.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
    context.header('content-type', 'application/x-ipynb+json')
    return context.body(JSON.stringify(conversationNotebook(conversation, pictures), undefined, 1))
  })
}
