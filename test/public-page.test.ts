import { createHash } from 'node:crypto'
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
  const frozen = ['', '.json', '.md', '/snapshot.json', '/offline.html', '/card.png', ...parts(1, 'orders.csv')]
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

test('B7 the twins say what the page says, each table is there as CSV and Parquet, and the owner can switch both off', async () => {
  const file = await owner.upload({ name: 'stock.csv', text: 'city,n\nOslo,1\nBergen,2\n=SUM(A1),3\n' })
  const { id } = await owner.conversation([file.body.id], 'Stock by city')
  await owner.ask(id, '/sql select city, n from stock order by n')
  const url = await publish(id)
  const twin = JSON.parse((await look(`${url}.json`)).bytes.toString('utf8')) as {
    title: string
    digest: string
    turns: { question: string; tables: { firstRows: unknown[][]; links: Record<string, string> }[] }[]
  }
  const [turn] = twin.turns
  expect(twin).toMatchObject({
    title: 'Stock by city',
    digest: createHash('sha256')
      .update((await look(`${url}/snapshot.json`)).bytes)
      .digest('hex'),
  })
  expect(turn?.tables[0]?.firstRows).toEqual([
    ['Oslo', 1],
    ['Bergen', 2],
    ['=SUM(A1)', 3],
  ])
  const { csv = '', parquet = '' } = turn?.tables[0]?.links ?? {}
  expect((await look(server.url + csv)).bytes.toString('utf8')).toBe("city,n\nOslo,1\nBergen,2\n'=SUM(A1),3\n")
  expect((await look(`${server.url}${csv}?raw=1`)).bytes.toString('utf8')).toContain('\n=SUM(A1),3\n')
  expect((await look(server.url + parquet)).bytes.toString('latin1', 0, 4)).toBe('PAR1')
  const markdown = (await look(`${url}.md`)).bytes.toString('utf8')
  for (const said of ['Stock by city', turn?.question ?? '', 'Oslo', csv.replace('.csv', '.json')])
    expect(markdown).toContain(said)

  const gone = await look(`${url}x`)
  await owner.share(id, 'public', { twins: false })
  for (const part of ['.json', '.md', '/snapshot.json']) expect(await look(url + part), part).toEqual(gone)
  expect((await look(url)).bytes.includes('Markdown</a>')).toBe(false)
  expect((await look(server.url + csv)).status).toBe(200)
  await owner.share(id, 'public', { twins: true, downloads: false })
  for (const part of [csv, parquet]) expect(await look(server.url + part), part).toEqual(gone)
  expect((await look(`${url}.json`)).bytes.toString('utf8')).not.toContain(csv)
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
