import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Dashboard } from '../contract/dashboard.ts'
import type { Drift } from '../contract/drift.ts'
import type { Member } from '../contract/member.ts'
import type { ShareState } from '../contract/share.ts'
import type { TablePage } from '../contract/table.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'
import { openPostgres, type TestDatabase } from './sources/test-databases.ts'

let server: TestServer
let owner: Person
let ann: Person

beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.url)
  const tenant = (await owner.call<{ tenant: { slug: string } }>('GET', '/api/me')).body.tenant.slug
  await server.app.tenancy.createUser({ email: 'ann@example.com', password: 'correct horse battery', role: 'viewer', tenant })
  ann = Person.withKey(server.url, await server.app.tenancy.createKey({ email: 'ann@example.com', name: 'test' }))
})
afterAll(() => server.close())

const make = async (body: object): Promise<Dashboard> => {
  const answer = await owner.call<Dashboard>('POST', '/api/dashboards', body)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body
}
const choose = async (person: Person, id: string, values: object) => {
  const { status, body } = await person.call<Dashboard>('PUT', `/api/dashboards/${id}/values`, { values })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body
}
const rowsOf = async (person: Person, dashboard: Dashboard, place = 0) =>
  (await person.call<TablePage>('GET', `/api/results/${dashboard.tiles[place]?.table?.digest ?? ''}`)).body.rows

const files = async (): Promise<Dashboard> => {
  const upload = await owner.upload({
    name: 'sales.csv',
    text: 'region,month,amount\nNorth,2026-01-31,10\nSouth,2026-02-28,30.5\nSouth,2026-03-31,-5\n',
  })
  const conversationId = (await owner.conversation([upload.body.id])).id
  return make({
    name: 'Sales',
    parameters: [
      { name: 'region', label: 'Region', type: 'choice', choices: ['North', 'South'] },
      { name: 'least', type: 'number', default: '-100' },
      { name: 'since', type: 'date', default: '2026-01-01' },
    ],
    tiles: [
      {
        title: 'Chosen',
        conversationId,
        sql: 'SELECT * FROM sales WHERE region = $region AND amount >= $least AND month >= $since ORDER BY month',
      },
      { title: 'All', conversationId, sql: 'SELECT count(*) AS n FROM sales' },
    ],
  })
}

describe('on files', () => {
  test('typed values are bound, and only tiles that name a parameter are asked again', async () => {
    const made = await files()
    expect(made.parameters).toEqual([
      { name: 'region', label: 'Region', type: 'choice', choices: ['North', 'South'], default: 'North', value: 'North' },
      { name: 'least', type: 'number', default: '-100', value: '-100' },
      { name: 'since', type: 'date', default: '2026-01-01', value: '2026-01-01' },
    ])
    expect(made.tiles.map(({ problem }) => problem)).toEqual([undefined, undefined])
    expect(made.tiles[0]?.values).toEqual({ region: 'North', least: '-100', since: '2026-01-01' })
    const south = await choose(owner, made.id, { region: 'South' })
    expect(await rowsOf(owner, south)).toHaveLength(2)
    expect(south.tiles[1]?.asOf).toBe(made.tiles[1]?.asOf)
    expect(await rowsOf(owner, await choose(owner, made.id, { least: '30.5' }))).toHaveLength(1)
    const march = await choose(owner, made.id, { least: '-100', since: '2026-03-01' })
    expect(await rowsOf(owner, march)).toHaveLength(1)
    const stored = (await owner.call<Dashboard>('GET', `/api/dashboards/${made.id}`)).body
    expect(stored.parameters.map(({ value }) => value)).toEqual(['South', '-100', '2026-03-01'])
    expect(stored.parameters.map((one) => one.default)).toEqual(['North', '-100', '2026-01-01'])
  })

  test('what is no value is refused in words, before anything is asked', async () => {
    const { id } = await files()
    const said = async (values: object) =>
      (await owner.call<{ error: { message: string } }>('PUT', `/api/dashboards/${id}/values`, { values })).body.error?.message
    expect(await said({ region: 'West' })).toBe('Region: “West” is not one of the choices.')
    expect(await said({ least: '1 OR 1=1' })).toBe('least: Write a number: 12 or -0.5.')
    expect(await said({ since: '2026-02-30' })).toBe('since: Write a day: 2026-03-31.')
    expect(await said({ other: 'x' })).toBe('This dashboard has no parameter named other.')
    const twice = [{ name: 'a' }, { name: 'a' }]
    for (const parameters of [[{ name: 'A b' }], twice, [{ name: 'a', type: 'choice' }], [{ name: 'a', type: 'number' }]])
      expect((await owner.call('PATCH', `/api/dashboards/${id}`, { parameters })).status).toBe(400)
  })

  test('the last good result stays when a value fails, and says for which values it is', async () => {
    const made = await files()
    await owner.call('PATCH', `/api/dashboards/${made.id}/tiles/${made.tiles[0]?.id ?? ''}`, {
      sql: "SELECT CASE WHEN $region = 'South' THEN error('Nothing for the South.') ELSE region END AS region FROM sales",
    })
    const failed = await choose(owner, made.id, { region: 'South' })
    expect(failed.tiles[0]?.problem).toMatchObject({
      code: 'query-failed',
      message: expect.stringContaining('Nothing for the South'),
    })
    expect(failed.tiles[0]?.values).toEqual({ region: 'North' })
    expect(await rowsOf(owner, failed)).toHaveLength(3)
    expect((await choose(owner, made.id, { region: 'North' })).tiles[0]?.problem).toBeUndefined()
  })

  test('a stranger sees which values were chosen, frozen; a secret among them can be masked', async () => {
    const { id } = await files()
    await choose(owner, id, { region: 'South' })
    const shared = await owner.call<ShareState>('PUT', `/api/dashboards/${id}/share`, { visibility: 'public' })
    const url = shared.body.visibility === 'public' ? shared.body.url : ''
    const page = await (await fetch(url)).text()
    expect(page).toContain('<span class="tag">Region: South</span><span class="tag">least: -100</span>')
    expect(page).toContain('$region = South, $least = -100, $since = 2026-01-01')
    const words = await (await fetch(`${url}.md`)).text()
    expect(words).toContain('- Region: South\n- least: -100\n')
    expect(words).toContain('*With $region = South, $least = -100, $since = 2026-01-01*')
    await choose(owner, id, { region: 'North' })
    expect(await (await fetch(url)).text()).toBe(page)
    const drift = await owner.call<Drift>('POST', `/api/dashboards/${id}/share/drift`)
    expect(drift.body.tables.map(({ outcome }) => outcome.state)).toEqual(['same', 'same'])

    const email = 'bob@fjell-sport.no'
    await owner.call('PATCH', `/api/dashboards/${id}`, {
      parameters: [
        { name: 'region', label: 'Person', value: email },
        { name: 'least', value: '0' },
        { name: 'since', value: '2026-01-01' },
      ],
    })
    const check = await owner.call<{ findings: { id: string; kind: string }[] }>('POST', `/api/dashboards/${id}/share/check`)
    const findings = Object.fromEntries(check.body.findings.map((one) => [one.id, 'mask']))
    expect(Object.keys(findings).length).toBeGreaterThan(0)
    await owner.call('PUT', `/api/dashboards/${id}/share`, { visibility: 'public', policy: { findings } })
    for (const below of ['', '.json', '/offline.html', '/snapshot.json'])
      expect(await (await fetch(url + below)).text()).not.toContain(email)
  })
})

describe('on a source', async () => {
  const database: TestDatabase | undefined = await openPostgres()
  afterAll(() => database?.close())

  // Needs the PostgreSQL of this machine: 127.0.0.1:5432, user postgres.
  test.skipIf(!database && !process.env['CI'])(
    'a colleague chooses under rights of their own, for themselves alone',
    async () => {
      await database?.run(
        'CREATE TABLE sales (region text, country text, amount numeric)',
        "INSERT INTO sales VALUES ('North', 'NO', 24), ('North', 'SE', 11), ('South', 'IT', 50), ('South', 'NO', 7)",
      )
      const config = { ...database?.destination.connection, tls: 'off' }
      const source = await owner.call<{ id: string }>('POST', '/api/sources', { kind: 'postgres', name: 'Shop', config })
      const sourceId = source.body.id
      await expect
        .poll(async () => (await owner.call<{ isProfiled: boolean }>('GET', `/api/sources/${sourceId}/catalog`)).body.isProfiled)
        .toBe(true)
      const people = (await owner.call<{ items: Member[] }>('GET', '/api/members')).body.items
      const annId = people.find(({ email }) => email === 'ann@example.com')?.id ?? ''
      await owner.call('PATCH', `/api/members/${annId}`, { attributes: { country: 'NO' } })
      const access = { isForEveryone: true, roles: [], groups: [], people: [] }
      await owner.call('PUT', `/api/sources/${sourceId}/access`, {
        ...access,
        policies: [{ table: 'sales', filter: 'country = {{country}}' }],
      })
      const { id, tiles } = await make({
        name: 'Shop',
        parameters: [
          { name: 'region', type: 'text', default: 'North' },
          { name: 'most', type: 'number', default: '10' },
        ],
        tiles: [
          {
            title: 'Sales',
            sourceId,
            sql: 'SELECT region, country, amount FROM sales WHERE region = $region ORDER BY amount LIMIT $most',
          },
        ],
      })
      expect(tiles[0]?.problem).toBeUndefined()
      await owner.call('PATCH', `/api/dashboards/${id}`, { visibility: 'tenant' })
      expect(await rowsOf(owner, await choose(owner, id, { region: 'South' }))).toHaveLength(2)

      const hers = await choose(ann, id, { region: 'North' })
      expect(hers.tiles[0]?.problem).toBeUndefined()
      expect(await rowsOf(ann, hers)).toEqual([['North', 'NO', 24]])
      expect(hers.parameters.find(({ name }) => name === 'region')?.value).toBe('North')
      const kept = (await ann.call<Dashboard>('GET', `/api/dashboards/${id}`)).body
      expect(kept.parameters[0]?.value, 'her choice is hers').toBe('South')
      expect((await owner.call('GET', `/api/results/${hers.tiles[0]?.table?.digest ?? ''}`)).status).toBe(404)

      await owner.call('PUT', `/api/sources/${sourceId}/access`, {
        ...access,
        isForEveryone: false,
        people: people.flatMap(({ id: person }) => (person === annId ? [] : [person])),
        policies: [],
      })
      const closed = await choose(ann, id, { region: 'North' })
      expect(closed.tiles[0]?.problem?.code).toBe('not-found')
      expect(closed.tiles[0]?.values, 'what stays is the owner’s').toEqual({ region: 'South', most: '10' })
    },
  )
})
