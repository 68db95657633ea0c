import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConversationId, UploadId } from '../contract/id.ts'
import type { TurnLoop } from '../server/analysts/turn-loop.ts'
import type { Conversations } from '../server/conversations/conversations.ts'
import type { Dashboards } from '../server/dashboards/dashboards.ts'
import type { Sharing } from '../server/sharing/sharing.ts'
import type { Actor } from '../server/tenancy/actor.ts'
import type { Tenancy } from '../server/tenancy/tenancy.ts'
import { demoDashboard } from './dashboard.ts'
import { demoShop } from './shop.ts'

export interface DemoRooms {
  readonly tenancy: Pick<Tenancy, 'makeDemo' | 'demoActor'>
  readonly conversations: Pick<Conversations, 'addUpload' | 'create' | 'list' | 'turn'>
  readonly turnLoop: Pick<TurnLoop, 'ask' | 'confirm'>
  readonly dashboards: Pick<Dashboards, 'create'>
  readonly sharing: Pick<Sharing, 'share' | 'state'>
}

const DEMO_NAME = 'Ridge Outdoor, a demo'
const TITLE = 'How the shop is doing'

/** The finished conversation. Each question is asked of the basic analyst as a person would, who runs a reading that waits; nothing is written into the log by hand. */
const questions = [
  'Total revenue by month',
  'Revenue by category',
  'Top 10 products by revenue',
  'Number of orders by channel',
  'Average revenue by country this year',
]

/** The demo of this server: its name and the path of its public page, null once somebody closed the link. */
export interface Demo {
  readonly name: string
  readonly sharedPath: string | null
}

/** Makes the demo where it is not there yet: a tenant, a shop, a conversation, a dashboard, a public link to each. */
export async function seedDemo(rooms: DemoRooms, now: Date, tempDir: string): Promise<Demo> {
  const actor = await rooms.tenancy.makeDemo(DEMO_NAME)
  const [known] = await rooms.conversations.list(actor, { offset: 0, limit: 1 })
  if (!known) await tellStory(rooms, actor, now, tempDir)
  return { name: DEMO_NAME, sharedPath: await sharedPathOf(rooms, actor) }
}

/** The demo where there is one. */
export async function findDemo(rooms: DemoRooms): Promise<Demo | null> {
  const actor = await rooms.tenancy.demoActor()
  return actor ? { name: DEMO_NAME, sharedPath: await sharedPathOf(rooms, actor) } : null
}

async function tellStory(
  { conversations, turnLoop, dashboards, sharing }: DemoRooms,
  actor: Actor,
  now: Date,
  tempDir: string,
): Promise<void> {
  const uploadIds = await uploadShop({ conversations }, actor, now, tempDir)
  const id = await conversations.create(actor, { title: TITLE, uploadIds })
  for (const question of questions) {
    const turn = await turnLoop.ask(actor, id, { question, uploadIds: [] })
    await turn.finished
    const { status } = await conversations.turn(actor, id, turn.turnId)
    if (status === 'needs-confirmation') await (await turnLoop.confirm(actor, id, turn.turnId)).finished
  }
  await sharing.share(actor, id, '')
  const dashboard = await dashboards.create(actor, demoDashboard(id))
  await sharing.share(actor, dashboard.id, '')
}

/** Brings the shop's files as uploads of the actor. */
export async function uploadShop(
  { conversations }: Pick<DemoRooms, 'conversations'>,
  actor: Actor,
  now: Date,
  tempDir: string,
): Promise<UploadId[]> {
  await mkdir(tempDir, { recursive: true })
  const ids: UploadId[] = []
  for (const { name, text } of demoShop(now)) {
    const path = join(tempDir, `demo-${randomUUID()}`)
    await writeFile(path, text)
    try {
      ids.push((await conversations.addUpload(actor, { path, name })).id)
    } finally {
      await rm(path, { force: true })
    }
  }
  return ids
}

/** Where the story stands in public, unless somebody closed its link. */
async function sharedPathOf({ conversations, sharing }: DemoRooms, actor: Actor): Promise<string | null> {
  const listed = await conversations.list(actor, { offset: 0, limit: 200 })
  const story: ConversationId | undefined = listed.find(({ title }) => title === TITLE)?.id
  if (!story) return null
  const state = await sharing.state(actor, story, '')
  return state.visibility === 'public' ? state.url : null
}
