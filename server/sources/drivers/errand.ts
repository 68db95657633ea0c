import { KnownError } from '../../../contract/error.ts'
import { outOfTime } from './sentences.ts'

/**
 * One thing that a session is asked to do at a server that takes a question in and is asked after it until it is done. A stop reaches it wherever it
 * waits, and nothing that comes after it.
 */
export class Errand {
  #isStopped = false
  #takeBack: (() => Promise<unknown>) | undefined

  /** From here on until `done`, this tells the server to give up. */
  handedIn(takeBack: () => Promise<unknown>): void {
    this.#takeBack = takeBack
  }

  done(): void {
    this.#takeBack = undefined
  }

  /** Resolves when the server has been told, where it knows of it. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.giveUp()
  }

  /** Tells the server, once. */
  async giveUp(): Promise<void> {
    const takeBack = this.#takeBack
    this.#takeBack = undefined
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
