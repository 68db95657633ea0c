import { z } from 'zod'
import type { Connection } from '../connection.ts'
import { unreachable } from './sentences.ts'
import { readSigningKey, signToken } from './signed-token.ts'

const AUDIENCE = 'https://bigquery.googleapis.com/'

const KeyFile = z.object({
  project_id: z.string(),
  private_key_id: z.string(),
  private_key: z.string(),
  client_email: z.string(),
})

export interface ServiceAccount {
  /** The project that the key was made in. */
  readonly project: string
  /** The header of one request: a token signed for that moment, which names nobody else it could be shown to. */
  authorization(): string
}

/** Reads the key file of a Google service account. Throws `source-unreachable` with what to do, and nothing of the file. */
export function readServiceAccount({ signingKey = '' }: Connection): ServiceAccount {
  const { project_id: project, private_key_id: kid, private_key: pem, client_email: email } = readKeyFile(signingKey)
  const key = readSigningKey(pem)
  return {
    project,
    authorization() {
      const now = Math.floor(Date.now() / 1000)
      return `Bearer ${signToken(key, { iss: email, sub: email, aud: AUDIENCE, iat: now, exp: now + 600 }, { kid })}`
    },
  }
}

function readKeyFile(text: string): z.infer<typeof KeyFile> {
  try {
    return KeyFile.parse(JSON.parse(text))
  } catch {
    // NOTE: what the parser says of it could quote it.
    throw unreachable(
      'The key of the service account cannot be read. Paste the whole JSON file that Google Cloud gave.',
      undefined,
    )
  }
}
