import { KnownError } from '../../../contract/error.ts'
import { sleep } from '../../basics/sleep.ts'
import { outOfTime } from './sentences.ts'

const LONGEST_TELLING_MS = 1_000

/**
 * One thing that a session is asked to do at a server that takes a question in and is asked after it until it is done. A stop reaches it wherever it
 * waits, and nothing that comes after it.
 */
export class Errand {
  readonly #cut = new AbortController()
  #isStopped = false
  #isTold = false
  #takeBack: (() => Promise<unknown>) | undefined

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Cuts the line to a server that was told, or did not listen. */
  get signal(): AbortSignal {
    return this.#cut.signal
  }

  /** From here on until `done`, this tells the server to give up, which it is told once. */
  handedIn(takeBack: () => Promise<unknown>): void {
    if (!this.#isTold) this.#takeBack = takeBack
  }

  done(): void {
    this.#takeBack = undefined
  }

  /** Resolves when the server has been told, where it knows of it. */
  async stop(): Promise<void> {
    this.#isStopped = true
    const telling = this.giveUp()
    await Promise.race([telling, sleep(LONGEST_TELLING_MS)]).finally(() => this.#cut.abort())
    await telling
  }

  async giveUp(): Promise<void> {
    const takeBack = this.#takeBack
    this.#takeBack = undefined
    this.#isTold ||= takeBack !== undefined
    await takeBack?.()
  }

  /** Throws `cancelled`, or `limit-exceeded` past the time, and tells the server. */
  async goOn(untilMs: number, timeoutMs: number): Promise<void> {
    if (!this.#isStopped && performance.now() < untilMs) return
    await this.giveUp()
    throw this.#isStopped ? new KnownError('cancelled') : outOfTime(timeoutMs, undefined)
  }
}

/** The errands of a session, one after the other. */
export class Errands {
  now = new Errand()

  /** Begins another one: what was stopped before says nothing of it. */
  begin(): Errand {
    this.now = new Errand()
    return this.now
  }
}
