import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startReferenceApp } from './reference-app.ts'

export interface Viewers {
  readonly viewers: number
  /** Answers that were not what the first viewer got. */
  readonly wrong: number
  /** Statements that reached a source meanwhile, and whether the source was there at all. */
  readonly statements: number
  readonly perSecond: number
}

const AT_ONCE = 32
/** Browsers sort by themselves; one viewer in so many asks the server for a sorted page. */
const SORTED = 50

/** F6: viewers who open a page, take its table and sort it, while the database behind it is gone. */
export async function measureViewers(viewers = 10_000): Promise<Viewers> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-viewers-'))
  const path = join(folder, 'shop.sqlite')
  const shop = new DatabaseSync(path)
  shop.exec('CREATE TABLE orders (city TEXT, amount REAL)')
  const insert = shop.prepare('INSERT INTO orders VALUES (?, ?)')
  for (let row = 0; row < 1_000; row++) insert.run(`City ${row % 40}`, row)
  shop.close()
  const reference = await startReferenceApp()
  const { app, actor, url } = reference
  try {
    const { id: sourceId } = await app.sources.create(actor, { kind: 'sqlite', name: 'Shop', config: { path } })
    const id = await app.conversations.create(actor, { uploadIds: [], sourceId })
    const turn = await app.turnLoop.ask(actor, id, { question: '/sql SELECT * FROM orders', uploadIds: [] })
    await turn.finished
    const state = await app.sharing.share(actor, id, url)
    if (state.visibility !== 'public') throw new Error('not public')
    await rm(folder, { recursive: true })
    let statements = 0
    const { query } = app.sources
    app.sources.query = (...asked) => {
      statements += 1
      return query(...asked)
    }
    const parts = ['', '/tables/t1.columns', '/tables/t1.json?sort=amount&desc=1&limit=25']
    const read = async (part: string): Promise<string> => {
      const answer = await fetch(`${url}/shared/${state.token}${part}`)
      return `${answer.status} ${Buffer.from(await answer.arrayBuffer()).toString('base64')}`
    }
    const first = await Promise.all(parts.map(read))
    if (first.some((answer) => !answer.startsWith('200'))) throw new Error('the page does not open')
    let left = viewers
    let wrong = 0
    let requests = 0
    const from = performance.now()
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (left-- > 0)
          for (const [place, part] of (left % SORTED === 0 ? parts : parts.slice(0, 2)).entries()) {
            requests += 1
            if ((await read(part)) !== first[place]) wrong += 1
          }
      }),
    )
    const perSecond = (requests * 1000) / (performance.now() - from)
    return { viewers, wrong, statements, perSecond }
  } finally {
    await reference.close()
    await rm(folder, { recursive: true, force: true })
  }
}
