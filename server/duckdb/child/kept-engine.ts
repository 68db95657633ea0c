import type { Session } from './session.ts'

/** Then nobody asks on, and what it holds of the tables goes. */
const KEPT_MS = 60_000

/**
 * The engine of the last query, for the next one over the same tables: it knows where their cells lie and holds some of them.
 * It stays locked to their files, and a statement leaves nothing behind in it: only a SELECT passes the guard.
 */
export class KeptEngine {
  #kept: { readonly tables: string; readonly session: Session; readonly timer: NodeJS.Timeout } | undefined

  /** The engine that has these tables, for one query; undefined where there is none. */
  take(tables: string): Session | undefined {
    if (this.#kept?.tables !== tables) return undefined
    const { session, timer } = this.#kept
    clearTimeout(timer)
    this.#kept = undefined
    return session
  }

  keep(tables: string, session: Session): void {
    this.close()
    this.#kept = { tables, session, timer: setTimeout(() => this.close(), KEPT_MS) }
  }

  close(): void {
    clearTimeout(this.#kept?.timer)
    this.#kept?.session.close()
    this.#kept = undefined
  }
}
