import type { Hono } from 'hono'
import { endpoints } from '../../../contract/endpoints.ts'
import { KnownError } from '../../../contract/error.ts'
import type { HeldLink } from '../../sharing/continuations.ts'
import type { Actor } from '../../tenancy/actor.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import { MissLimit } from '../public/miss-limit.ts'
import { routeOf } from '../public/route.ts'
import { addressOf, type DoorContext, type DoorEnvironment, hostOf, originOf } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

/** What a signed-in reader of a shared page takes into a conversation of their own (B9). */
export function serveContinuations(app: Hono<DoorEnvironment>, { tenancy, sharing, settings }: DoorDependencies): void {
  const { continuations } = sharing
  const misses = new MissLimit(() => performance.now())

  /** The link as its own origin would read it: a tenant's links are on the tenant's host alone (S27). */
  const heldLink = (context: DoorContext, { link, password }: { link: string; password?: string | undefined }): HeldLink => {
    const origin = originOf(context, settings)
    const url = URL.parse(link, origin)
    const ownHosts = [hostOf(context, settings), new URL(origin).host]
    const slug = url ? tenancy.slugOfHost(url.host) : undefined
    const route = url && (ownHosts.includes(url.host) || slug !== undefined) ? routeOf(url.pathname + url.search) : undefined
    if (route?.kind !== 'page') throw new KnownError('invalid-input', 'This is not the link of a shared page of this server.')
    const { token, publicPath, version } = route
    return { token, publicPath, version, originSlug: slug, password, address: addressOf(context, settings) }
  }

  /** Guessing is slowed here as it is at the strangers' door (P6). */
  const counted = async <Answer>({ userId }: Actor, { token }: HeldLink, work: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await work()
    } catch (error) {
      const isMiss = error instanceof KnownError && error.code === 'not-found'
      if (isMiss && !misses.allows(userId, token)) throw new KnownError('too-many-requests')
      throw error
    }
  }

  serveEndpoint(app, tenancy, endpoints.readContinuation, ({ actor, body, context }) => {
    const link = heldLink(context, body)
    return counted(actor, link, () => continuations.look(actor, link))
  })

  serveEndpoint(app, tenancy, endpoints.continueWithTables, ({ actor, body, context }) => {
    const link = heldLink(context, body)
    return counted(actor, link, async () => ({ conversationId: await continuations.take(actor, link, body.tableIds) }))
  })
}
