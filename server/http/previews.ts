import type { IncomingMessage } from 'node:http'
import { parse } from 'hono/utils/cookie'
import type { OpenShare } from '../sharing/open-share.ts'
import type { Sharing } from '../sharing/sharing.ts'
import type { Tenancy } from '../tenancy/tenancy.ts'
import { SESSION_COOKIE } from './request-context.ts'

export interface PreviewsDependencies {
  readonly tenancy: Pick<Tenancy, 'actorOfSession' | 'slugOfHost'>
  readonly sharing: Pick<Sharing, 'openPreview'>
  readonly trustProxy: boolean
}

/** Pages that are not public yet, for their owner alone (B2): the browser's session says who asks. */
export const openPreviews =
  ({ tenancy, sharing, trustProxy }: PreviewsDependencies) =>
  async ({ headers }: IncomingMessage, key: string): Promise<OpenShare | undefined> => {
    const token = parse(headers.cookie ?? '', SESSION_COOKIE)[SESSION_COOKIE]
    if (token === undefined) return undefined
    const forwarded = trustProxy
      ? String(headers['x-forwarded-host'] ?? '')
          .split(',')[0]
          ?.trim()
      : undefined
    const actor = await tenancy.actorOfSession(token, tenancy.slugOfHost(forwarded || headers.host))
    return actor && sharing.openPreview(actor, key)
  }
