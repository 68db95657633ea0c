import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Model, ModelBudget, ModelState } from '../../contract/model.ts'
import { findLocalServers } from '../../server/analysts/model/local-servers.ts'
import { Person } from '../person.ts'
import { startServer } from '../server.ts'
import { KEY, type ModelRoom, openModelRoom } from './model-room.ts'
import { startScriptedModel } from './scripted-model.ts'

let room: ModelRoom
beforeAll(async () => {
  room = await openModelRoom()
})
afterAll(() => room.close())

const listed = async (person = room.owner) => (await person.call<{ items: Model[] }>('GET', '/api/models')).body.items

test('a model is kept after a test call, its key never comes back', async () => {
  const model = await room.connect()
  expect(model).toMatchObject({
    name: 'Scripted',
    isDefault: true,
    state: { ok: true, message: 'It answered.' },
    config: { hasKey: true },
  })
  const everything = await Promise.all(
    ['/api/models', '/api/me', '/api/models/budget'].map((path) => room.owner.call('GET', path)),
  )
  expect(JSON.stringify([model, everything])).not.toContain(KEY)
})

test('a call that does not come through is kept as its state, in plain words', async () => {
  room.scripted.script([{ reply: { fault: 'status', status: 401 } }])
  const config = { provider: 'openai-compatible', model: 'scripted', baseUrl: room.scripted.baseUrl, key: KEY }
  const { body } = await room.owner.call<Model>('POST', '/api/models', { name: 'Locked', config })
  expect(body.state).toMatchObject({ ok: false, message: expect.stringContaining('refused the key') })
  expect(body.isDefault).toBe(false)
  const nobody = { ...config, baseUrl: 'http://127.0.0.1:1/v1' }
  const { body: state } = await room.owner.call<ModelState>('POST', '/api/models/test', { config: nobody })
  expect(state.message).toContain('could not be reached')
})

test('a key that is left out stays, but is not sent to another address', async () => {
  const [model] = await listed()
  room.scripted.script([{ reply: { text: 'Yes.' } }])
  const config = { provider: 'openai-compatible', model: 'another', baseUrl: room.scripted.baseUrl }
  const { body } = await room.owner.call<Model>('PATCH', `/api/models/${model?.id ?? ''}`, { config })
  expect(body).toMatchObject({ state: { ok: true }, config: { model: 'another', hasKey: true } })
  expect(room.scripted.sent[0]?.headers['authorization']).toBe(`Bearer ${KEY}`)
  const elsewhere = { ...config, baseUrl: 'http://127.0.0.1:1/v1' }
  const { status } = await room.owner.call('PATCH', `/api/models/${model?.id ?? ''}`, { config: elsewhere })
  expect(status).toBe(400)
})

test('another becomes the default, and a removed default hands over', async () => {
  const [first, second] = await listed()
  await room.owner.call('PATCH', `/api/models/${second?.id ?? ''}`, { isDefault: true })
  expect((await listed()).map(({ id, isDefault }) => [id, isDefault])).toEqual([
    [second?.id, true],
    [first?.id, false],
  ])
  await room.owner.call('DELETE', `/api/models/${second?.id ?? ''}`)
  expect((await listed()).map(({ id, isDefault }) => [id, isDefault])).toEqual([[first?.id, true]])
})

test('who does not manage models sees their names and nothing else', async () => {
  const { app, url } = room.server
  await app.tenancy.createUser({ email: 'analyst@example.com', password: 'correct horse battery', role: 'analyst' })
  const analyst = Person.withKey(url, await app.tenancy.createKey({ email: 'analyst@example.com', name: 'test' }))
  expect(JSON.stringify(await listed(analyst))).not.toContain(room.scripted.baseUrl)
  const config = { provider: 'anthropic', model: 'm', key: 'k' }
  expect((await analyst.call('POST', '/api/models', { name: 'Mine', config })).status).toBe(403)
  for (const path of ['/api/models/local', '/api/models/budget']) expect((await analyst.call('GET', path)).status).toBe(403)
})

test('the budget is read and changed', async () => {
  const { body } = await room.owner.call<ModelBudget>('PATCH', '/api/models/budget', { tokensPerDay: 5000 })
  expect(body).toEqual({ tokensPerTurn: 300_000, tokensPerDay: 5000, usedToday: 0 })
})

test('a server on a usual port is found, a closed port is not', async () => {
  const scripted = await startScriptedModel()
  try {
    const port = Number(new URL(scripted.baseUrl).port)
    expect(
      await findLocalServers([
        { name: 'Ollama', port },
        { name: 'vLLM', port: 1 },
      ]),
    ).toEqual([{ name: 'Ollama', baseUrl: scripted.baseUrl, models: ['scripted'] }])
  } finally {
    await scripted.close()
  }
})

test('keys of the environment become the first models, and one that is removed stays away', async () => {
  const scripted = await startScriptedModel()
  const server = await startServer({ OPENAI_BASE_URL: scripted.baseUrl, OPENAI_API_KEY: KEY, ANTHROPIC_API_KEY: 'sk-ant-1' })
  try {
    const owner = await Person.owner(server.url)
    const found = await listed(owner)
    expect(found.map(({ name, isDefault, config }) => [name, isDefault, config?.provider])).toEqual([
      ['Claude', true, 'anthropic'],
      ['scripted', false, 'openai-compatible'],
    ])
    await owner.call('DELETE', `/api/models/${found[0]?.id ?? ''}`)
    expect((await listed(owner)).map(({ name, isDefault }) => [name, isDefault])).toEqual([['scripted', true]])
  } finally {
    await server.close()
    await scripted.close()
  }
})
