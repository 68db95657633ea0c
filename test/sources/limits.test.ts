import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { makeSourcesRoom } from './sources-room.ts'

test('rows and bytes beyond what the server is set to are cut, and that is said', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'qry-limits-'))
  const path = join(folder, 'shop.sqlite')
  const shop = new DatabaseSync(path)
  shop.exec('BEGIN; CREATE TABLE orders (id INTEGER, note TEXT)')
  const insert = shop.prepare('INSERT INTO orders VALUES (?, ?)')
  for (let id = 1; id <= 300; id++) insert.run(id, 'x'.repeat(100))
  shop.exec('COMMIT')
  shop.close()
  const room = await makeSourcesRoom(undefined, { rowLimit: 250, timeoutMs: 10_000, byteLimit: 20_000 })
  try {
    const id = await room.add({ kind: 'sqlite', connection: { path } })
    const ask = (sql: string) => room.sources.query(room.admin, id, sql, room.sources.limits)
    expect(await ask('SELECT id FROM orders')).toMatchObject({ rowCount: 250, truncated: true })
    const wide = await ask('SELECT * FROM orders')
    expect(wide.truncated).toBe(true)
    expect(wide.rowCount).toBeLessThan(210)
    expect(await ask('SELECT id FROM orders LIMIT 250')).toMatchObject({ rowCount: 250, truncated: false })
  } finally {
    await room.close()
    await rm(folder, { recursive: true, force: true })
  }
})
