import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditEvent } from '../contract/audit.ts'
import type { Conversation } from '../contract/conversation.ts'
import type { Dashboard } from '../contract/dashboard.ts'
import type { Schedule, ScheduleRun } from '../contract/schedule.ts'
import { must } from '../server/basics/must.ts'
import { sleep } from '../server/basics/sleep.ts'
import { type MailServer, startMailServer } from './mail-server.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'
import { type Account, BotApiPeer } from './telegram/bot-api-peer.ts'

const origin = 'https://qry.example'
const peer = new BotApiPeer()
const ada: Account = { id: 501, first_name: 'Ada' }
const csv =
  'day,city,amount\n2026-01-05,Łódź,120\n2026-01-19,Kőszeg,80\n2026-02-03,Łódź,60\n2026-02-11,Ålesund,45\n2026-03-08,Łódź,30\n'
let server: TestServer
let letters: MailServer
let owner: Person
let conversationId: string
let now = new Date('2026-11-30T07:59:30Z')

beforeAll(async () => {
  letters = await startMailServer()
  server = await startServer(
    { SMTP_URL: letters.url, QRY_ORIGIN: origin, TELEGRAM_API_ROOT: await peer.listen() },
    { clock: () => now },
  )
  owner = await Person.owner(server.address)
  const upload = await owner.upload({ name: 'orders.csv', text: csv })
  conversationId = (await owner.conversation([upload.body.id])).id
}, 120_000)
afterAll(async () => {
  await server.close()
  await letters.close()
  await peer.close()
})

const daily = { kind: 'cron', pattern: '0 9 * * *', zone: 'Europe/Berlin' }
const question = (text: string, more: object = {}) => ({ kind: 'question', conversationId, question: text, ...more })
const schedule = (subject: object, more: object = {}) => ({
  name: 'Every morning',
  subject,
  time: daily,
  delivery: { email: true, telegram: false },
  ...more,
})

async function make(body: object, person = owner): Promise<Schedule> {
  const answer = await person.call<Schedule>('POST', '/api/schedules', body)
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([201, expect.any(String)])
  return answer.body
}
const read = async (id: string, person = owner) =>
  (await person.call<{ schedule: Schedule; runs: ScheduleRun[] }>('GET', `/api/schedules/${id}`)).body
/** The last run once `count` of them have ended. */
async function runOf(id: string, count: number, person = owner): Promise<ScheduleRun> {
  const endMs = Date.now() + 25_000
  for (;;) {
    const { runs } = await read(id, person)
    if (runs.filter((run) => run.endedAt).length >= count) return must(runs[0])
    if (Date.now() > endMs) throw new Error(`no run ${count}: ${JSON.stringify(runs)}`)
    await sleep(100)
  }
}
const runNow = async (id: string, count: number): Promise<ScheduleRun> => {
  const { status, body } = await owner.call<ScheduleRun>('POST', `/api/schedules/${id}/run`)
  expect(status).toBe(202)
  await runOf(id, count)
  return must((await read(id)).runs.find((run) => run.id === body.id))
}
const remove = (id: string) => owner.call('DELETE', `/api/schedules/${id}`)

test('a question at nine in Berlin: asked in its conversation, sent with its chart as a picture and its table as CSV', async () => {
  const made = await make(schedule(question('total amount by city')))
  expect(made.nextRunAt).toBe('2026-11-30T08:00:00.000Z')
  now = new Date('2026-11-30T08:00:01Z')
  const run = await runOf(made.id, 1)
  expect(run).toMatchObject({ state: 'sent', message: 'Answered and sent by e-mail.', isByHand: false })
  const { body } = await owner.call<Conversation>('GET', `/api/conversations/${conversationId}`)
  expect(body.turns.map(({ id, status }) => [id, status])).toEqual([[run.turnId, 'answered']])

  const letter = await letters.next('owner@example.com')
  expect(letter.subject).toBe('Every morning')
  expect(letter.html).toContain(`<a href="${origin}/c/${conversationId}"`)
  expect(letter.html).toContain(`${origin}/schedules/${made.id}`)
  expect(letter.html).not.toMatch(/<script|<link|<style/)
  const picture = must(letter.files.find(({ type }) => type === 'image/png'))
  expect(picture.bytes.toString('latin1', 1, 4)).toBe('PNG')
  expect(picture.bytes.readUInt32BE(16)).toBeGreaterThan(1000)
  expect(letter.html).toContain(`src="cid:${picture.inlineId}"`)
  const table = must(letter.files.find(({ type }) => type === 'text/csv'))
  expect(table.bytes.toString()).toContain('Łódź')
  expect(letter.text).toContain('Łódź')
  expect(letter.text).toContain('Open it in QRY')
  expect((await read(made.id)).schedule.nextRunAt).toBe('2026-12-01T08:00:00.000Z')
  await remove(made.id)
})

test('times that were missed are made up for by one run', async () => {
  const made = await make(
    schedule(question('how many orders', { answers: 'latest' }), { delivery: { email: false, telegram: false } }),
  )
  now = new Date('2026-12-10T12:00:00Z')
  await runOf(made.id, 1)
  const { runs, schedule: after } = await read(made.id)
  expect([runs.length, after.nextRunAt]).toEqual([1, '2026-12-11T08:00:00.000Z'])
  const turnsBefore = (await owner.call<Conversation>('GET', `/api/conversations/${conversationId}`)).body.turns.length
  now = new Date('2026-12-11T08:00:05Z')
  await runOf(made.id, 2)
  expect((await owner.call<Conversation>('GET', `/api/conversations/${conversationId}`)).body.turns.length).toBe(turnsBefore)
  await remove(made.id)
})

test('an alert sends when the number is above, once within its cooldown, and says why', async () => {
  const sql = '/sql select city, sum(amount) as amount from orders group by city order by city'
  const alert = { when: 'above', column: 'Amount', value: 200, cooldownMinutes: 60 }
  const made = await make(schedule(question(sql, { answers: 'latest' }), { alert, time: { ...daily, pattern: '*/10 * * * *' } }))
  const tick = async (count: number) => {
    now = new Date(must((await read(made.id)).schedule.nextRunAt ?? undefined))
    return runOf(made.id, count)
  }
  expect(await tick(1)).toMatchObject({ state: 'sent', message: 'Answered and sent by e-mail. amount is 210, above 200.' })
  expect((await letters.next('owner@example.com')).text).toContain('amount is 210, above 200.')
  expect(await tick(2)).toMatchObject({ state: 'held' })
  await owner.call('PATCH', `/api/schedules/${made.id}`, { alert: { ...alert, value: 210 } })
  expect(await tick(3)).toMatchObject({ state: 'quiet', message: 'Nothing was sent. amount is 210, not above 210.' })
  await owner.call('PATCH', `/api/schedules/${made.id}`, { alert: { when: 'changed', cooldownMinutes: 0 } })
  expect([(await tick(4)).state, (await tick(5)).message]).toEqual(['quiet', 'Nothing was sent. Nothing has changed.'])
  await owner.call('PATCH', `/api/schedules/${made.id}`, { alert: { when: 'no-rows', cooldownMinutes: 0 } })
  expect((await tick(6)).state).toBe('quiet')
  expect(letters.letters).toEqual([])
  await remove(made.id)
})

test('three failures in a row stop it with a notice; resuming forgets them', async () => {
  const made = await make(schedule(question('/sql select nothing from nowhere'), { time: { ...daily, pattern: '0 * * * *' } }))
  for (const count of [1, 2, 3]) {
    now = new Date(must((await read(made.id)).schedule.nextRunAt ?? undefined))
    expect((await runOf(made.id, count)).state).toBe('failed')
  }
  const stopped = (await read(made.id)).schedule
  expect(stopped).toMatchObject({ failures: 3, nextRunAt: null })
  expect(stopped.stopped?.message).toMatch(/^Stopped after 3 failures in a row. The last one: .*nowhere/)
  const notice = await letters.next('owner@example.com')
  expect([notice.subject, notice.text.includes(`${origin}/schedules/${made.id}`)]).toEqual(['Stopped: Every morning', true])
  const events = (await owner.call<{ items: AuditEvent[] }>('GET', '/api/audit?action=schedule')).body.items
  expect(events[0]).toMatchObject({ action: 'schedule-stop', via: 'schedule', subject: made.id })
  const resumed = (await owner.call<Schedule>('PATCH', `/api/schedules/${made.id}`, { isPaused: false })).body
  expect(resumed).toMatchObject({ failures: 0, stopped: null })
  expect(resumed.nextRunAt).not.toBeNull()
  await remove(made.id)
})

test('it runs under the rights that its owner has then, and goes to the heir, stopped, when they leave', async () => {
  const email = 'ben@example.com'
  const { userId } = await server.app.tenancy.createUser({ email, password: 'correct horse battery', role: 'analyst' })
  const ben = Person.withKey(server.address, await server.app.tenancy.createKey({ email, name: 'test' }))
  const { id } = await ben.conversation([(await ben.upload({ name: 'orders.csv', text: csv })).body.id])
  const made = await make(schedule({ kind: 'question', conversationId: id, question: 'how many orders' }), ben)
  expect((await owner.call('GET', `/api/schedules/${made.id}`)).status).toBe(404)
  await owner.call('PATCH', `/api/members/${userId}`, { role: 'viewer' })
  now = new Date(must(made.nextRunAt ?? undefined))
  const run = await runOf(made.id, 1, ben)
  expect([run.state, run.message]).toEqual(['failed', expect.stringContaining('viewer, which does not include schedules:create')])
  expect((await owner.call('POST', `/api/members/${userId}/remove`, { links: 'revoked' })).status).toBe(200)
  expect((await read(made.id)).schedule).toMatchObject({
    nextRunAt: null,
    stopped: { message: expect.stringContaining('Its owner left') },
  })
  await remove(made.id)
})

test('a reading that needs a person runs once somebody has confirmed it in the conversation', async () => {
  const text = 'price by product'
  const upload = await owner.upload({ name: 'products.csv', text: 'product,price\nBoot,189\nMug,15\nTent,389\n' })
  const { id } = await owner.conversation([upload.body.id])
  const asked = await owner.ask(id, text)
  expect(asked.status).toBe('needs-confirmation')
  const made = await make(
    schedule({ kind: 'question', conversationId: id, question: text }, { delivery: { email: false, telegram: false } }),
  )
  expect((await runNow(made.id, 1)).message).toContain('can be read in several ways')
  expect((await owner.call('POST', `/api/conversations/${id}/turns/${asked.id}/confirm?wait=1`, {})).status).toBe(200)
  expect(await runNow(made.id, 2)).toMatchObject({ state: 'sent', isByHand: true })
  await remove(made.id)
})

test('a dashboard is refreshed and sent, tile by tile; a tile that fails is told', async () => {
  const sql = 'SELECT city, sum(amount) AS amount FROM orders GROUP BY city ORDER BY city'
  const chart = { version: 1, kind: 'bar', x: 'city', y: ['amount'] }
  const { body } = await owner.call<Dashboard>('POST', '/api/dashboards', {
    name: 'The shop',
    parameters: [{ name: 'least', label: 'At *least*', type: 'number', default: '0' }],
    tiles: [
      { title: 'By city', conversationId, sql, chart },
      { title: 'All orders', conversationId, sql: 'SELECT * FROM orders' },
      { title: 'Broken', conversationId, sql: 'SELECT * FROM missing' },
      { title: 'Notes', markdown: 'Counted **every** night.' },
    ],
  })
  const made = await make(schedule({ kind: 'dashboard', dashboardId: body.id }))
  const run = await runNow(made.id, 1)
  expect(run.message).toMatch(/^Refreshed and sent by e-mail. Broken shows its last good result: /)
  const letter = await letters.next('owner@example.com')
  expect(letter.files.map(({ type }) => type).sort()).toEqual(['image/png', 'text/csv'])
  expect(letter.html).toContain('<strong>every</strong>')
  expect(letter.html).toContain('At *least*: 0')
  expect((await owner.call<Dashboard>('GET', `/api/dashboards/${body.id}`)).body.refreshedAt).toBe(now.toISOString())
  await remove(made.id)
})

test('Telegram: to the linked chat as text, picture and file; without one the way is closed', async () => {
  const both = { delivery: { email: false, telegram: true } }
  const closed = await owner.call<{ error: { message: string } }>(
    'POST',
    '/api/schedules',
    schedule(question('total amount by city'), both),
  )
  expect([closed.status, closed.body.error.message]).toEqual([
    400,
    expect.stringContaining('No Telegram chat of yours is linked'),
  ])
  expect((await owner.call('PUT', '/api/telegram', { token: peer.token })).status).toBe(200)
  const { token } = (await owner.call<{ token: string }>('POST', '/api/me/telegram-tokens', {})).body
  await peer.write(ada, `/login ${token}`)
  await peer.until(() => peer.sent.some(({ text }) => text.startsWith('Hello')), 'the link')
  const made = await make(schedule(question('total amount by city'), both))
  const before = peer.sent.length
  expect((await runNow(made.id, 1)).message).toBe('Answered and sent in Telegram.')
  const sent = peer.sent.slice(before)
  expect(sent.map(({ method, chatId }) => [method, chatId])).toEqual([
    ['sendMessage', ada.id],
    ['sendPhoto', ada.id],
    ['sendDocument', ada.id],
  ])
  expect(sent[0]?.text).toContain('<b>Every morning</b>')
  await remove(made.id)
})

test('a deleted one does not run, comes back with undo, and a past or impossible time is refused', async () => {
  const made = await make(schedule(question('how many orders')))
  await remove(made.id)
  expect((await owner.call('GET', `/api/schedules/${made.id}`)).status).toBe(404)
  expect((await owner.call('POST', `/api/schedules/${made.id}/restore`)).status).toBe(200)
  expect((await read(made.id)).schedule.nextRunAt).not.toBeNull()
  const paused = (await owner.call<Schedule>('PATCH', `/api/schedules/${made.id}`, { isPaused: true })).body
  expect([paused.isPaused, paused.nextRunAt]).toEqual([true, null])
  for (const time of [
    { kind: 'once', at: '2020-01-01T09:00', zone: 'UTC' },
    { kind: 'cron', pattern: '61 9 * * *', zone: 'UTC' },
    { kind: 'cron', pattern: '0 9 * * *', zone: 'Middle/Earth' },
  ])
    expect((await owner.call('POST', '/api/schedules', schedule(question('how many orders'), { time }))).status).toBe(400)
  const { body } = await owner.call<{ times: string[] }>('POST', '/api/schedules/preview', { time: daily })
  expect(body.times).toHaveLength(5)
})
