import { and, asc, eq, gt, max, type SQL, sql } from 'drizzle-orm'
import type { ConversationId, TenantId, TurnId } from '../../contract/id.ts'
import { foldEvent, type LoggedEvent, noTurns, type TurnEvent, type TurnHistory } from '../../contract/turn.ts'
import type { Clock } from '../basics/clock.ts'
import { setNewest } from '../basics/set-newest.ts'
import type { Database, Reader, Writer } from '../storage/database.ts'
import type { Node } from '../storage/nodes.ts'
import { GroupCommit } from './group-commit.ts'
import { digestsOfEvent } from './held-digests.ts'
import { turnEvents, turns } from './tables.ts'

export type Where = { tenantId: TenantId; conversationId: ConversationId }
/** How often an open stream asks the log, where other nodes may append to it. */
const ASK_MS = 300

/**
 * How many conversations are remembered as their ended turns left them, and for how long: what comes later is folded onto that.
 * NOTE: a log only grows, but for rewound turns, which are erased after weeks. So none is remembered that has such turns, and none for long.
 */
const REMEMBERED = 100
const REMEMBERED_MS = 3_600_000

type Listener = (logged: LoggedEvent) => void
type FoldedLog = TurnHistory & { readonly lastSeq: number }

/**
 * The log of every conversation: append durably, then tell who listens. Nobody is told of an event that a crash could take back.
 * Appends of one conversation come from one open turn at a time, so the next sequence is known without asking.
 */
export class TurnLog {
  readonly #listeners = new Map<ConversationId, Set<Listener>>()
  readonly #settled = new Map<string, { readonly folded: FoldedLog; readonly untilMs: number }>()
  readonly #database: Database
  readonly #clock: Clock
  readonly #commits: GroupCommit
  readonly #eventsAfter: ReturnType<typeof eventsAfter>
  readonly #node: Pick<Node, 'hadOthers'>

  constructor(database: Database, clock: Clock, node: Pick<Node, 'hadOthers'>) {
    this.#database = database
    this.#clock = clock
    this.#commits = new GroupCommit(database)
    this.#eventsAfter = eventsAfter(database.beyondTenants())
    this.#node = node
  }

  async lastSeq(where: Where, reader: Reader = this.#database.read(where)): Promise<number> {
    const [found] = await reader
      .select({ seq: max(turnEvents.seq) })
      .from(turnEvents)
      .where(inConversation(where))
    return found?.seq ?? 0
  }

  /** Writes one event inside the caller's transaction; `tell` it after the commit. */
  async write(writer: Writer, where: Where, turnId: TurnId, seq: number, event: TurnEvent): Promise<LoggedEvent> {
    const at = this.#clock()
    await writer.insert(turnEvents).values({ ...where, seq, turnId, at, event })
    return { seq, turnId, at: at.toISOString(), event }
  }

  /**
   * Appends events that follow each other, in as few commits as can be. A `turn-end` or `turn-confirm` moves the turn's row in the same commit.
   * Where it throws, some of the first may be in the log.
   */
  async append(where: Where, turnId: TurnId, firstSeq: number, events: readonly TurnEvent[]): Promise<void> {
    let plain: Promise<LoggedEvent>[] = []
    const tellPlain = async (): Promise<void> => {
      for (const logged of await Promise.all(plain)) this.tell(where.conversationId, logged)
      plain = []
    }
    for (const [place, event] of events.entries()) {
      const status = event.type === 'turn-end' ? event.status : event.type === 'turn-confirm' ? 'running' : undefined
      if (!status) {
        plain.push(this.#append(where, turnId, firstSeq + place, event))
        continue
      }
      await tellPlain()
      const writer = this.#database.write(where)
      const moved = writer
        .update(turns)
        .set({ status, ...(event.type === 'turn-end' ? wordsOf(where, turnId) : {}) })
        .where(and(eq(turns.tenantId, where.tenantId), eq(turns.id, turnId)))
      const seq = firstSeq + place
      const at = this.#clock()
      const written = writer.insert(turnEvents).values({ ...where, seq, turnId, at, event })
      await writer.execute(sql`with moved as ${moved} ${written.getSQL()}`)
      this.tell(where.conversationId, { seq, turnId, at: at.toISOString(), event })
    }
    await tellPlain()
  }

  async #append(where: Where, turnId: TurnId, seq: number, event: TurnEvent): Promise<LoggedEvent> {
    const at = this.#clock()
    await this.#commits.append({ ...where, seq, turnId, at, event }, digestsOfEvent(event))
    return { seq, turnId, at: at.toISOString(), event }
  }

  tell(conversationId: ConversationId, logged: LoggedEvent): void {
    for (const listener of this.#listeners.get(conversationId) ?? []) listener(logged)
  }

  async after(where: Where, afterSeq: number, reader?: Reader): Promise<LoggedEvent[]> {
    const asked = reader ? eventsAfter(reader) : this.#eventsAfter
    const rows = await asked.execute({ ...where, afterSeq })
    return rows.map(({ seq, turnId, at, event }) => ({ seq, turnId, at: at.toISOString(), event }))
  }

  /** What the log tells, and how far it goes. */
  async turns(where: Where, reader?: Reader): Promise<FoldedLog> {
    const key = `${where.tenantId}/${where.conversationId}`
    const settled = this.#remembered(key) ?? { ...noTurns, lastSeq: 0 }
    const events = await this.after(where, settled.lastSeq, reader)
    // NOTE: beyond the last end of a turn an earlier event may still be on its way.
    const end = events.findLastIndex(({ event }) => event.type === 'turn-end') + 1
    const ended = fold(settled, events.slice(0, end))
    if (end > 0) this.#remember(key, ended)
    return fold(ended, events.slice(end))
  }

  #remembered(key: string): FoldedLog | undefined {
    const known = this.#settled.get(key)
    return known && known.untilMs > this.#clock().getTime() ? known.folded : undefined
  }

  #remember(key: string, folded: FoldedLog): void {
    if (folded.hidden.length > 0) this.#settled.delete(key)
    else setNewest(this.#settled, key, { folded, untilMs: this.#clock().getTime() + REMEMBERED_MS }, REMEMBERED)
  }

  /** Replay from the log, then live, in order and without gaps, until the signal fires. */
  async *follow(where: Where, afterSeq: number, signal: AbortSignal): AsyncGenerator<LoggedEvent> {
    let heard: LoggedEvent[] = []
    let wake = () => {}
    const listener: Listener = (logged) => {
      heard.push(logged)
      wake()
    }
    const stop = () => wake()
    const listeners = this.#listeners.get(where.conversationId) ?? new Set()
    this.#listeners.set(where.conversationId, listeners.add(listener))
    signal.addEventListener('abort', stop)
    // NOTE: what another node appends is not told here, so the log is asked while there are others.
    const asking = setInterval(() => {
      if (this.#node.hadOthers()) wake()
    }, ASK_MS)
    asking.unref()
    try {
      let last = afterSeq
      for (const logged of await this.after(where, last)) {
        last = logged.seq
        yield logged
      }
      while (!signal.aborted) {
        if (heard.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve
            if (heard.length > 0 || signal.aborted) resolve()
          })
        }
        const batch = heard
        heard = []
        const isWhole = batch.length > 0 && batch.every((logged, index) => logged.seq <= last + 1 + index)
        for (const logged of isWhole ? batch : await this.after(where, last)) {
          if (logged.seq <= last) continue
          last = logged.seq
          yield logged
        }
      }
    } finally {
      clearInterval(asking)
      signal.removeEventListener('abort', stop)
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(where.conversationId)
    }
  }
}

const fold = (from: FoldedLog, events: readonly LoggedEvent[]): FoldedLog => ({
  ...events.reduce(foldEvent, { turns: from.turns, hidden: from.hidden }),
  lastSeq: events.at(-1)?.seq ?? from.lastSeq,
})

const eventsAfter = (reader: Reader) =>
  reader
    .select({ seq: turnEvents.seq, turnId: turnEvents.turnId, at: turnEvents.at, event: turnEvents.event })
    .from(turnEvents)
    .where(
      and(
        eq(turnEvents.tenantId, sql.placeholder('tenantId')),
        eq(turnEvents.conversationId, sql.placeholder('conversationId')),
        gt(turnEvents.seq, sql.placeholder('afterSeq')),
      ),
    )
    .orderBy(asc(turnEvents.seq))
    .prepare('turn_events_after')

const inConversation = (where: Where) =>
  and(eq(turnEvents.tenantId, where.tenantId), eq(turnEvents.conversationId, where.conversationId))

/** What a turn says and runs, for search, as its events in the log tell it. */
const wordsOf = (where: Where, turnId: TurnId) => {
  const joined = (part: SQL, separator: string, condition: SQL) =>
    sql`coalesce((select string_agg(${turnEvents.event}->>${part}, ${separator} order by ${turnEvents.seq}) from ${turnEvents}
      where ${inConversation(where)} and ${turnEvents.turnId} = ${turnId} and ${condition}), '')`
  const type = sql`${turnEvents.event}->>'type'`
  return {
    answer: joined(sql`'text'`, '', sql`${type} = 'text-delta'`),
    code: joined(sql`'input'`, '\n', sql`${type} = 'step-start' and ${turnEvents.event}->>'kind' not in ('chart', 'thought')`),
  }
}
