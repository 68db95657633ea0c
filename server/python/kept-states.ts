import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const RESTART = 'restart.json'
const MOST_STATES = 12
const MOST_BYTES = 2 ** 30
const MOST_STATE_BYTES = 260 * 2 ** 20

/** Saved states on this machine's disk, a folder for each conversation. The server never looks into them: only a sandbox reads them. */
export class KeptStates {
  readonly #folder: string
  constructor(folder: string) {
    this.#folder = folder
  }

  of(key: string): StatesOf {
    return new StatesOf(join(this.#folder, nameOf(key)))
  }
}

const nameOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 40)

/** The saved states of one conversation, by the cell that they came after. */
export class StatesOf {
  readonly #folder: string
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Takes a state out of a folder where strangers write: a link there is not followed. */
  async keep(cellId: string, path: string, notSaved: readonly string[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const name = nameOf(cellId)
    const target = join(this.#folder, name)
    const part = `${target}.part`
    await copyPlainFile(path, part, MOST_STATE_BYTES)
    await writeFile(`${target}.json`, JSON.stringify({ notSaved }))
    await rename(part, `${target}.state`)
    await this.#sweep()
  }

  /** Lays the state of a cell into a folder; undefined where none was saved. `notSaved` names what it lacks. */
  async lay(cellId: string, path: string): Promise<{ notSaved: string[] } | undefined> {
    const source = join(this.#folder, nameOf(cellId))
    try {
      const { notSaved } = JSON.parse(await readFile(`${source}.json`, 'utf8')) as { notSaved: string[] }
      await copyFile(`${source}.state`, path)
      // NOTE: kept for nobody but the server, read by whom the session runs as.
      await chmod(path, 0o644)
      return { notSaved }
    } catch {
      return undefined
    }
  }

  /** Forgets all states, and that there were cells up to this one: what comes later begins with nothing. */
  async restartAfter(cellId: string | undefined): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
    if (cellId === undefined) return
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await writeFile(join(this.#folder, RESTART), JSON.stringify({ after: cellId }))
  }

  /** The cells that came after the last restart. */
  async sinceRestart<Past extends { readonly id: string }>(past: readonly Past[]): Promise<readonly Past[]> {
    const text = await readFile(join(this.#folder, RESTART), 'utf8').catch(() => undefined)
    if (text === undefined) return past
    const { after } = JSON.parse(text) as { after: string }
    return past.slice(past.findIndex((cell) => cell.id === after) + 1)
  }

  /** Leaves the newest. */
  async #sweep(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.state'))
    const found = await Promise.all(
      names.map((name) => stat(join(this.#folder, name)).then(({ size, mtimeMs }) => ({ name, size, mtimeMs }))),
    )
    let bytes = 0
    for (const [place, { name, size }] of found.sort((a, b) => b.mtimeMs - a.mtimeMs).entries()) {
      bytes += size
      if (place < MOST_STATES && bytes <= MOST_BYTES) continue
      const stem = join(this.#folder, name.slice(0, -'.state'.length))
      await rm(`${stem}.state`, { force: true })
      await rm(`${stem}.json`, { force: true })
    }
  }
}

/** Copies a file that a stranger named: only a plain one, not behind a link, and not larger than said. Throws for anything else. */
export async function copyPlainFile(path: string, target: string, mostBytes: number): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const { size } = await file.stat().then((found) => {
      if (!found.isFile()) throw new Error('This is not a plain file.')
      return found
    })
    if (size > mostBytes) throw new Error('This file is too large.')
    const copy = await open(target, 'w', 0o600)
    await pipeline(file.createReadStream({ autoClose: false, end: Math.max(0, size - 1) }), copy.createWriteStream())
  } finally {
    await file.close()
  }
}
