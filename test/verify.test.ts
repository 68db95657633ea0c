import { execFile } from 'node:child_process'
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Snapshot } from '../contract/snapshot.ts'
import { type Verification, verifyPage } from '../server/cli/verify-page.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
let owner: Person
let conversationId: string

const publish = async (policy?: object): Promise<string> => {
  const { body } = await owner.share(conversationId, 'public', policy)
  if (body.visibility !== 'public') throw new Error('not public')
  return body.url
}

/** Runs the command as a shell would. */
const qry = (...parameters: string[]): Promise<{ code: number; out: string; error: string }> =>
  new Promise((resolve) => {
    const options = { cwd: fileURLToPath(new URL('..', import.meta.url)) }
    execFile(process.execPath, ['server/cli/main.ts', ...parameters], options, (error, out, said) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, error: said }),
    )
  })

/** The file of a blob, wherever the store keeps it. */
async function blobFile(digest: string): Promise<string> {
  const entries = await readdir(join(server.dataDir, 'blobs'), { recursive: true, withFileTypes: true })
  const found = entries.find((entry) => entry.isFile() && entry.name === digest)
  if (!found) throw new Error(`no blob ${digest}`)
  return join(found.parentPath, found.name)
}

async function withChangedBlob(digest: string, change: (bytes: Buffer) => Buffer, work: () => Promise<void>): Promise<void> {
  const path = await blobFile(digest)
  const before = await readFile(path)
  await chmod(path, 0o600)
  await writeFile(path, change(before))
  await work()
  await writeFile(path, before)
}

const wrongOf = ({ checks }: Verification) =>
  checks.filter((check) => check.state === 'wrong').map(({ what, name }) => `${what} ${name}`)

beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.url)
  const upload = await owner.upload({ name: 'orders.csv', text: 'region,amount\nNorth,10\nSouth,5\nNorth,3\n' })
  conversationId = (await owner.conversation([upload.body.id])).id
  await owner.ask(conversationId, '/sql select * from orders')
  await owner.ask(
    conversationId,
    '/chart bar x=region y=total select region, sum(amount) as total from orders group by 1 order by 1',
  )
})
afterAll(() => server.close())

test('B6 a page as it was frozen is found right: snapshot, text, tables, charts and files', async () => {
  const url = await publish()
  const found = await verifyPage(url)
  expect(found.checks.map(({ what, state }) => `${what} ${state}`)).toEqual([
    'page right',
    'page right',
    'table right',
    'table right',
    'chart right',
    'file right',
  ])
  const said = await qry('verify', url, '--json')
  expect([said.code, JSON.parse(said.out)]).toEqual([0, found])
  expect((await qry('verify', `${url}x`)).code).toBe(1)
  expect((await qry('verify')).code).toBe(2)
})

test('B6 a changed blob is found, whichever it is', async () => {
  const url = await publish()
  const snapshot = Snapshot.parse(await (await fetch(`${url}/snapshot.json`)).json())
  const [first, second] = snapshot.turns
  const flip = (bytes: Buffer) => {
    const changed = Buffer.from(bytes)
    changed.writeUInt8((changed.at(-9) ?? 0) ^ 1, changed.length - 9)
    return changed
  }
  const table = first?.tables[0]?.digest ?? ''
  await withChangedBlob(table, flip, async () => expect(wrongOf(await verifyPage(url))).toEqual(['table t1 Result']))
  const picture = second?.charts[0]?.pictures?.wide ?? ''
  await withChangedBlob(
    picture,
    (svg) => Buffer.from(svg.toString().replace('</svg>', '<g></g></svg>')),
    async () => expect(wrongOf(await verifyPage(url))).toContain(`chart c1 ${second?.charts[0]?.title}`),
  )
  const file = snapshot.files[0]?.digest ?? ''
  await withChangedBlob(file, flip, async () => {
    const found = await qry('verify', url)
    expect(found.code).toBe(1)
    expect(found.error.trim()).toBe('The page is not what was frozen.')
    expect(found.out).toContain('file   orders.csv: it is not the one that was frozen')
  })
})

test('B6 a page that says something else than its snapshot is found', async () => {
  const url = await publish()
  const lying: typeof fetch = async (...asked) => {
    const answer = await fetch(...asked)
    if (asked[0] !== url) return answer
    return new Response((await answer.text()).replace('10</span></td>', '11</span></td>'), answer)
  }
  expect(wrongOf(await verifyPage(url, lying))).toEqual(['page text'])
})

test('B6 what a policy keeps from programs is said to be unchecked, not wrong', async () => {
  const narrow = await verifyPage(await publish({ downloads: false }))
  expect([narrow.isRight, narrow.checks.filter(({ state }) => state === 'unchecked').length]).toEqual([true, 2])
  const silent = await verifyPage(await publish({ twins: false }))
  expect(silent).toMatchObject({ isRight: true, checks: [{ what: 'page', state: 'unchecked' }] })
})
