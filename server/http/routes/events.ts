import type { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { KnownError } from '../../../contract/error.ts'
import { ConversationId } from '../../../contract/id.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import { actorOf, type DoorEnvironment } from '../request-context.ts'

const HEARTBEAT_MS = 15_000
/** An event goes out only when the reader's right to it was looked at this short a while ago. */
const RIGHT_LASTS_MS = 1_000
/** Without events, how often a stream looks whether it may go on. */
const LOOK_AGAIN_MS = 5_000

/** `GET /api/conversations/:id/events`: the turn log as server-sent events, from `Last-Event-ID` (or `?after=`), then live. Ends with the session or key, and when the conversation is no longer shown to its reader. */
export function serveEvents(app: Hono<DoorEnvironment>, { tenancy, conversations, clock }: DoorDependencies): void {
  app.get('/api/conversations/:id/events', async (context) => {
    const actor = await actorOf(context, tenancy)
    const id = ConversationId.safeParse(context.req.param('id'))
    if (!id.success) throw new KnownError('not-found')
    await conversations.summary(actor, id.data)
    const after = Number(context.req.header('last-event-id') ?? context.req.query('after') ?? 0)
    context.header('x-accel-buffering', 'no')
    return streamSSE(context, async (stream) => {
      const gone = new AbortController()
      stream.onAbort(() => gone.abort())
      await stream.writeSSE({ event: 'ready', data: '' })
      let lookedAt = clock().getTime()
      const lookAgain = async (): Promise<boolean> => {
        try {
          await conversations.summary(await actorOf(context, tenancy), id.data)
          lookedAt = clock().getTime()
          return true
        } catch (error) {
          gone.abort()
          if (error instanceof KnownError) return false
          throw error
        }
      }
      const heartbeat = setInterval(() => void stream.write(': still here\n\n'), HEARTBEAT_MS)
      const watch = setInterval(() => void lookAgain().catch(() => undefined), LOOK_AGAIN_MS)
      try {
        for await (const logged of conversations.events(
          actor,
          id.data,
          Number.isSafeInteger(after) && after > 0 ? after : 0,
          gone.signal,
        )) {
          if (clock().getTime() - lookedAt > RIGHT_LASTS_MS && !(await lookAgain())) break
          await stream.writeSSE({ id: String(logged.seq), event: 'turn', data: JSON.stringify(logged) })
        }
      } finally {
        clearInterval(heartbeat)
        clearInterval(watch)
      }
    })
  })
}
