import type { Reply } from '../test/models/reply.ts'
import { startScriptedModel } from '../test/models/scripted-model.ts'

/** A scripted model that knows the gold: it says `first`, and the gold once it is told of a fault or a doubt. */
export interface Oracle {
  /** What the product's setting OPENAI_BASE_URL must be. */
  readonly baseUrl: string
  expect(statement: { readonly gold: string; readonly first: string }): void
  close(): Promise<void>
}

const call = (sql: string): Reply => ({
  calls: [{ name: 'run_sql', input: { shape: 'as the question asks', purpose: 'answer', title: 'Answer', sql } }],
})

/** As `npm run eval -- --oracle exact` needs it: with the gold as the first answer, all that is lost is lost by the pipeline. */
export async function startOracle(): Promise<Oracle> {
  const scripted = await startScriptedModel()
  let now = { gold: '', first: '' }
  scripted.script(({ messages, toolResult }) => {
    const tries = messages
      .slice(messages.findLastIndex(({ role }) => role === 'user'))
      .filter(({ role }) => role === 'tool').length
    if (tries === 0) return call(now.first)
    const isTold = /^It failed:|\nDoubt: /.test(toolResult ?? '')
    return isTold && tries === 1 && now.first !== now.gold ? call(now.gold) : { text: 'That is the answer.' }
  })
  return {
    baseUrl: scripted.baseUrl,
    expect(statement) {
      now = statement
    },
    close: () => scripted.close(),
  }
}
