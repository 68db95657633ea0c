import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Digest } from '../../contract/id.ts'

/** The digest of bytes or text (UTF-8). */
export function sha256(content: Uint8Array | string): Digest {
  return createHash('sha256').update(content).digest('hex') as Digest
}

/** The digest of a file, read as a stream. */
export async function sha256OfFile(path: string): Promise<Digest> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  return hash.digest('hex') as Digest
}
