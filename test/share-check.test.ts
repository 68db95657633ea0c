import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Finding, FindingDecision, ShareContents } from '../contract/share.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

const token = `sk_${'live'}_4eC39HqLyjWDarjtT1zdp7dc`
const address = 'postgres://admin:hunter2hunter@db.internal:5432/shop'
const csv = [
  'id,contact,note,amount,card_number',
  '1,ann@fjell-sport.no,call +47 412 34 118,10,4111111111111111',
  '2,bob@fjell-sport.no,fine,20,5555555555554444',
  `3,cy@fjell-sport.no,${token},30,378282246310005`,
  '4,,plain,40,',
].join('\n')

let server: TestServer
let owner: Person
let id: string
let uploadName: string

beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.url)
})
afterAll(() => server.close())

interface Check {
  contents: ShareContents
  findings: Finding[]
}
const check = async () => (await owner.call<Check>('POST', `/api/conversations/${id}/share/check`)).body
const finding = async (kind: Finding['kind'], part: string, column?: string) => {
  const all = (await check()).findings
  const found = all.find((one) => one.kind === kind && one.place.part === part && (!column || one.place.column === column))
  if (!found) throw new Error(`no ${kind} in ${part}: ${JSON.stringify(all)}`)
  return found
}
const publish = async (findings: Record<string, FindingDecision | null>) => {
  const { status, body } = await owner.share(id, 'public', { findings })
  if (status !== 200 || body.visibility !== 'public') throw new Error(JSON.stringify(body))
  return body
}

/** Every byte that a stranger can get of a link. */
async function everything(url: string): Promise<string> {
  const read = async (path: string) => {
    const answer = await fetch(url + path)
    return answer.status === 200
      ? `${JSON.stringify([...answer.headers])}${Buffer.from(await answer.arrayBuffer()).toString('latin1')}`
      : ''
  }
  const twin = JSON.parse(await (await fetch(`${url}.json`)).text()) as {
    turns: { tables: { id: string }[]; charts: { id: string }[] }[]
    files: { name: string }[]
  }
  const tables = twin.turns.flatMap((turn) => turn.tables.map((table) => table.id))
  const charts = twin.turns.flatMap((turn) => turn.charts.map((chart) => chart.id))
  const paths = [
    ...['', '.json', '.md', '/snapshot.json', '/offline.html', '/card.png', '/nothing'],
    ...tables.flatMap((table) =>
      ['.json?limit=1000', '.json?sort=id', '.columns', '.csv'].map((ending) => `/tables/${table}${ending}`),
    ),
    ...charts.flatMap((chart) => [`/charts/${chart}.svg`, `/charts/${chart}-narrow.svg`]),
    ...twin.files.map((file) => `/files/${encodeURIComponent(file.name)}`),
  ]
  return (await Promise.all(paths.map(read))).join('\n')
}

/** Where texts stand in what was read, none expected: a few characters around each. */
const leaks = (all: string, texts: readonly string[]): string[] =>
  texts.flatMap((text) => {
    const at = all.toLowerCase().indexOf(text.toLowerCase())
    return at < 0 ? [] : [all.slice(Math.max(0, at - 120), at + 60)]
  })

test('B1 findings say where secrets and personal texts stand, under ids that stay', async () => {
  const upload = await owner.upload({ name: 'contacts ann@fjell-sport.no.csv', text: new TextEncoder().encode(csv) })
  const table = upload.body.table?.name ?? ''
  uploadName = upload.body.name
  id = (await owner.conversation([upload.body.id], 'Contacts')).id
  await owner.ask(id, `/sql select id, contact, note, amount, card_number from "${table}" order by id`)
  await owner.ask(id, `/sql select 'see ann@fjell-sport.no' as hint, count(*) as n from "${table}"`)
  await owner.ask(id, `/chart bar x=contact y=amount select contact, amount from "${table}" where contact is not null`)
  const { contents, findings } = await check()
  expect(contents).toMatchObject({ turns: 3, charts: 1, files: [{ name: uploadName }], filesKeptOut: 0 })
  const places = findings.map(({ kind, place }) => `${kind} ${place.part} ${place.column ?? ''}`.trim())
  expect(new Set(places)).toEqual(
    new Set([
      'secret table note',
      'secret file note',
      'card table card_number',
      'card file card_number',
      'email table contact',
      'email table hint',
      'email question',
      'email step',
      'email file',
      'email file contact',
      'phone table note',
      'phone file note',
    ]),
  )
  expect(leaks(findings.map(({ sample }) => sample).join('\n'), ['ann@', '4eC39', '412 34', '11111'])).toEqual([])
  expect((await check()).findings).toEqual(findings)
})

test('B1 what nobody decided counts as allowed over the API', async () => {
  const { url } = await publish({})
  const all = await everything(url)
  for (const text of ['ann@fjell-sport.no', token, '4111111111111111']) expect(leaks(all, [text])).toHaveLength(1)
})

test('B1 a masked text goes from tables, words, SQL, charts, pictures, files and names alike', async () => {
  const masked = await finding('email', 'table', 'contact')
  const { url } = await publish({ [masked.id]: 'mask' })
  const all = await everything(url)
  expect(leaks(all, ['ann@fjell', 'bob@fjell', 'cy@fjell', 'ann%40'])).toEqual([])
  expect(leaks(all, ['[e-mail]', token, '1 file was kept out of this page by its owner.'])).toHaveLength(3)
  expect((await check()).contents).toMatchObject({ files: [], filesKeptOut: 1, charts: 1 })
  expect(await finding('email', 'table', 'contact')).toMatchObject({ id: masked.id, decision: 'mask', count: 3 })
})

test('B1 an allowed file stays with its texts, although they are masked elsewhere', async () => {
  const inFile = await finding('email', 'file', 'contact')
  const { url } = await publish({ [inFile.id]: 'allow' })
  const names = (JSON.parse(await (await fetch(`${url}.json`)).text()) as { files: { name: string }[] }).files
  expect(names.map(({ name }) => name)).toEqual(['contacts [e-mail].csv'])
  expect(await (await fetch(`${url}/files/${encodeURIComponent('contacts [e-mail].csv')}`)).text()).toContain(
    'ann@fjell-sport.no',
  )
  await publish({ [inFile.id]: null })
})

test('B1 a dropped column and a dropped turn are not there, nor what they held', async () => {
  const card = await finding('card', 'table', 'card_number')
  const secret = await finding('secret', 'table', 'note')
  const dropped = await publish({ [card.id]: 'drop-column', [secret.id]: 'mask' })
  const all = await everything(dropped.url)
  expect(leaks(all, ['4111111111111111', '5555555555554444', token, 'ann@fjell'])).toEqual([])
  const twin = JSON.parse(await (await fetch(`${dropped.url}.json`)).text()) as {
    turns: { tables: { columns: { name: string }[] }[] }[]
  }
  expect(twin.turns[0]?.tables[0]?.columns.map(({ name }) => name)).toEqual(['id', 'contact', 'note', 'amount'])
  await publish({ [secret.id]: 'drop-turn' })
  expect((await (await fetch(`${dropped.url}.json`)).json()) as object).toMatchObject({ turns: [{ number: 1 }, { number: 2 }] })
})

test('B1 what is hidden is hidden in every kept version, and clearing the decisions brings it back', async () => {
  const { token: link } = await publish({})
  await owner.ask(id, '/sql select 1 as one')
  const later = await owner.share(id, 'public', { versionsVisible: true })
  expect(later.body).toMatchObject({ token: link })
  const version = later.body.visibility === 'public' ? later.body.version : 0
  for (let at = 1; at <= version; at++) {
    const page = await (await fetch(`${server.url}/shared/${link}?v=${at}`)).text()
    expect(leaks(page, [`Version ${at} of ${version}`])).toHaveLength(1)
    expect(leaks(page, ['ann@fjell'])).toEqual([])
  }
  const cleared = await owner.call('PATCH', `/api/conversations/${id}/share`, { policy: { findings: null } })
  expect(cleared.status).toBe(200)
  expect(leaks(await (await fetch(`${server.url}/shared/${link}.json`)).text(), ['ann@fjell-sport.no'])).toHaveLength(1)
})

test('S7 S19 no byte of any public route tells a secret of the server, an account, a later or a hidden turn', async () => {
  await owner.ask(id, "/sql select * from read_csv('secret.csv')")
  await owner.ask(id, '/sql select nonsense from nowhere')
  const hidden = await owner.ask(id, `/sql select '${address}' as hidden_place`)
  await owner.ask(id, '/sql select 2 as two')
  const shared = await owner.share(id, 'public', { excludeTurnIds: [hidden.id], findings: null })
  if (shared.body.visibility !== 'public') throw new Error('not public')
  const later = await owner.ask(id, "/sql select 'a later turn' as later_turn")
  const all = await everything(shared.body.url)
  const conversation = await owner.call<{ turns: { id: string }[]; uploads: { id: string }[] }>('GET', `/api/conversations/${id}`)
  const planted = [
    ...[
      'hunter2hunter',
      'db.internal',
      'hidden_place',
      'later_turn',
      server.dataDir,
      'owner@example.com',
      '/tmp/',
      'node_modules',
      later.id,
      id,
    ],
    ...[...conversation.body.turns, ...conversation.body.uploads].map((one) => one.id),
  ]
  expect(leaks(all, planted)).toEqual([])
  expect(/(ten|usr|cnv|trn|upl|shr|shl)_[0-9a-v]{20}.*/.exec(all)?.[0].slice(0, 80)).toBeUndefined()
})
