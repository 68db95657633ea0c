import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ShareContents } from '../contract/share.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
let owner: Person
let id: string

beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.url)
  id = (await owner.conversation()).id
  await owner.ask(id, '/sql select i as n, i * i as square from range(30) t(i)')
  await owner.ask(id, '/chart line x=n y=square select i as n, i * i as square from range(30) t(i)')
})
afterAll(() => server.close())

const publish = async (policy: object) => {
  const { status, body } = await owner.share(id, 'public', policy)
  if (status !== 200 || body.visibility !== 'public') throw new Error(JSON.stringify(body))
  return body.url
}
const cardOf = async (url: string) => {
  const answer = await fetch(`${url}/card.png`)
  return { status: answer.status, type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) }
}
const tag = (page: string, name: string) => new RegExp(`<meta property="og:${name}" content="([^"]*)">`).exec(page)?.[1]

test('P7 the link preview is a picture of 1200 by 630 that says only who shared, until the owner chooses a title and a chart', async () => {
  const url = await publish({})
  const page = await (await fetch(url)).text()
  expect([tag(page, 'title'), tag(page, 'image')]).toEqual(['Shared by Ridge Outdoor', `${new URL(url).pathname}/card.png`])
  const neutral = await cardOf(url)
  expect([neutral.status, neutral.type, neutral.bytes.toString('latin1', 1, 4)]).toEqual([200, 'image/png', 'PNG'])
  expect([neutral.bytes.readUInt32BE(16), neutral.bytes.readUInt32BE(20)]).toEqual([1200, 630])

  const { body } = await owner.call<{ contents: ShareContents }>('POST', `/api/conversations/${id}/share/check`)
  const [chart] = body.contents.chartList
  expect(chart).toBeDefined()
  await publish({ title: 'Squares', cardChartId: chart?.id })
  expect(tag(await (await fetch(url)).text(), 'title')).toBe('Squares')
  const chosen = await cardOf(url)
  expect(chosen.bytes.equals(neutral.bytes)).toBe(false)
  expect((await cardOf(url)).bytes.equals(chosen.bytes)).toBe(true)
})

test('P7 a locked link shows no card', async () => {
  const url = await publish({ password: 'open sesame' })
  const { status, type } = await cardOf(url)
  expect([status, type]).toEqual([401, 'text/html; charset=utf-8'])
})
