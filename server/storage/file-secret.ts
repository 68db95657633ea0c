import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { KeyFile } from './key-file.ts'
import type { Secret } from './secret.ts'

/** What was sealed before keys had ids. */
const withoutId = 'v1'
const withId = 'v2'
const nonceBytes = 12
const tagBytes = 16

export interface SecretPlace {
  readonly dataDir: string
  /** QRY_SECRET; without it the first key of `<dataDir>/secret.key` seals, which is made (0600) when absent. */
  readonly secret?: string | undefined
  /** QRY_OTHER_SECRETS: these only open. */
  readonly otherSecrets?: readonly string[] | undefined
}

/** A Secret of several keys: the newest seals, each opens what was sealed with it. */
export interface KeyRing extends Secret {
  /** How all text begins that is sealed with the newest key. */
  readonly newestPrefix: string
  /** Makes a new key in `secret.key`, unless a change was begun before. A key of the settings is changed there. */
  beginChange(): void
  /** Forgets the keys in `secret.key` that no longer seal. */
  finishChange(): void
}

class Key {
  readonly id: string
  readonly #material: string
  readonly #derived = new Map<string, Buffer>()

  constructor(material: string) {
    this.#material = material
    this.id = createHash('sha256').update(`qry key id ${material}`).digest('hex').slice(0, 8)
  }

  for(purpose: string): Buffer {
    const found = this.#derived.get(purpose) ?? Buffer.from(hkdfSync('sha256', this.#material, 'qry', purpose, 32))
    if (this.#derived.size < MOST_DERIVED) this.#derived.set(purpose, found)
    return found
  }
}

const MOST_DERIVED = 10_000

/** The keys of this place. What was sealed names its key by an id of eight digits, which tells nothing of the key. */
export async function openSecret({ dataDir, secret, otherSecrets = [] }: SecretPlace): Promise<KeyRing> {
  const file = new KeyFile(dataDir)
  if (secret === undefined) file.make()
  const known = new Map<string, Key>()
  const keyOf = (material: string): Key => {
    const key = known.get(material) ?? new Key(material)
    known.set(material, key)
    return key
  }
  const keys = (): Key[] => [...(secret === undefined ? [] : [secret]), ...file.read(), ...otherSecrets].map(keyOf)
  const newest = (): Key => {
    const [key] = keys()
    if (!key) throw new Error('secret.key is gone. Restore it from a backup.')
    return key
  }
  newest()
  return {
    seal(text, purpose) {
      const key = newest()
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key.for(purpose), nonce)
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${prefixOf(key)}${sealed.toString('base64url')}`
    },
    open(sealed, purpose) {
      const [version, ...rest] = sealed.split('.')
      const body = Buffer.from(rest.at(-1) ?? '', 'base64url')
      const fitting =
        version === withoutId ? keys() : version === withId ? keys().filter((key) => key.id === rest[0] && rest.length === 2) : []
      for (const key of fitting) {
        const text = openWith(key.for(purpose), body)
        if (text !== undefined) return text
      }
      throw new Error(`What was sealed as ${purpose} can't be opened: it was sealed with another key (QRY_SECRET or secret.key).`)
    },
    get newestPrefix() {
      return prefixOf(newest())
    },
    beginChange() {
      if (secret === undefined) file.begin()
    },
    finishChange() {
      file.keep(secret === undefined ? 1 : 0)
    },
  }
}

const prefixOf = (key: Key): string => `${withId}.${key.id}.`

function openWith(key: Buffer, body: Buffer): string | undefined {
  if (body.length < nonceBytes + tagBytes) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, nonceBytes), { authTagLength: tagBytes })
    decipher.setAuthTag(body.subarray(-tagBytes))
    return Buffer.concat([decipher.update(body.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
