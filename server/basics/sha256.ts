import { createHash, hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { Digest } from '../../contract/id.ts'

/** The digest of bytes or text (UTF-8). */
export function sha256(content: Uint8Array | string): Digest {
  return hash('sha256', content, 'hex') as Digest
}

const CHUNK_BYTES = 1024 * 1024

/** The digest of a file, read piece by piece. */
export async function sha256OfFile(path: string): Promise<Digest> {
  const file = await open(path, 'r')
  try {
    return await sha256OfOpened(file)
  } finally {
    await file.close()
  }
}

/** The digest of an open file, read from where it stands to its end. */
export async function sha256OfOpened(file: FileHandle): Promise<Digest> {
  const running = createHash('sha256')
  // NOTE: one buffer for all, as a stream's fresh ones cost as much as the digest itself.
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, null)
    if (bytesRead === 0) return running.digest('hex') as Digest
    running.update(buffer.subarray(0, bytesRead))
  }
}
