import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Secret } from './secret.ts'

const version = 'v1'
const nonceBytes = 12
const tagBytes = 16

/** A Secret from `secret` (QRY_SECRET), else from `<dataDir>/secret.key`, which is made (0600) when absent. */
export async function openSecret({ dataDir, secret }: { dataDir: string; secret?: string | undefined }): Promise<Secret> {
  const material = secret ?? readOrMakeKey(dataDir)
  const derived = new Map<string, Buffer>()
  const keyFor = (purpose: string): Buffer => {
    const found = derived.get(purpose) ?? Buffer.from(hkdfSync('sha256', material, 'qry', purpose, 32))
    derived.set(purpose, found)
    return found
  }
  return {
    seal(text, purpose) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', keyFor(purpose), nonce)
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${version}.${sealed.toString('base64url')}`
    },
    open(sealed, purpose) {
      const [found, body] = sealed.split('.')
      const bytes = Buffer.from(body ?? '', 'base64url')
      try {
        if (found !== version || bytes.length < nonceBytes + tagBytes) throw new Error('the form is not known')
        const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose), bytes.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        })
        decipher.setAuthTag(bytes.subarray(-tagBytes))
        return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new Error(
          `What was sealed as ${purpose} can't be opened: it was sealed with another key (QRY_SECRET or secret.key).`,
          { cause },
        )
      }
    },
  }
}

/** Where the key lies that this server made for itself; nothing when it is given one. */
export const keyFileOf = ({ dataDir, secret }: { dataDir: string; secret?: string | undefined }): string | undefined =>
  secret === undefined ? join(dataDir, 'secret.key') : undefined

function readOrMakeKey(dataDir: string): string {
  const path = join(dataDir, 'secret.key')
  if (!existsSync(path)) makeKey(dataDir, path)
  const key = readFileSync(path, 'utf8').trim()
  if (key.length < 32)
    throw new Error(`${path} holds no key. Restore it from a backup; without it, kept passwords of data sources can't be opened.`)
  return key
}

/** Linked into place when it is whole, so that two processes that start together agree on one key. */
function makeKey(dataDir: string, path: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o711 })
  const unfinished = `${path}.${randomUUID()}`
  const file = openSync(unfinished, 'wx', 0o600)
  writeSync(file, `${randomBytes(32).toString('base64url')}\n`)
  fsyncSync(file)
  closeSync(file)
  try {
    linkSync(unfinished, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(unfinished, { force: true })
  }
}
