import { afterAll, beforeAll, expect, test } from 'vitest'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

const STRANGERS = 200
const LATER = 'thunderstorm'

let server: TestServer
let owner: Person

interface Seen {
  readonly status: number
  readonly bytes: Buffer
}

const look = async (url: string): Promise<Seen> => {
  const answer = await fetch(url)
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) }
}

const publish = async (id: string): Promise<string> => {
  const { body } = await owner.share(id, 'public')
  if (body.visibility !== 'public') throw new Error('not public')
  return body.url
}

beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.url)
})
afterAll(() => server.close())

test('S7 nothing of a later turn is in the page, its twins, its tables, charts, files or its offline copy', async () => {
  const first = await owner.upload({ name: 'orders.csv', text: 'region,amount\nNorth,10\nSouth,5\n' })
  const { id } = await owner.conversation([first.body.id])
  await owner.ask(id, '/chart bar x=region y=amount select region, amount from orders order by 1')
  const url = await publish(id)
  const parts = (number: number, file: string) => [
    ...['csv', 'parquet', 'json', 'columns'].map((kind) => `/tables/t${number}.${kind}`),
    `/charts/c${number}.svg`,
    `/charts/c${number}-narrow.svg`,
    `/files/${file}`,
  ]
  const frozen = ['', '.json', '.md', '/snapshot.json', '/offline.html', ...parts(1, 'orders.csv')]
  const later = parts(2, `${LATER}.csv`)
  const seen = async () =>
    Object.fromEntries(await Promise.all(frozen.map(async (part) => [part, await look(url + part)] as const)))
  const before = await seen()
  expect(Object.values(before).map(({ status }) => status)).toEqual(frozen.map(() => 200))

  await owner.upload({ name: `${LATER}.csv`, text: `${LATER},n\n${LATER},7\nx,8\n` }, id)
  await owner.ask(id, `/chart bar x=${LATER} y=n select ${LATER}, n from ${LATER}`)
  const after = await seen()
  for (const part of frozen) {
    expect(after[part]?.bytes.equals(before[part]?.bytes ?? Buffer.of()), part).toBe(true)
    expect(after[part]?.bytes.includes(LATER), part).toBe(false)
  }
  const gone = await look(`${url}x`)
  for (const part of later) expect(await look(url + part), part).toEqual(gone)

  expect(await publish(id)).toBe(url)
  const updated = await seen()
  for (const part of ['', '.json', '.md', '/snapshot.json', '/offline.html'])
    expect(updated[part]?.bytes.includes(LATER), part).toBe(true)
  for (const part of later) expect((await look(url + part)).status, part).toBe(200)
})

test('S16 two hundred strangers who sort at once wait in a queue of their own or get 429, and members go on', async () => {
  const lines = Array.from({ length: 50_000 }, (_, row) => `${row},${(row * 7_919) % 50_000}`)
  const upload = await owner.upload({ name: 'big.csv', text: `id,amount\n${lines.join('\n')}\n` })
  const { id } = await owner.conversation([upload.body.id])
  await owner.ask(id, '/sql select * from big')
  const url = await publish(id)
  const sorted = async (offset: number) => {
    const answer = await fetch(`${url}/tables/t1.json?sort=amount&desc=1&offset=${offset}&limit=10`)
    await answer.arrayBuffer()
    return { status: answer.status, retryAfter: answer.headers.get('retry-after') }
  }
  const strangers = Promise.all(Array.from({ length: STRANGERS }, (_, stranger) => sorted(stranger * 10)))
  const members = await Promise.all([
    owner.ask(id, '/sql select count(*) as n from big'),
    owner.call('GET', '/api/conversations'),
  ])
  expect(members[0].status).toBe('answered')
  expect(members[1].status).toBe(200)

  const answers = await strangers
  const refused = answers.filter(({ status }) => status === 429)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]))
  expect(refused.every(({ retryAfter }) => Number(retryAfter) > 0)).toBe(true)
  expect((await sorted(0)).status).toBe(200)
  expect((await look(url)).status).toBe(200)
})
