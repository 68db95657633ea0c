import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Checkpoint } from '../contract/checkpoint.ts'
import type { Conversation } from '../contract/conversation.ts'
import type { ShareState } from '../contract/share.ts'
import type { Turn, TurnWithRows } from '../contract/turn.ts'
import { type App, createApp } from '../server/app.ts'
import { loadConfig } from '../server/config.ts'
import type { Database } from '../server/storage/database.ts'
import { openMemoryDatabase } from '../server/storage/pglite-database.ts'
import { LogFollower } from './log-follower.ts'
import { Person } from './person.ts'

const WALKS = Number(process.env['QRY_WALKS'] ?? 40)

/** One run of a question, as anybody should see it. */
interface Run {
  readonly question: string
  readonly status: Turn['status']
}
/** A place in the conversation; running again puts another run into the same place. */
interface Place {
  run: Run
}

/** What a conversation and its link should show: the whole of the rules, with none of the machinery. */
class Model {
  places: Place[] = []
  readonly checkpoints: { beside: Place | undefined; isBefore: boolean }[] = []
  readonly rewinds: { places: Place[]; position: number }[] = []
  link: { token: string; runs: Run[] } | undefined
  readonly deadTokens: string[] = []

  /** How many turns stand before each checkpoint that is in sight, in order. */
  positions(): number[] {
    return this.checkpoints
      .filter(({ beside }) => beside === undefined || this.places.includes(beside))
      .map(({ beside, isBefore }) => (beside ? this.places.indexOf(beside) + (isBefore ? 0 : 1) : 0))
      .sort((one, other) => one - other)
  }

  rewind(position: number): void {
    this.rewinds.push({ places: this.places.slice(position), position })
    this.places = this.places.slice(0, position)
  }

  undo(): void {
    const last = this.rewinds.pop()
    if (last) this.places = this.places.toSpliced(last.position, 0, ...last.places)
  }

  get runs(): Run[] {
    return this.places.map((place) => place.run)
  }

  /** Up to the last answered one; undefined when none is. */
  shareable(): Run[] | undefined {
    const end = this.runs.findLastIndex((run) => run.status === 'answered')
    return end < 0 ? undefined : this.runs.slice(0, end + 1)
  }
}

type Kind = 'ask' | 'ask-wrong' | 'cancel' | 'edit' | 'again' | 'save' | 'rewind' | 'undo' | 'share' | 'revoke' | 'restart'
interface Step {
  readonly kind: Kind
  readonly pick: number
}
const weights: Record<Kind, number> = {
  ask: 8,
  'ask-wrong': 2,
  cancel: 1,
  edit: 4,
  again: 3,
  save: 3,
  rewind: 6,
  undo: 4,
  share: 5,
  revoke: 2,
  restart: 1,
}
const kinds = Object.entries(weights).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind as Kind) }))
const walk = fc.array(fc.record({ kind: fc.oneof(...kinds), pick: fc.nat(1000) }), { minLength: 6, maxLength: 14 })

let dataDir: string
let database: Database
let app: App
let owner: Person
let nowMs = Date.parse('2026-11-09T10:00:00.000Z')
let asked = 0

async function start(): Promise<string> {
  const config = loadConfig({ PORT: '0', QRY_DATA_DIR: dataDir, QRY_DEMO: '0', LOG_LEVEL: 'error' }, process.cwd())
  app = await createApp(config, {
    database: { ...delegated(database), close: async () => undefined },
    clock: () => new Date(nowMs),
  })
  return (await app.listen()).url
}

/** The database outlives the server that uses it, as a real one does. */
const delegated = (inner: Database): Database => ({
  kind: inner.kind,
  syncs: inner.syncs,
  read: (scope) => inner.read(scope),
  write: (scope) => inner.write(scope),
  transaction: (scope, work) => inner.transaction(scope, work),
  beyondTenants: () => inner.beyondTenants(),
  beyondTenantsTransaction: (work) => inner.beyondTenantsTransaction(work),
  ping: () => inner.ping(),
  close: () => inner.close(),
})

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'qry-walks-'))
  database = await openMemoryDatabase()
  owner = await Person.owner(await start())
})
afterAll(async () => {
  await app.close()
  await database.close()
  await rm(dataDir, { recursive: true, force: true })
})

async function takeWalk(steps: readonly Step[]): Promise<void> {
  const { id } = await owner.conversation([], 'Walk')
  const path = `/api/conversations/${id}`
  const model = new Model()
  const follower = new LogFollower()
  let following = follower.follow(owner.urlOf(`${path}/events`), owner.headers)

  const ask = async (question: string, replacesTurnId?: string): Promise<Run> => {
    nowMs += 10_000
    const { status, body } = await owner.call<TurnWithRows>('POST', `${path}/turns?wait=1`, {
      question,
      ...(replacesTurnId ? { replacesTurnId } : {}),
    })
    expect(status).toBe(200)
    return { question, status: body.status }
  }
  const newQuestion = (isWrong: boolean) => (isWrong ? `/sql select mark${++asked}_` : `/sql select 1 as mark${++asked}_`)
  const append = (run: Run) => {
    const place = { run }
    model.places.push(place)
    model.checkpoints.push({ beside: place, isBefore: true })
  }
  const turnIdAt = async (index: number) => (await owner.call<Conversation>('GET', path)).body.turns[index]?.id
  const picked = (pick: number) => (model.places.length === 0 ? undefined : pick % model.places.length)

  const take: Record<Kind, (pick: number) => Promise<void>> = {
    ask: async () => append(await ask(newQuestion(false))),
    'ask-wrong': async () => append(await ask(newQuestion(true))),
    async cancel() {
      nowMs += 10_000
      const question = `/sql select count(*) as mark${++asked}_ from range(100000000) a, range(1000) b`
      const { body } = await owner.call<{ turnId: string }>('POST', `${path}/turns`, { question })
      const refused = await owner.call('POST', `${path}/undo-rewind`)
      expect(refused.status).toBe(409)
      await owner.call('POST', `${path}/turns/${body.turnId}/cancel`)
      append({ question, status: 'cancelled' })
    },
    async edit(pick) {
      const index = picked(pick)
      const place = index === undefined ? undefined : model.places[index]
      if (index === undefined || !place) return
      place.run = await ask(newQuestion(pick % 5 === 0), await turnIdAt(index))
    },
    async again(pick) {
      const index = picked(pick)
      const place = index === undefined ? undefined : model.places[index]
      if (index === undefined || !place || place.run.status === 'cancelled') return
      const { status, body } = await owner.call<{ turnId: string }>('POST', `${path}/turns/${await turnIdAt(index)}/retry`)
      expect(status).toBe(202)
      await expect
        .poll(async () => (await owner.call<Conversation>('GET', path)).body.turns[index]?.status, { timeout: 20_000 })
        .not.toBe('running')
      expect(await turnIdAt(index)).toBe(body.turnId)
      place.run = { ...place.run }
    },
    async save() {
      const { status } = await owner.call('POST', `${path}/checkpoints`, { name: `saved ${asked}` })
      expect(status).toBe(201)
      model.checkpoints.push({ beside: model.places.at(-1), isBefore: false })
    },
    async rewind(pick) {
      const { items } = (await owner.call<{ items: Checkpoint[] }>('GET', `${path}/checkpoints`)).body
      const chosen = items[pick % Math.max(1, items.length)]
      const { status } = await owner.call('POST', `${path}/rewind`, { checkpointId: chosen?.id ?? 'chk_00000000000000000000' })
      const position = model.positions()[pick % Math.max(1, items.length)]
      if (position === undefined) expect(status).toBe(404)
      else if (position === model.places.length) expect(status).toBe(409)
      else {
        expect(status).toBe(200)
        model.rewind(position)
      }
    },
    async undo() {
      const { status } = await owner.call('POST', `${path}/undo-rewind`)
      expect(status).toBe(model.rewinds.length > 0 ? 200 : 409)
      model.undo()
    },
    async share() {
      const { status, body } = await owner.share(id, 'public')
      const runs = model.shareable()
      if (!runs) return expect(status).toBe(409)
      if (body.visibility !== 'public') throw new Error('there is no link')
      if (model.link) expect(body.token).toBe(model.link.token)
      expect(model.deadTokens).not.toContain(body.token)
      model.link = { token: body.token, runs }
    },
    async revoke() {
      expect((await owner.share(id, 'private')).status).toBe(200)
      if (model.link) model.deadTokens.push(model.link.token)
      model.link = undefined
    },
    async restart() {
      follower.stop()
      await following
      await app.close()
      owner = owner.at(await start())
      following = follower.follow(owner.urlOf(`${path}/events`), owner.headers)
    },
  }

  const seen = (turns: readonly Pick<Turn, 'question' | 'status'>[]) =>
    turns.map(({ question, status }) => ({ question, status }))
  const check = async () => {
    const { body } = await owner.call<Conversation>('GET', path)
    expect(seen(body.turns)).toEqual(model.runs)
    expect(body.turns.map((turn) => turn.seq)).toEqual(model.runs.map((_, index) => index + 1))
    expect(body.turnCount).toBe(model.runs.length)
    await follower.reach(body.lastEventSeq)
    expect(seen(follower.history.turns)).toEqual(model.runs)
    const checkpoints = (await owner.call<{ items: Checkpoint[] }>('GET', `${path}/checkpoints`)).body.items
    expect(checkpoints.map((checkpoint) => checkpoint.turnCount)).toEqual(model.positions())
    const state = (await owner.call<ShareState>('GET', `${path}/share`)).body
    expect(state.visibility).toBe(model.link ? 'public' : 'private')
    if (state.visibility === 'public' && model.link) {
      const { runs } = model.link
      expect(state.goneTurns).toBe(runs.filter((run) => !model.runs.includes(run)).length)
      expect(state.newerTurns).toBe(model.runs.filter((run) => run.status === 'answered' && !runs.includes(run)).length)
      const twin = (await (await fetch(owner.urlOf(`/shared/${model.link.token}.json`))).json()) as { turns: Run[] }
      expect(seen(twin.turns)).toEqual(runs)
      const page = await (await fetch(owner.urlOf(`/shared/${model.link.token}`))).text()
      for (let mark = Math.max(1, asked - 40); mark <= asked; mark++)
        expect(page.includes(`mark${mark}_`)).toBe(runs.some((run) => run.question.includes(`mark${mark}_`)))
    }
    for (const token of model.deadTokens) expect((await fetch(owner.urlOf(`/shared/${token}`))).status).toBe(404)
  }

  try {
    for (const { kind, pick } of steps) {
      await take[kind](pick)
      await check()
    }
    const late = new LogFollower()
    const reading = late.follow(owner.urlOf(`${path}/events`), owner.headers)
    await late.reach(follower.lastSeq)
    expect(late.history).toEqual(follower.history)
    late.stop()
    await reading
  } finally {
    follower.stop()
    await following
  }
}

test(`S7 S21 S22 the log, the page and the link never disagree with a simple model, over ${WALKS} random walks`, {
  timeout: 60_000 + WALKS * 15_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(walk, (steps) => takeWalk(steps)),
    { numRuns: WALKS, endOnFailure: true },
  )
})
