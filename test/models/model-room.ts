import type { Model } from '../../contract/model.ts'
import type { TurnWithRows } from '../../contract/turn.ts'
import type { World } from '../../server/app.ts'
import { Person } from '../person.ts'
import { startServer, type TestServer } from '../server.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'

export interface ModelRoom {
  readonly server: TestServer
  readonly scripted: ScriptedModel
  readonly owner: Person
  /** Connects the scripted model; of Anthropic's protocol where asked. */
  connect(more?: {
    name?: string
    provider?: 'anthropic' | 'openai' | 'openai-compatible'
    price?: { input: number; output: number }
  }): Promise<Model>
  /** A conversation about the orders of a small shop. */
  converse(csv?: string): Promise<string>
  ask(conversationId: string, question: string, modelId?: string): Promise<TurnWithRows>
  close(): Promise<void>
}

/** A key that must never be seen again once it was entered. */
export const KEY = 'sk-scripted-0123456789abcdef'

export const ORDERS = `id,country,amount
1,France,10
2,France,20
3,Germany,40
4,Sweden,5
`

/** A whole QRY beside a scripted model. */
export async function openModelRoom(world: World = {}, environment: Record<string, string> = {}): Promise<ModelRoom> {
  const scripted = await startScriptedModel()
  const server = await startServer(environment, world)
  const owner = await Person.owner(server.address)
  return {
    server,
    scripted,
    owner,
    async connect({ name = 'Scripted', provider = 'openai-compatible', price } = {}) {
      scripted.script([{ reply: { text: 'Yes.' } }])
      const config = { provider, model: 'scripted', baseUrl: scripted.baseUrl, key: KEY, ...(price ? { price } : {}) }
      const { status, body } = await owner.call<Model>('POST', '/api/models', { name, config })
      if (status !== 201) throw new Error(JSON.stringify(body))
      return body
    },
    async converse(csv = ORDERS) {
      const { body: upload } = await owner.upload({ name: 'orders.csv', text: csv })
      return (await owner.conversation([upload.id])).id
    },
    async ask(id, question, modelId) {
      const { status, body } = await owner.call<TurnWithRows>('POST', `/api/conversations/${id}/turns?wait=1`, {
        question,
        analyst: 'model',
        ...(modelId ? { modelId } : {}),
      })
      if (status !== 200) throw new Error(JSON.stringify(body))
      return body
    },
    async close() {
      await server.close()
      await scripted.close()
    },
  }
}
