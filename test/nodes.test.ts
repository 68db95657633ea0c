import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Conversation } from '../contract/conversation.ts'
import type { Schedule, ScheduleRun } from '../contract/schedule.ts'
import type { ShareState } from '../contract/share.ts'
import type { Upload } from '../contract/upload.ts'
import { must } from '../server/basics/must.ts'
import { sleep } from '../server/basics/sleep.ts'
import { freePort } from './free-port.ts'
import { type MailServer, startMailServer } from './mail-server.ts'
import { Person } from './person.ts'
import { type S3Peer, s3Keys, startS3Peer } from './s3-peer.ts'
import { ServerProcess } from './server-process.ts'

const service = 'postgres://postgres@127.0.0.1:5432'
const hasService = await new Promise<boolean>((resolve) => {
  const socket = connect(5432, '127.0.0.1', () => resolve(!socket.destroy().connecting)).on('error', () => resolve(false))
})
if (!hasService) console.log('skipped: three nodes on one PostgreSQL, as none answers on 127.0.0.1:5432')
const mayRun = hasService || process.env.CI === 'true'

const name = `qry_nodes_${process.pid}`
const slowSql = '/sql select count(*) from range(100000000) a, range(1000) b'
let folder = ''
let store: S3Peer
let letters: MailServer
let nodes: ServerProcess[] = []
let proxy: { url: string; server: Server }
let owner: Person

const onService = async (statement: string) => {
  const client = new pg.Client(`${service}/postgres`)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Passes each request to the next node that answers. */
async function startProxy(addresses: () => readonly string[]): Promise<{ url: string; server: Server }> {
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    const all = addresses()
    const to = new URL(must(all[turn++ % all.length]))
    const passed = request(
      { host: '127.0.0.1', port: to.port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    passed.on('error', () => outgoing.headersSent || outgoing.writeHead(502).end())
    outgoing.on('close', () => passed.destroy())
    incoming.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

beforeAll(async () => {
  if (!mayRun) return
  folder = await mkdtemp(join(tmpdir(), 'qry-nodes-'))
  await onService(`create database ${name}`)
  store = await startS3Peer('qry')
  letters = await startMailServer()
  const environment = {
    DATABASE_URL: `${service}/${name}`,
    BLOBS_URL: `s3://qry?endpoint=${encodeURIComponent(store.endpoint)}`,
    AWS_ACCESS_KEY_ID: s3Keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
    QRY_SECRET: 'the same for every node of the test',
    QRY_DOMAIN: '',
    SMTP_URL: letters.url,
    QRY_ORIGIN: 'https://qry.example',
  }
  const start = async (place: string) => ServerProcess.start(join(folder, place), { ...environment, PORT: await freePort() })
  nodes = [await start('a')]
  nodes.push(...(await Promise.all([start('b'), start('c')])))
  proxy = await startProxy(() => nodes.map((node) => node.url))
  owner = await Person.owner(proxy.url)
}, 240_000)

afterAll(async () => {
  if (!mayRun) return
  proxy.server.closeAllConnections()
  proxy.server.close()
  await Promise.all(nodes.map((node) => node.stop()))
  await store.close()
  await letters.close()
  await onService(`drop database ${name} with (force)`)
  await rm(folder, { recursive: true, force: true })
}, 60_000)

const conversation = async () => {
  const upload = await owner.upload({ name: 'orders.csv', text: 'region,amount\nNorth,10\nSouth,5\n' })
  return (await owner.conversation([upload.body.id])).id
}
const statusesOf = async (person: Person, id: string) =>
  (await person.call<Conversation>('GET', `/api/conversations/${id}`)).body.turns.map((turn) => turn.status)

test.runIf(mayRun)(
  'S9 a file, a question and a link, whichever process answers, and a revoke that all of them know at once',
  { timeout: 120_000 },
  async () => {
    const id = await conversation()
    for (const question of ['total amount by region', 'average amount', 'how many orders'])
      expect((await owner.ask(id, question)).status).toBe('answered')
    const shared = (await owner.share(id, 'public')).body as ShareState & { token: string }
    for (const node of nodes) {
      expect((await fetch(`${node.url}/shared/${shared.token}`)).status).toBe(200)
      expect((await fetch(`${node.url}/shared/${shared.token}/tables/t1.csv`)).status).toBe(200)
    }
    await owner.share(id, 'private')
    for (const node of nodes)
      for (const below of ['', '.json', '/card.png', '/tables/t1.csv', '/tables/t1.columns'])
        expect((await fetch(`${node.url}/shared/${shared.token}${below}`)).status, below).toBe(404)
  },
)

test.runIf(mayRun)('F8 a file that one node still reads is asked on all of them', { timeout: 120_000 }, async () => {
  const text = `region,amount,remark\n${'North,10,a remark of some length\nSouth,5,another remark\n'.repeat(120_000)}`
  const [first, second] = nodes.map((node) => owner.at(node.url)) as [Person, Person]
  const upload = await first.upload({ name: 'orders.csv', text }, undefined, true)
  expect(upload.body.importing).toMatchObject({ name: 'orders' })
  const { id } = await second.conversation([upload.body.id])
  const waiting = second.call<Upload>('GET', `/api/uploads/${upload.body.id}?wait=1`)
  expect((await second.ask(id, 'total amount by region')).status).toBe('answered')
  expect((await first.ask(id, 'total amount in North')).status).toBe('answered')
  expect((await waiting).body.table).toMatchObject({ name: 'orders', rowCount: 240_000 })
})

test.runIf(mayRun)(
  'a stream on one node tells what happens on another, in order and without gaps',
  { timeout: 120_000 },
  async () => {
    const [first, second] = nodes.map((node) => owner.at(node.url)) as [Person, Person]
    const id = await conversation()
    const gone = new AbortController()
    const response = await fetch(`${must(nodes[0]).url}/api/conversations/${id}/events`, {
      headers: first.headers,
      signal: gone.signal,
    })
    const seen: number[] = []
    const reading = (async () => {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        for (const match of chunk.matchAll(/^id: (\d+)$/gm)) seen.push(Number(match[1]))
        if (chunk.includes('turn-end')) return
      }
    })()
    expect((await second.ask(id, 'total amount by region')).status).toBe('answered')
    await reading
    gone.abort()
    expect(seen).toEqual(seen.map((_, index) => index + 1))
  },
)

test.runIf(mayRun)('a turn is stopped from another node', { timeout: 120_000 }, async () => {
  const [first, second] = nodes.map((node) => owner.at(node.url)) as [Person, Person]
  const id = await conversation()
  const { body } = await first.call<{ turnId: string }>('POST', `/api/conversations/${id}/turns`, { question: slowSql })
  expect((await second.call('POST', `/api/conversations/${id}/turns/${body.turnId}/cancel`)).status).toBe(200)
  expect(await statusesOf(second, id)).toEqual(['cancelled'])
})

/** Runs that have ended, of all schedules or one. */
const runsOf = async (id: string) => {
  const { body } = await owner.call<{ runs: ScheduleRun[] }>('GET', `/api/schedules/${id}`)
  return body.runs.filter(({ endedAt }) => endedAt !== null)
}
const schedule = async (conversationId: string, question: string, name: string) => {
  const { body } = await owner.call<Schedule>('POST', '/api/schedules', {
    name,
    subject: { kind: 'question', conversationId, question },
    time: { kind: 'cron', pattern: '0 9 1 1 *', zone: 'Europe/Berlin' },
    delivery: { email: true, telegram: false },
  })
  return body.id
}
const until = async (holds: () => Promise<boolean>) => {
  const endMs = Date.now() + 90_000
  while (!(await holds()) && Date.now() < endMs) await sleep(250)
  expect(await holds()).toBe(true)
}
const onDatabase = async <Row extends pg.QueryResultRow>(statement: string): Promise<Row[]> => {
  const client = new pg.Client(`${service}/${name}`)
  await client.connect()
  try {
    return (await client.query<Row>(statement)).rows
  } finally {
    await client.end()
  }
}

test.runIf(mayRun)('schedules that are due run once each, whichever node sees them', { timeout: 120_000 }, async () => {
  const names = ['one', 'two', 'three', 'four', 'five', 'six'].map((word) => `Due ${word}`)
  const ids: string[] = []
  for (const due of names) ids.push(await schedule(await conversation(), 'total amount by region', due))
  await onDatabase(`update schedules set next_run_at = now() where name like 'Due %'`)
  await until(async () => (await Promise.all(ids.map(runsOf))).every((runs) => runs.length > 0))
  await sleep(3_000)
  expect((await Promise.all(ids.map(runsOf))).map((runs) => runs.map(({ state }) => state))).toEqual(ids.map(() => ['sent']))
  expect(letters.letters.map(({ subject }) => subject).sort()).toEqual([...names].sort())
  for (const letter of letters.letters) expect(letter.files.map(({ type }) => type).sort()).toEqual(['image/png', 'text/csv'])
  letters.letters.length = 0
})

test.runIf(mayRun)('a node that is killed in a run: another ends it, and one letter goes out', { timeout: 180_000 }, async () => {
  const conversationId = await conversation()
  const id = await schedule(conversationId, '/sql select count(*) as n from range(200000000) a, range(40) b', 'Taken over')
  expect((await owner.call('POST', `/api/schedules/${id}/run`)).status).toBe(202)
  await until(async () => (await statusesOf(owner, conversationId))[0] === 'running')
  const [holder] = await onDatabase<{ pid: number }>('select pid from nodes join jobs on jobs.node_id = nodes.id')
  const victim = nodes.findIndex(({ pid }) => pid === holder?.pid)
  expect(victim).toBeGreaterThanOrEqual(0)
  await must(nodes[victim]).kill()
  nodes = nodes.toSpliced(victim, 1)
  await until(async () => (await runsOf(id)).length > 0)
  expect((await runsOf(id)).map(({ state }) => state)).toEqual(['sent'])
  expect(await statusesOf(owner, conversationId)).toEqual(['answered'])
  expect(letters.letters.map(({ subject }) => subject)).toEqual(['Taken over'])
})

test.runIf(mayRun)(
  'S9 while a node lies dead, links, revokes, streams and stops work on those that are left, whichever answers',
  { timeout: 120_000 },
  async () => {
    const [one, other] = nodes.map((node) => owner.at(node.url)) as [Person, Person]
    const id = await conversation()
    expect((await owner.ask(id, 'total amount by region')).status).toBe('answered')
    const shared = (await one.share(id, 'public')).body as ShareState & { token: string }
    const statuses = () => Promise.all(nodes.map(async (node) => (await fetch(`${node.url}/shared/${shared.token}`)).status))
    expect(await statuses()).toEqual(nodes.map(() => 200))
    const fromMs = performance.now()
    await other.share(id, 'private')
    expect(performance.now() - fromMs, 'the dead need not be waited for beyond their lease').toBeLessThan(10_000)
    expect(await statuses()).toEqual(nodes.map(() => 404))

    const gone = new AbortController()
    const response = await fetch(one.urlOf(`/api/conversations/${id}/events`), { headers: one.headers, signal: gone.signal })
    const told = (async () => {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? [])
        if (chunk.includes('average amount')) return true
      return false
    })()
    expect((await other.ask(id, 'average amount')).status).toBe('answered')
    expect(await told).toBe(true)
    gone.abort()

    const { body } = await one.call<{ turnId: string }>('POST', `/api/conversations/${id}/turns`, { question: slowSql })
    expect((await other.call('POST', `/api/conversations/${id}/turns/${body.turnId}/cancel`)).status).toBe(200)
    expect((await statusesOf(other, id)).at(-1)).toBe('cancelled')
  },
)

test.runIf(mayRun)('a killed node: its turn is ended as interrupted, the others go on', { timeout: 120_000 }, async () => {
  const id = await conversation()
  const [victim] = nodes
  await owner.at(must(victim).url).call('POST', `/api/conversations/${id}/turns`, { question: slowSql })
  await must(victim).kill()
  nodes = nodes.slice(1)
  const untilMs = Date.now() + 60_000
  while ((await statusesOf(owner, id))[0] === 'running' && Date.now() < untilMs) await sleep(500)
  expect(await statusesOf(owner, id)).toEqual(['interrupted'])
  expect((await owner.ask(id, 'total amount by region')).status).toBe('answered')
})
