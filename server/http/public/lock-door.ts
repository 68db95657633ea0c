import type { IncomingMessage, ServerResponse } from 'node:http'
import { KnownError } from '../../../contract/error.ts'
import { lockedPageHtml } from '../../../render/locked-page-html.ts'
import type { PageStyle } from '../../../render/shared-page-html.ts'
import type { OpenShares, Visit } from '../../sharing/open-share.ts'
import { UNLOCK_COOKIE, UNLOCK_SECONDS } from '../../sharing/unlock.ts'

export interface LockDoorDependencies {
  readonly open: Pick<OpenShares, 'unlock' | 'lockedAt'>
  /** As the page's policy names it. */
  readonly style: PageStyle
  readonly contentSecurityPolicy: string
  /** Whether people reach this server over TLS: then the cookie goes over nothing else. */
  readonly isSecure: (request: IncomingMessage) => boolean
}

export interface LockDoor {
  /** Answers 401 with the form when the link waits for its password; false when it does not. */
  answerLocked(request: IncomingMessage, response: ServerResponse, token: string, visit: Visit): Promise<boolean>
  /** Takes a password as JSON or from the form; false when there is no such link. */
  takePassword(
    request: IncomingMessage,
    response: ServerResponse,
    token: string,
    address: string,
    originSlug?: string,
  ): Promise<boolean>
}

const BODY_BYTES = 4_096
const WRONG = 'That is not the password.'

/** The value of the unlock cookie that the browser sent for this path. */
export function unlockKeyOf(request: IncomingMessage): string | undefined {
  const { cookie } = request.headers
  if (!cookie?.includes(UNLOCK_COOKIE)) return undefined
  return new RegExp(`(?:^|;\\s*)${UNLOCK_COOKIE}=([^;]*)`).exec(cookie)?.[1]
}

/** The password of a link: the form, and what is sent with it. Nothing else of a locked link is ever answered. */
export function createLockDoor({ open, style, contentSecurityPolicy, isSecure }: LockDoorDependencies): LockDoor {
  const safety = [
    'Content-Security-Policy',
    `${contentSecurityPolicy.replace("form-action 'none'", "form-action 'self'")}; frame-ancestors 'none'`,
    'X-Robots-Tag',
    'noindex, nofollow, noarchive',
    'Referrer-Policy',
    'no-referrer',
    'X-Content-Type-Options',
    'nosniff',
    'X-Frame-Options',
    'DENY',
    'Cross-Origin-Opener-Policy',
    'same-origin',
    'Cross-Origin-Resource-Policy',
    'same-origin',
    'Cache-Control',
    'no-cache',
    'Vary',
    'Accept-Encoding',
  ]

  const send = (request: IncomingMessage, response: ServerResponse, status: number, body: string, head: string[]) => {
    const bytes = Buffer.from(body)
    response.writeHead(status, [...safety, ...head, 'Content-Length', String(bytes.byteLength)])
    response.end(request.method === 'HEAD' ? undefined : bytes)
  }

  const sendForm = (request: IncomingMessage, response: ServerResponse, status: number, basePath: string, error?: string) =>
    send(request, response, status, lockedPageHtml({ style, action: `${basePath}/unlock`, error }), [
      'Content-Type',
      'text/html; charset=utf-8',
    ])

  const sendJson = (request: IncomingMessage, response: ServerResponse, status: number, body: object, head: string[] = []) =>
    send(request, response, status, JSON.stringify(body), ['Content-Type', 'application/json; charset=utf-8', ...head])

  /** A cookie's path covers what lies below it, not `.json` and `.md` beside it. */
  const cookies = (request: IncomingMessage, basePath: string, key: string): string[] =>
    ['', '.json', '.md'].flatMap((ending) => [
      'Set-Cookie',
      `${UNLOCK_COOKIE}=${key}; Path=${basePath}${ending}; Max-Age=${UNLOCK_SECONDS}; HttpOnly; SameSite=Lax${isSecure(request) ? '; Secure' : ''}`,
    ])

  return {
    async answerLocked(request, response, token, visit) {
      const basePath = await open.lockedAt(token, visit)
      if (basePath === undefined) return false
      sendForm(request, response, 401, basePath)
      return true
    },

    async takePassword(request, response, token, address, originSlug) {
      const isJson = /^application\/json\b/i.test(request.headers['content-type'] ?? '')
      const password = passwordIn(await bodyOf(request), isJson)
      try {
        const opened = await open.unlock(token, password, address, originSlug)
        if (opened === undefined) return false
        if (opened === 'wrong') {
          const basePath = (await open.lockedAt(token)) ?? ''
          if (isJson) sendJson(request, response, 401, { error: { code: 'wrong-credentials', message: WRONG } })
          else sendForm(request, response, 401, basePath, WRONG)
          return true
        }
        const { key, basePath } = opened
        const set = key === '' ? [] : cookies(request, basePath, key)
        if (isJson) sendJson(request, response, 200, { ok: true }, set)
        else send(request, response, 303, '', ['Location', basePath, ...set])
        return true
      } catch (error) {
        if (!(error instanceof KnownError) || error.code !== 'too-many-requests') throw error
        const { code, message } = error
        const basePath = (await open.lockedAt(token)) ?? ''
        if (isJson) sendJson(request, response, 429, { error: { code, message } }, ['Retry-After', '60'])
        else sendForm(request, response, 429, basePath, message)
        return true
      }
    },
  }
}

function passwordIn(body: string, isJson: boolean): string {
  if (!isJson) return new URLSearchParams(body).get('password') ?? ''
  try {
    const { password } = Object(JSON.parse(body)) as { password?: unknown }
    return typeof password === 'string' ? password : ''
  } catch {
    return ''
  }
}

/** The body as text, cut where no password could be longer. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).byteLength
    if (bytes > BODY_BYTES) break
  }
  return Buffer.concat(chunks).toString('utf8', 0, BODY_BYTES)
}
