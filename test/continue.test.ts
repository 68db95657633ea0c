import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Continuation } from '../contract/continuation.ts'
import type { Conversation } from '../contract/conversation.ts'
import type { Finding } from '../contract/share.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

const password = 'correct horse battery'
const csv = 'city,contact,amount\nOslo,ann@fjell-sport.no,10\nBergen,bo@fjell-sport.no,20\nOslo,cy@fjell-sport.no,30\n'

let server: TestServer
let owner: Person
let colleague: Person
let rival: Person
let viewer: Person

const comeIn = async (email: string, role: string, tenant: string): Promise<Person> => {
  await server.app.tenancy.createUser({ email, password, role, tenant })
  return Person.withKey(server.url, await server.app.tenancy.createKey({ email, name: 'test' }))
}

beforeAll(async () => {
  server = await startServer({ QRY_DOMAIN: 'qry.test' })
  owner = await comeIn('owner@harbour.example', 'owner', 'harbour')
  colleague = await comeIn('colleague@harbour.example', 'analyst', 'harbour')
  viewer = await comeIn('viewer@harbour.example', 'viewer', 'harbour')
  rival = await comeIn('owner@ridge.example', 'owner', 'ridge')
}, 60_000)
afterAll(() => server.close())

interface Shared {
  readonly id: string
  readonly url: string
  readonly table: string
}

/** A conversation of the owner's with two answers, the second after the share point. */
async function share(policy?: object): Promise<Shared> {
  const upload = await owner.upload({ name: 'parcels.csv', text: new TextEncoder().encode(csv) })
  const table = upload.body.table?.name ?? ''
  const { id } = await owner.conversation([upload.body.id], 'Parcels by city')
  await owner.ask(id, `/sql SELECT city, sum(amount) AS total FROM ${table} GROUP BY city ORDER BY city`)
  const { body } = await owner.share(id, 'public', policy)
  if (body.visibility !== 'public') throw new Error(JSON.stringify(body))
  return { id, url: body.url, table }
}
const look = (who: Person, link: string, more: object = {}) =>
  who.call<Continuation>('POST', '/api/continuations/look', { link, ...more })
const take = (who: Person, link: string, more: object = {}) =>
  who.call<{ conversationId: string }>('POST', '/api/continuations', { link, tableIds: ['t1'], ...more })
const taken = async (who: Person, link: string, more: object = {}): Promise<Conversation> => {
  const { status, body } = await take(who, link, more)
  if (status !== 201) throw new Error(JSON.stringify(body))
  return (await who.call<Conversation>('GET', `/api/conversations/${body.conversationId}`)).body
}
const statusOf = async (who: Person, digest: string | undefined) =>
  (await fetch(who.urlOf(`/api/results/${digest}.csv`), { headers: who.headers })).status
const nowhere = `https://harbour.qry.test/shared/${'B'.repeat(32)}`

describe('B9 continue with the data', () => {
  test('B9 a reader of another tenant takes the frozen tables along and asks further, after the owner is gone', async () => {
    const { id, url } = await share()
    await owner.ask(id, '/sql SELECT 4711 AS later')
    const offer = await look(rival, url)
    expect(offer).toMatchObject({
      status: 200,
      body: { state: 'open', title: 'Parcels by city', tables: [{ id: 't1', columns: ['city', 'total'], rowCount: 2 }] },
    })
    const mine = await taken(rival, url)
    expect(mine).toMatchObject({ title: 'Parcels by city', access: 'owner', visibility: 'me', turns: [] })
    await owner.share(id, 'private')
    await owner.call('DELETE', `/api/conversations/${id}`)
    const name = mine.uploads[0]?.table?.name ?? ''
    const turn = await rival.ask(mine.id, `/sql SELECT sum(total) AS everything FROM ${name}`)
    expect(turn.tables[0]?.rows).toEqual([[60]])
    expect(JSON.stringify(mine)).not.toContain('4711')
    expect((await owner.call('GET', `/api/conversations/${mine.id}`)).status).toBe(404)
  })

  test('B9 gives every reader a table of their own, bound to their tenant, and nothing else of the owner', async () => {
    const { id, url } = await share()
    const mine = await taken(rival, url)
    const theirs = (await owner.call<Conversation>('GET', `/api/conversations/${id}`)).body
    const shown = theirs.turns[0]?.tables[0]?.digest
    const source = theirs.uploads[0]?.table?.digest
    expect(mine.uploads.map(({ digest }) => digest)).toEqual([shown])
    expect(await statusOf(rival, shown)).toBe(200)
    expect(await statusOf(rival, source)).toBe(404)
    expect(await statusOf(colleague, source)).toBe(404)
    await taken(colleague, url)
    expect(await statusOf(colleague, source)).toBe(404)
    for (const mark of [id, theirs.uploads[0]?.id ?? '', 'parcels.csv', 'harbour.example', theirs.turns[0]?.id ?? ''])
      expect(JSON.stringify(mine)).not.toContain(mark)
  })

  test('B9 takes what was masked as it is masked, and no column or turn that was left out', async () => {
    const upload = await owner.upload({ name: 'contacts.csv', text: new TextEncoder().encode(csv) })
    const table = upload.body.table?.name ?? ''
    const { id } = await owner.conversation([upload.body.id], 'Contacts')
    await owner.ask(id, `/sql SELECT city, contact FROM ${table} ORDER BY contact`)
    const hidden = await owner.ask(id, `/sql SELECT amount AS kept_out FROM ${table}`)
    const { findings } = (await owner.call<{ findings: Finding[] }>('POST', `/api/conversations/${id}/share/check`)).body
    const policy = (decision: string) => ({
      findings: Object.fromEntries(findings.map((one) => [one.id, one.choices.includes(decision as 'mask') ? decision : 'mask'])),
      excludeTurnIds: [hidden.id],
    })
    const { body } = await owner.share(id, 'public', policy('mask'))
    if (body.visibility !== 'public') throw new Error(JSON.stringify(body))
    const masked = await taken(rival, body.url)
    const turn = await rival.ask(masked.id, `/sql SELECT * FROM ${masked.uploads[0]?.table?.name}`)
    expect(turn.tables[0]?.rowCount).toBe(3)
    expect(JSON.stringify([masked, turn.tables])).not.toMatch(/fjell-sport|kept_out/)
    expect((await take(rival, body.url, { tableIds: ['t2'] })).status).toBe(404)
    await owner.share(id, 'public', policy('drop-column'))
    const dropped = await taken(rival, body.url)
    expect(dropped.uploads[0]?.table?.columns.map(({ name }) => name)).toEqual(['city'])
  })

  test('B9, S12 revoked, expired, deleted, switched-off and never-made links answer alike', async () => {
    const answer = async (link: string) => {
      const answers = [await look(rival, link), await take(rival, link)]
      return JSON.stringify(answers).replace(/"requestId":"[^"]*"/g, '')
    }
    const never = await answer(nowhere)
    expect(never).toContain('"status":404')
    const revoked = await share()
    await owner.share(revoked.id, 'private')
    const deleted = await share()
    await owner.call('DELETE', `/api/conversations/${deleted.id}`)
    const expired = await share({ expiresAt: '2020-01-01T00:00:00Z' })
    const off = await share()
    for (const { url } of [revoked, deleted, expired]) expect(await answer(url)).toBe(never)
    expect(await answer(off.url.replace('harbour.', 'ridge.'))).toBe(never)
    expect(await answer(off.url.replace('/shared/', '/dashboards/shared/'))).toBe(never)
    await owner.call('PATCH', '/api/tenant', { sharingEnabled: false })
    expect(await answer(off.url)).toBe(never)
    await owner.call('PATCH', '/api/tenant', { sharingEnabled: true })
    expect((await look(rival, off.url)).status).toBe(200)
  })

  test('B9 a page that allows no downloads lets nothing be taken, and does not offer it', async () => {
    const closed = await share({ downloads: false })
    expect([(await look(rival, closed.url)).status, (await take(rival, closed.url)).status]).toEqual([403, 403])
    const pageOf = async ({ url }: Shared) => (await fetch(server.url + new URL(url).pathname)).text()
    expect(await pageOf(closed)).not.toContain('/continue')
    const open = await share()
    expect(await pageOf(open)).toContain(`href="/continue?from=${encodeURIComponent(new URL(open.url).pathname)}"`)
    expect((await fetch(`${server.url}${new URL(open.url).pathname}/offline.html`)).status).toBe(200)
  })

  test('B9, B3 a password is asked for first, and its guessing slowed', async () => {
    const { url } = await share({ password: 'open sesame' })
    expect((await look(rival, url)).body).toEqual({ state: 'locked' })
    expect((await take(rival, url)).status).toBe(401)
    expect((await look(rival, url, { password: 'sesame' })).status).toBe(401)
    expect((await look(rival, url, { password: 'open sesame' })).body).toMatchObject({ state: 'open' })
    expect((await taken(rival, url, { password: 'open sesame' })).uploads).toHaveLength(1)
    const guesses = []
    for (let guess = 0; guess < 8; guess++) guesses.push((await look(rival, url, { password: `guess ${guess}` })).status)
    expect(guesses).toContain(429)
  })

  test('B9, P6 guessing links is slowed, a right one still opens', async () => {
    const { url } = await share()
    const statuses: number[] = []
    for (let guess = 0; guess < 130; guess++)
      statuses.push((await look(colleague, `/shared/${randomBytes(24).toString('base64url')}`)).status)
    expect(statuses.slice(0, 50).every((status) => status === 404)).toBe(true)
    expect(statuses).toContain(429)
    expect((await look(colleague, url)).status).toBe(200)
  })

  test('B9 needs the right to make conversations, a page of this server, and notes it with the reader alone', async () => {
    const { url } = await share()
    expect((await look(viewer, url)).status).toBe(403)
    for (const link of ['https://elsewhere.example/shared/x', `${url}.json`, `${url}/tables/t1.csv`, '/preview/x', 'nonsense'])
      expect((await look(rival, link)).status).toBe(400)
    const { body: before } = await owner.call<{ items: { action: string }[] }>('GET', '/api/audit?limit=100')
    const mine = await taken(rival, url)
    const { body: log } = await rival.call<{ items: { action: string; subject: string; details: object }[] }>('GET', '/api/audit')
    expect(log.items[0]).toMatchObject({
      action: 'conversation-continue',
      subject: mine.id,
      details: { title: 'Parcels by city', version: 1, tables: 1 },
    })
    expect(JSON.stringify(log.items[0])).not.toContain(new URL(url).pathname.split('/').at(-1))
    expect((await owner.call<typeof before>('GET', '/api/audit?limit=100')).body.items).toHaveLength(before.items.length)
  })

  test('B9 a table that was taken along can be shared on, with its file, under the new owner’s rules', async () => {
    const mine = await taken(rival, (await share()).url)
    await rival.ask(mine.id, `/sql SELECT * FROM ${mine.uploads[0]?.table?.name}`)
    const { body } = await rival.share(mine.id, 'public')
    if (body.visibility !== 'public') throw new Error(JSON.stringify(body))
    const base = server.url + new URL(body.url).pathname
    const twin = (await (await fetch(`${base}.json`)).json()) as { files: { name: string; link: string }[] }
    expect(twin.files).toHaveLength(1)
    const file = await fetch(server.url + (twin.files[0]?.link ?? ''))
    expect(file.status).toBe(200)
    expect(
      Buffer.from(await file.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe('PAR1')
  })

  test('B9, B4, B10 an older version and a recipient’s own link lead to what they show', async () => {
    const { id, url, table } = await share({ versionsVisible: true })
    await owner.ask(id, `/sql SELECT city FROM ${table} LIMIT 1`)
    await owner.share(id, 'public')
    expect((await look(rival, url)).body).toMatchObject({ version: 2, tables: [{ id: 't1' }, { id: 't2' }] })
    expect((await look(rival, `${url}/v1`)).body).toMatchObject({ version: 1, tables: [{ id: 't1' }] })
    expect((await take(rival, `${url}/v1`, { tableIds: ['t2'] })).status).toBe(404)
    const added = await owner.call<{ id: string; url: string }>('POST', `/api/conversations/${id}/share/links`, {
      label: 'Ridge',
    })
    expect((await look(rival, added.body.url)).status).toBe(200)
    await owner.call('DELETE', `/api/conversations/${id}/share/links/${added.body.id}`)
    expect((await look(rival, added.body.url)).status).toBe(404)
  })

  test('B9, S26 works for a dashboard’s link', async () => {
    const { id } = await share()
    const board = await owner.call<{ id: string }>('POST', '/api/dashboards/import', { conversationId: id })
    const shared = await owner.call<{ url: string }>('PUT', `/api/dashboards/${board.body.id}/share`, { visibility: 'public' })
    const { body } = await look(rival, shared.body.url)
    expect(body).toMatchObject({ state: 'open', tables: [{ columns: ['city', 'total'] }] })
    const [first] = body.state === 'open' ? body.tables : []
    expect((await taken(rival, shared.body.url, { tableIds: [first?.id] })).uploads).toHaveLength(1)
  })
})
