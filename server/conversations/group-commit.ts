import { sql } from 'drizzle-orm'
import type { Digest } from '../../contract/id.ts'
import type { Database } from '../storage/database.ts'
import { heldResults, turnEvents } from './tables.ts'

type Row = typeof turnEvents.$inferInsert

interface Waiting {
  readonly row: Row
  /** Results that the conversation holds from now on. */
  readonly held: readonly Digest[]
  resolve(): void
  reject(error: unknown): void
}

const LARGEST_GROUP = 256

/**
 * Appends events durably: while one commit is on its way, what comes in the meantime waits and goes with the next one, many rows in one statement.
 * So one writer pays one commit an event, and many writers share theirs. `append` resolves when its own row is on the disk.
 */
export class GroupCommit {
  readonly #database: Database
  readonly #insertOne: { execute(values: Record<string, unknown>): Promise<unknown> }
  #waiting: Waiting[] = []
  #isCommitting = false

  constructor(database: Database) {
    this.#database = database
    this.#insertOne = database
      .beyondTenants()
      .insert(turnEvents)
      .values({
        tenantId: sql.placeholder('tenantId'),
        conversationId: sql.placeholder('conversationId'),
        seq: sql.placeholder('seq'),
        turnId: sql.placeholder('turnId'),
        at: sql.placeholder('at'),
        event: sql.placeholder('event'),
      })
      .prepare('append_turn_event')
  }

  append(row: Row, held: readonly Digest[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ row, held, resolve, reject })
      if (this.#isCommitting) return
      this.#isCommitting = true
      // What is appended in the same breath goes together.
      queueMicrotask(() => void this.#commit())
    })
  }

  async #commit(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, LARGEST_GROUP)
      try {
        await this.#insert(group)
        for (const waiting of group) waiting.resolve()
      } catch (error) {
        if (group.length === 1) group[0]?.reject(error)
        // NOTE: one bad row must not take its neighbours down: each is tried alone.
        else await Promise.all(group.map((waiting) => this.#insert([waiting]).then(waiting.resolve, waiting.reject)))
      }
    }
    this.#isCommitting = false
  }

  async #insert(group: readonly Waiting[]): Promise<void> {
    const writer = this.#database.beyondTenants()
    const rows = group.map((waiting) => waiting.row)
    const held = group.flatMap(({ row: { tenantId, conversationId }, held: digests }) =>
      digests.map((digest) => ({ tenantId, conversationId, digest })),
    )
    const [first] = rows
    if (held.length > 0) {
      const holding = writer.insert(heldResults).values(held).onConflictDoNothing()
      await writer.execute(sql`with held as ${holding} ${writer.insert(turnEvents).values(rows).getSQL()}`)
    } else if (rows.length === 1 && first) await this.#insertOne.execute({ ...first })
    else await writer.insert(turnEvents).values(rows)
  }
}
