import { randomBytes, randomUUID } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

const LEAST_CHARACTERS = 32

/** Where the keys lie that this server made for itself. */
export const keyFileOf = (dataDir: string): string => join(dataDir, 'secret.key')

/**
 * `secret.key`: one key a line, the newest first. More than one means that a change of the key was begun and not finished.
 * Other processes may write it, so it is looked at anew whenever it changed.
 */
export class KeyFile {
  readonly #path: string
  #seen = ''
  #keys: readonly string[] = []

  constructor(dataDir: string) {
    this.#path = keyFileOf(dataDir)
  }

  /** The keys, none when there is no file. Throws when the file holds what is no key. */
  read(): readonly string[] {
    const stat = statSync(this.#path, { throwIfNoEntry: false, bigint: true })
    if (!stat) return []
    const seen = `${stat.ino} ${stat.mtimeNs} ${stat.size}`
    if (seen === this.#seen) return this.#keys
    const keys = linesOf(readFileSync(this.#path, 'utf8'))
    if (keys.length === 0 || keys.some((key) => key.length < LEAST_CHARACTERS))
      throw new Error(
        `${this.#path} holds no key. Restore it from a backup; without it, kept passwords of data sources can't be opened.`,
      )
    this.#seen = seen
    this.#keys = keys
    return keys
  }

  /** Linked into place when it is whole, so that two processes that start together agree on one key. */
  make(): void {
    if (existsSync(this.#path)) return
    const unfinished = this.#write([newKey()])
    try {
      linkSync(unfinished, this.#path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(unfinished, { force: true })
    }
  }

  /** Puts a new key before the others, unless there are others already. */
  begin(): void {
    const keys = this.read()
    if (keys.length === 1) this.#replace([newKey(), ...keys])
  }

  /** Leaves the first `count` keys; with none the file goes. */
  keep(count: number): void {
    if (count === 0) rmSync(this.#path, { force: true })
    else if (this.read().length > count) this.#replace(this.read().slice(0, count))
  }

  #replace(keys: readonly string[]): void {
    renameSync(this.#write(keys), this.#path)
    const folder = openSync(dirname(this.#path), 'r')
    fsyncSync(folder)
    closeSync(folder)
  }

  #write(keys: readonly string[]): string {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o711 })
    const unfinished = `${this.#path}.${randomUUID()}`
    const file = openSync(unfinished, 'wx', 0o600)
    writeSync(file, keys.map((key) => `${key}\n`).join(''))
    fsyncSync(file)
    closeSync(file)
    return unfinished
  }
}

const newKey = (): string => randomBytes(LEAST_CHARACTERS).toString('base64url')

/** The keys of a text like the file's, each once, in their order. */
export const linesOf = (text: string): string[] => [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean)
