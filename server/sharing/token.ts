import type { Digest } from '../../contract/id.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Secret } from '../storage/secret.ts'

/** 192 random bits as 32 URL-safe characters: no padding bits, so that each token is written in one way only. */
export const TOKEN_BYTES = 24
const shape = /^[A-Za-z0-9_-]{32}$/
export const TOKEN_PURPOSE = 'share-token'

export interface Token {
  readonly text: string
  /** What the database finds it by. */
  readonly hash: Digest
  /** Under the server's key, so that the owner can be shown the link again. */
  readonly sealed: string
}

export function newToken(random: (bytes: number) => Uint8Array, secret: Secret): Token {
  const text = Buffer.from(random(TOKEN_BYTES)).toString('base64url')
  return { text, hash: tokenHash(text), sealed: secret.seal(text, TOKEN_PURPOSE) }
}

/** Throws when the token was sealed under another key. */
export const openToken = (sealed: string, secret: Secret): string => secret.open(sealed, TOKEN_PURPOSE)

/** Whether this could be a token at all; what could not costs no look into the database. */
export const isTokenShaped = (text: string): boolean => shape.test(text)

export const tokenHash = (text: string): Digest => sha256(text)
