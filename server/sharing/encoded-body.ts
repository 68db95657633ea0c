import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { sha256 } from '../basics/sha256.ts'

export type Encoding = 'br' | 'gzip' | 'identity'

/** Bytes ready to send in each encoding, and the entity tag of each. */
export interface EncodedBody {
  readonly contentType: string
  readonly etags: Readonly<Record<Encoding, string>>
  readonly encodings: Readonly<Record<Encoding, Uint8Array>>
}

const brotli = promisify(brotliCompress)
const gunzippable = promisify(gzip)

/** Compresses off the event loop. `effort` `quick` takes milliseconds, `best` up to a second per MB. Entity tags do not depend on it. */
export async function encodeBody(text: string, contentType: string, effort: 'quick' | 'best'): Promise<EncodedBody> {
  const identity = Buffer.from(text)
  const [br, gz] = await Promise.all([compress(identity, 'br', effort), compress(identity, 'gzip', effort)])
  const tag = sha256(identity).slice(0, 32)
  return {
    contentType,
    etags: { br: `"${tag}-br"`, gzip: `"${tag}-gz"`, identity: `"${tag}"` },
    encodings: { br, gzip: gz, identity },
  }
}

export const bytesOf = ({ encodings }: EncodedBody): number =>
  encodings.br.byteLength + encodings.gzip.byteLength + encodings.identity.byteLength

export function compress(bytes: Uint8Array, encoding: 'br' | 'gzip', effort: 'quick' | 'best'): Promise<Buffer> {
  if (encoding === 'gzip') return gunzippable(bytes, { level: effort === 'best' ? 9 : 6 })
  return brotli(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: effort === 'best' ? 11 : bytes.byteLength < 1_000_000 ? 9 : 5,
      [constants.BROTLI_PARAM_LGWIN]: 22,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
    },
  })
}
