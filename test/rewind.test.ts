import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Checkpoint, HiddenByRewind, Rewound } from '../contract/checkpoint.ts'
import type { Conversation } from '../contract/conversation.ts'
import type { LoggedEvent, TurnWithRows } from '../contract/turn.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

const DAY_MS = 86_400_000
let now = new Date('2026-11-09T10:00:00.000Z')
const passSeconds = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1_000)
}

let server: TestServer
let owner: Person
beforeAll(async () => {
  server = await startServer({}, { clock: () => new Date(now) })
  owner = await Person.owner(server.url)
})
afterAll(() => server.close())

interface Checkpoints {
  items: Checkpoint[]
  undo: HiddenByRewind | null
}

/** A conversation in which these were asked, ten seconds apart. */
async function makeConversation(questions: readonly string[]) {
  const upload = await owner.upload({ name: 'orders.csv', text: 'region,amount\nNorth,10\nSouth,5\n' })
  const { id } = await owner.conversation([upload.body.id])
  const path = `/api/conversations/${id}`
  const ask = async (question: string): Promise<TurnWithRows> => {
    passSeconds(10)
    return owner.ask(id, question)
  }
  const turns: TurnWithRows[] = []
  for (const question of questions) turns.push(await ask(question))
  return {
    id,
    path,
    turns,
    ask,
    read: async () => (await owner.call<Conversation>('GET', path)).body,
    questions: async () => (await owner.call<Conversation>('GET', path)).body.turns.map((turn) => turn.question),
    checkpoints: async () => (await owner.call<Checkpoints>('GET', `${path}/checkpoints`)).body,
    rewind: (checkpointId: string | undefined) => owner.call<Rewound>('POST', `${path}/rewind`, { checkpointId }),
    undo: () => owner.call<{ turnIds: string[] }>('POST', `${path}/undo-rewind`),
  }
}

const [one, two, three] = ['total amount', 'total amount by region', 'how many rows']
const asked = [one ?? '', two ?? '', three ?? '']

test('a checkpoint stands before each question, but not within five seconds of the last', async () => {
  const talk = await makeConversation(asked.slice(0, 2))
  expect((await talk.checkpoints()).items).toMatchObject([
    { kind: 'automatic', name: null, turnCount: 0 },
    { kind: 'automatic', name: null, turnCount: 1 },
  ])
  await owner.ask(talk.id, 'how many rows')
  expect((await talk.checkpoints()).items).toHaveLength(2)
  const saved = await owner.call<Checkpoint>('POST', `${talk.path}/checkpoints`, { name: ' Baseline agreed ' })
  expect(saved).toMatchObject({ status: 201, body: { kind: 'named', name: 'Baseline agreed', turnCount: 3 } })
  expect((await talk.checkpoints()).items.map((item) => item.turnCount)).toEqual([0, 1, 3])
  const nameless = await owner.call('POST', `${talk.path}/checkpoints`, { name: ' ' })
  expect(nameless).toMatchObject({ status: 400, body: { error: { code: 'invalid-input' } } })
})

test('a rewind hides what came after, gives the question back, and an undo brings all of it back', async () => {
  const talk = await makeConversation(asked)
  const [, second] = (await talk.checkpoints()).items
  const { status, body } = await talk.rewind(second?.id)
  expect(status).toBe(200)
  expect(body).toMatchObject({ question: two, turnIds: talk.turns.slice(1).map((turn) => turn.id) })
  expect(await talk.questions()).toEqual([one])
  expect((await owner.call('GET', `${talk.path}`)).body).toMatchObject({ turnCount: 1 })
  expect((await talk.checkpoints()).undo).toMatchObject({ turnIds: body.turnIds })
  expect(await talk.undo()).toMatchObject({ status: 200, body: { turnIds: body.turnIds } })
  const { turns } = await talk.read()
  expect(turns.map(({ seq, question, answer }) => ({ seq, question, answer }))).toEqual(
    talk.turns.map(({ seq, question, answer }) => ({ seq, question, answer })),
  )
  expect(await talk.undo()).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } })
})

test('what was asked after a rewind stays behind what an undo brings back, and is numbered anew', async () => {
  const talk = await makeConversation(asked.slice(0, 2))
  await talk.rewind((await talk.checkpoints()).items[1]?.id)
  expect(await talk.ask('how many rows')).toMatchObject({ seq: 2, status: 'answered' })
  await talk.undo()
  const { turns } = await talk.read()
  expect(turns.map((turn) => [turn.seq, turn.question])).toEqual([
    [1, one],
    [2, two],
    [3, three],
  ])
})

test('a follow-up is read against what is left', async () => {
  const talk = await makeConversation(['total amount', 'how many rows'])
  await talk.rewind((await talk.checkpoints()).items[1]?.id)
  const followed = await talk.ask('by region')
  expect(followed).toMatchObject({ status: 'answered', seq: 2 })
  expect(followed.steps[0]?.input).toMatch(/sum/i)
})

test('a running turn must be stopped first, and a checkpoint out of sight is not there', async () => {
  const talk = await makeConversation(asked.slice(0, 2))
  const [first, second] = (await talk.checkpoints()).items
  passSeconds(10)
  const running = await owner.call<{ turnId: string }>('POST', `${talk.path}/turns`, {
    question: '/sql select count(*) from range(100000000) a, range(1000) b',
  })
  for (const refused of [
    await talk.rewind(first?.id),
    await talk.undo(),
    await owner.call('POST', `${talk.path}/checkpoints`, { name: 'now' }),
  ])
    expect(refused).toMatchObject({ status: 409, body: { error: { message: expect.stringMatching(/still running/) } } })
  await owner.call('POST', `${talk.path}/turns/${running.body.turnId}/cancel`)
  expect((await talk.rewind(first?.id)).status).toBe(200)
  expect((await talk.rewind(second?.id)).status).toBe(404)
  expect((await talk.rewind(first?.id)).status).toBe(404)
  expect(await talk.questions()).toEqual([])
})

test('an edit takes the place of the last question or of a call by hand, of no other', async () => {
  const talk = await makeConversation(['/sql select 1 as a', 'total amount', 'how many rows'])
  const put = (turnId: string | undefined, question: string) =>
    owner.call<TurnWithRows>('POST', `${talk.path}/turns?wait=1`, { question, replacesTurnId: turnId })
  const [hand, middle, last] = talk.turns
  expect(await put(hand?.id, '/sql select 2 as b')).toMatchObject({ status: 200, body: { seq: 1, status: 'answered' } })
  expect(await put(middle?.id, 'total amount by region')).toMatchObject({ status: 409 })
  expect(await put(last?.id, 'total amount by region')).toMatchObject({ status: 200, body: { seq: 3 } })
  expect(await put(last?.id, 'how many rows')).toMatchObject({ status: 404 })
  expect(await talk.questions()).toEqual(['/sql select 2 as b', 'total amount', 'total amount by region'])
  const checkpoints = (await talk.checkpoints()).items
  expect(checkpoints.map((item) => item.turnCount)).toEqual([0, 1, 2])
  expect((await talk.rewind(checkpoints[2]?.id)).body.question).toBe('total amount by region')
})

test('another window folds a rewind and its undo from the log', async () => {
  const talk = await makeConversation(asked.slice(0, 2))
  const gone = new AbortController()
  const response = await fetch(`${server.url}${talk.path}/events`, { headers: owner.headers, signal: gone.signal })
  await talk.rewind((await talk.checkpoints()).items[1]?.id)
  await talk.undo()
  const heard: LoggedEvent['event'][] = []
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = /^data: (\{.+)$/m.exec(block)?.[1]
      if (data) heard.push((JSON.parse(data) as LoggedEvent).event)
    }
    if (heard.at(-1)?.type === 'undo-rewind') break
  }
  gone.abort()
  const turnIds = [talk.turns[1]?.id]
  expect(heard.slice(-2)).toMatchObject([
    { type: 'rewind', turnIds },
    { type: 'undo-rewind', turnIds, position: 1 },
  ])
})

test('S20 a turn that failed shows as it ended; run again in place and shared again, its answer is there', async () => {
  const talk = await makeConversation(['/sql select * from later', 'total amount'])
  const link = await owner.share(talk.id, 'public')
  if (link.body.visibility !== 'public') throw new Error('no link')
  const { token } = link.body
  const shown = async () => (await fetch(`${server.url}/shared/${token}.json`)).json() as Promise<{ turns: TurnWithRows[] }>
  expect((await shown()).turns.map((turn) => turn.status)).toEqual(['failed', 'answered'])
  await owner.upload({ name: 'later.csv', text: 'a\n1\n' }, talk.id)
  await owner.call('POST', `${talk.path}/turns/${talk.turns[0]?.id}/retry`)
  await expect.poll(async () => (await talk.read()).turns[0]?.status, { timeout: 20_000 }).toBe('answered')
  expect((await shown()).turns[0]?.status).toBe('failed')
  await owner.share(talk.id, 'public')
  expect((await shown()).turns).toMatchObject([{ status: 'answered', tables: [{ rowCount: 1 }] }, { status: 'answered' }])
})

test('S21 what a rewind hid before sharing is not in the snapshot', async () => {
  const talk = await makeConversation(asked)
  await talk.rewind((await talk.checkpoints()).items[1]?.id)
  const link = await owner.share(talk.id, 'public')
  if (link.body.visibility !== 'public') throw new Error('no link')
  const page = await (await fetch(link.body.url.replace(/^https?:\/\/[^/]+/, server.url))).text()
  expect(page).toContain(one)
  for (const hidden of asked.slice(1)) expect(page).not.toContain(hidden)
})

test('S22 a rewind after sharing leaves the link as it was, and the state says how many turns are no longer there', async () => {
  const talk = await makeConversation(asked)
  const link = await owner.share(talk.id, 'public')
  if (link.body.visibility !== 'public') throw new Error('no link')
  const { token } = link.body
  const shown = async () => {
    const { turns } = (await (await fetch(`${server.url}/shared/${token}.json`)).json()) as { turns: { question: string }[] }
    return turns.map((turn) => turn.question)
  }
  const state = async () => (await owner.call('GET', `${talk.path}/share`)).body
  expect(link.body).toMatchObject({ newerTurns: 0, goneTurns: 0 })
  await talk.rewind((await talk.checkpoints()).items[1]?.id)
  expect(await shown()).toEqual(asked)
  expect(await state()).toMatchObject({ newerTurns: 0, goneTurns: 2, version: 1 })
  await talk.ask('amount by region')
  expect(await state()).toMatchObject({ newerTurns: 1, goneTurns: 2 })
  await owner.share(talk.id, 'public')
  expect(await shown()).toEqual([one, 'amount by region'])
  expect(await state()).toMatchObject({ newerTurns: 0, goneTurns: 0, version: 2, token })
  await talk.rewind((await talk.checkpoints()).items[0]?.id)
  const refused = await owner.share(talk.id, 'public')
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'nothing-answered' } } })
  expect(await shown()).toEqual([one, 'amount by region'])
})

test('what was rewound is erased after 30 days, after 60 where a named checkpoint is concerned', async () => {
  const plain = await makeConversation(asked.slice(0, 2))
  const named = await makeConversation(asked.slice(0, 2))
  const other = await owner.call<Checkpoint>('POST', `${named.path}/checkpoints`, { name: 'agreed' })
  await named.ask('how many rows')
  await plain.rewind((await plain.checkpoints()).items[1]?.id)
  await named.rewind(other.body.id)
  const after = (days: number) => new Date(now.getTime() + days * DAY_MS)
  const { conversations } = server.app
  await conversations.eraseRewound(after(29))
  expect((await plain.checkpoints()).undo).not.toBeNull()
  await conversations.eraseRewound(after(31))
  expect(await plain.undo()).toMatchObject({ status: 409 })
  expect(await plain.questions()).toEqual([one])
  expect(await plain.ask('how many rows')).toMatchObject({ seq: 2, status: 'answered' })
  expect(await conversations.eraseRewound(after(59))).toBe(0)
  expect((await named.undo()).status).toBe(200)
  expect(await named.questions()).toEqual(asked)
})
