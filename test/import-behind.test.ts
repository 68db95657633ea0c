import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Conversation } from '../contract/conversation.ts'
import type { Upload } from '../contract/upload.ts'
import { must } from '../server/basics/must.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'
import { ServerProcess } from './server-process.ts'

const regions = ['North', 'South', 'East']
/** Above the size from which a file is imported behind the answer. */
const ROWS = 200_000

const csv = (rows: number, end = '', id = (row: number): string => `order-${row}`): string =>
  `order_id,region,product,amount\n${Array.from({ length: rows }, (_, row) => `${id(row)},${regions[row % 3]},a long name of a product,${row % 100}.50`).join('\n')}\n${end}`

const busy = csv(900_000)

const amounts = (rows: number): Record<string, number> => {
  const sums: Record<string, number> = {}
  for (let row = 0; row < rows; row++) {
    const region = must(regions[row % 3])
    sums[region] = (sums[region] ?? 0) + (row % 100) + 0.5
  }
  return sums
}

const bring = async (person: Person, text: string, name = 'orders.csv', conversationId?: string): Promise<Upload> => {
  const { status, body } = await person.upload({ name, text }, conversationId, true)
  expect(status).toBe(201)
  return body
}
/** Keeps the two engines that work behind busy, so that what comes next is asked before it is imported. Answers with the last of the files. */
const keepBusy = async (person: Person): Promise<Upload> => {
  await bring(person, busy, 'one.csv')
  return bring(person, busy, 'two.csv')
}
const read = async (person: Person, id: string): Promise<Upload> => {
  for (;;) {
    const { body } = await person.call<Upload>('GET', `/api/uploads/${id}?wait=1`)
    if (!body.importing) return body
  }
}
const rowsOf = (rows: readonly (readonly unknown[])[]): Record<string, number> =>
  Object.fromEntries(rows.map(([region, amount]) => [String(region), Number(amount)] as const))

describe('F8: a file that is asked before it is imported', { timeout: 120_000 }, () => {
  let server: TestServer
  let person: Person
  beforeAll(async () => {
    server = await startServer()
    person = await Person.owner(server.url)
  }, 60_000)
  afterAll(() => server.close())

  test('answers at once, and as it does later', async () => {
    const last = await keepBusy(person)
    const upload = await bring(person, csv(ROWS))
    expect(upload).toMatchObject({ kind: 'csv', tables: [], problems: [], importing: { name: 'orders', label: 'orders' } })
    expect(must(upload.importing).columns).toContainEqual({ name: 'amount', type: 'decimal' })
    const { id } = await person.conversation([upload.id])
    const early = await person.ask(id, 'total amount by region')
    expect((await person.call<Upload>('GET', `/api/uploads/${last.id}`)).body.importing).toBeDefined()
    expect(early.status).toBe('answered')
    expect(rowsOf(must(early.tables[0]).rows)).toEqual(amounts(ROWS))
    expect((await read(person, upload.id)).table).toMatchObject({ name: 'orders', rowCount: ROWS })
    const late = await person.ask(id, 'total amount by region')
    expect(late.tables[0]).toMatchObject({ digest: must(early.tables[0]).digest })
  })

  test('waits for all of its rows where the question asks for a value', async () => {
    await keepBusy(person)
    const upload = await bring(person, csv(ROWS, 'order-x,Atlantis,a thing,7\n'))
    const { id } = await person.conversation([upload.id])
    const turn = await person.ask(id, 'total amount in Atlantis')
    expect(turn.status).toBe('answered')
    expect(Number(must(turn.tables[0]).rows[0]?.at(-1))).toBe(7)
  })

  test('answers right where a row proves the first ones wrong', async () => {
    await keepBusy(person)
    const upload = await bring(person, csv(ROWS, 'order-x,North,a thing,1.2345\norder-y,North\n'))
    const { id } = await person.conversation([upload.id])
    const turn = await person.ask(id, 'total amount by region')
    const expected = amounts(ROWS)
    expect(rowsOf(must(turn.tables[0]).rows)).toEqual({ ...expected, North: must(expected['North']) + 1.2345 })
    const { table, problems, problemCount } = await read(person, upload.id)
    expect([table?.rowCount, problemCount, problems[0]?.line]).toEqual([ROWS + 1, 1, ROWS + 3])
  })

  test('runs SQL by hand at once, and says what is wrong with it', async () => {
    await keepBusy(person)
    const upload = await bring(person, csv(ROWS))
    const { id } = await person.conversation([upload.id])
    const turn = await person.ask(id, '/sql select count(*) as n from orders')
    expect(must(turn.tables[0]).rows).toEqual([[ROWS]])
    const wrong = await person.ask(id, '/sql select nothing from orders')
    expect(wrong.status).toBe('failed')
    expect(wrong.steps[0]?.error?.message).toContain('nothing')
  })

  test('has a name of its own beside another that is still read, and its links wait for both', async () => {
    await keepBusy(person)
    const [one, two] = [
      await bring(person, csv(ROWS)),
      await bring(
        person,
        csv(ROWS + 3, '', (row) => `again-${row}`),
      ),
    ]
    const { id } = await person.conversation([one.id])
    const turn = await person.call<{ turnId: string }>('POST', `/api/conversations/${id}/turns?wait=1`, {
      question: '/sql select (select count(*) from orders) as one, (select count(*) from orders_2) as two',
      uploadIds: [two.id],
    })
    expect(turn.body).toMatchObject({ status: 'answered', tables: [{ rows: [[ROWS, ROWS + 3]] }] })
    expect((await person.share(id, 'public')).body.visibility).toBe('public')
    const { uploads } = (await person.call<Conversation>('GET', `/api/conversations/${id}`)).body
    expect(uploads.map(({ table, importing }) => [table?.name, table?.rowCount, importing])).toEqual([
      ['orders', ROWS, undefined],
      ['orders_2', ROWS + 3, undefined],
    ])
  })

  test('says in a sentence what could not be read after all', async () => {
    const upload = await bring(person, csv(ROWS, `order-x,"${'x'.repeat(17 * 1024 * 1024)}",a thing,1\n`))
    expect(upload.importing).toBeDefined()
    const { table, problems, problemCount } = await read(person, upload.id)
    expect([table, problemCount]).toEqual([undefined, 1])
    expect(problems[0]?.message).toMatch(/^A line of this file is longer than 16 MB/)
    const { id } = await person.conversation([upload.id])
    const { answer, tables } = await person.ask(id, 'total amount by region')
    expect([answer, tables]).toEqual([
      expect.stringContaining('There is no table to ask. “orders.csv” could not be read: A line'),
      [],
    ])
    const byHand = await person.ask(id, '/sql select * from orders')
    expect(byHand.steps[0]?.error?.message).toMatch(/no table named orders.* “orders.csv” could not be read: A line of this file/)
  })

  test('is only read at once where it is large and a text', async () => {
    expect((await bring(person, 'region,amount\nNorth,10\n')).table).toMatchObject({ rowCount: 1 })
    const records = Array.from({ length: 60_000 }, (_, row) => ({
      row,
      text: 'a long text that makes the file large enough to count',
    }))
    expect((await bring(person, JSON.stringify(records), 'records.json')).table).toMatchObject({ rowCount: 60_000 })
    const { body } = await person.upload({ name: 'orders.csv', text: csv(ROWS) })
    expect(body.table).toMatchObject({ rowCount: ROWS })
  })
})

test('promise 3: a server that is killed while it reads a file keeps the turn, and reads it again or asks for it', {
  timeout: 120_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'qry-import-'))
  try {
    let server = await ServerProcess.start(dataDir)
    const owner = await Person.owner(server.url)
    const kept = await bring(owner, csv(ROWS))
    const { id } = await owner.conversation([kept.id])
    const turn = await owner.ask(id, 'total amount by region')
    while (!(await owner.call<Upload>('GET', `/api/uploads/${kept.id}`)).body.digest);
    const unkept = await bring(
      owner,
      csv(ROWS, '', (row) => `other-${row}`),
      'others.csv',
    )
    await server.kill()
    server = await ServerProcess.start(dataDir)
    const person = owner.at(server.url)
    expect((await read(person, kept.id)).table).toMatchObject({ name: 'orders', rowCount: ROWS })
    const again = await read(person, unkept.id)
    if (again.table) expect(again.table.rowCount).toBe(ROWS)
    else expect(again.problems).toEqual([{ message: 'The server stopped before it had kept this file. Bring the file again.' }])
    const { turns } = (await person.call<Conversation>('GET', `/api/conversations/${id}`)).body
    expect(turns.map((one) => [one.id, one.status])).toEqual([[turn.id, 'answered']])
    await server.stop()
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
