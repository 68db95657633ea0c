import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { unreachable } from './sentences.ts'

/** The private key that a source is signed in to with. Throws `source-unreachable` with what to do, and nothing of the text. */
export function readSigningKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'rsa') return key
  } catch {
    // NOTE: what the library says of it could quote it.
  }
  throw unreachable('The private key cannot be read. Paste it whole, as an RSA key in PEM without a passphrase.', undefined)
}

/** A JSON Web Token, signed with RS256. */
export function signToken(key: KeyObject, claims: object, head: object = {}): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'RS256', typ: 'JWT', ...head })}.${part(claims)}`
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`
}
