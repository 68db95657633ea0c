import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

interface Asked {
  readonly nonce: string
  readonly challenge: string
  readonly redirectUri: string
  readonly claims: Record<string, unknown>
}

export interface IdentityProviderServer {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Who signs in next: claims of the token. */
  person: Record<string, unknown>
  /** What the provider does wrong in the next token. */
  fault: 'nonce' | 'audience' | 'signature' | 'issuer' | 'expired' | undefined
  close(): Promise<void>
}

/** A provider of OpenID Connect on this machine: discovery, authorize (says yes at once), token with PKCE, keys. */
export async function startIdentityProvider(): Promise<IdentityProviderServer> {
  const keys = await generateKeyPair('RS256', { extractable: true })
  const stranger = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  const codes = new Map<string, Asked>()

  const authorize = (query: URLSearchParams, response: ServerResponse) => {
    const code = randomUUID()
    const redirectUri = query.get('redirect_uri') ?? ''
    codes.set(code, {
      nonce: query.get('nonce') ?? '',
      challenge: query.get('code_challenge') ?? '',
      redirectUri,
      claims: provider.person,
    })
    const back = new URL(redirectUri)
    back.searchParams.set('code', code)
    back.searchParams.set('state', query.get('state') ?? '')
    response.writeHead(302, { location: back.href }).end()
  }

  const token = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const form = new URLSearchParams(Buffer.concat(parts).toString())
    const asked = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isRight =
      asked?.challenge === challenge &&
      form.get('redirect_uri') === asked.redirectUri &&
      form.get('client_secret') === provider.clientSecret
    if (!isRight) return json(response, 400, { error: 'invalid_grant' })
    const { fault } = provider
    const idToken = await new SignJWT({ ...asked.claims, nonce: fault === 'nonce' ? 'another' : asked.nonce })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(fault === 'issuer' ? 'https://elsewhere.example' : provider.issuer)
      .setAudience(fault === 'audience' ? 'another-client' : provider.clientId)
      .setIssuedAt()
      .setExpirationTime(fault === 'expired' ? '-1h' : '5m')
      .sign(fault === 'signature' ? stranger.privateKey : keys.privateKey)
    json(response, 200, { access_token: randomUUID(), token_type: 'bearer', id_token: idToken })
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', provider.issuer)
    if (url.pathname === '/authorize') authorize(url.searchParams, response)
    else if (url.pathname === '/token') void token(request, response)
    else if (url.pathname === '/keys') json(response, 200, { keys: [jwk] })
    else if (url.pathname === '/.well-known/openid-configuration')
      json(response, 200, {
        issuer: provider.issuer,
        authorization_endpoint: `${provider.issuer}/authorize`,
        token_endpoint: `${provider.issuer}/token`,
        jwks_uri: `${provider.issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        token_endpoint_auth_methods_supported: ['client_secret_post'],
      })
    else json(response, 404, {})
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const provider: IdentityProviderServer = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clientId: 'qry',
    clientSecret: 'a secret of the provider',
    person: {},
    fault: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return provider
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
