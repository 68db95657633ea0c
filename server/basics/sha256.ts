import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Digest } from '../../contract/id.ts'

/** The digest of bytes or text (UTF-8). */
export function sha256(content: Uint8Array | string): Digest {
  return hash('sha256', content, 'hex') as Digest
}

/** The digest of a file, read as a stream. */
export async function sha256OfFile(path: string): Promise<Digest> {
  const running = createHash('sha256')
  for await (const chunk of createReadStream(path)) running.update(chunk as Uint8Array)
  return running.digest('hex') as Digest
}
