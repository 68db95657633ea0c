import { readFileSync } from 'node:fs'
import type { ModelUse } from '../../contract/model.ts'
import type { Analyst } from './analyst.ts'
import { asData } from './model/as-data.ts'
import { describeNotes } from './model/describe-notes.ts'
import { historyOf } from './model/history.ts'
import { linkSchema } from './model/link-schema.ts'
import type { StepUse } from './model/model-provider.ts'
import { createModelTools } from './model/model-tools.ts'
import type { Sleep } from './model/persist.ts'
import { runToolLoop } from './model/tool-loop.ts'
import type { Models } from './models.ts'

const instructions = readFileSync(new URL('model/prompts/system.md', import.meta.url), 'utf8')

/** Answers with a language model that works through the same tools as everybody, under the tenant's budget. */
export function createModelAnalyst(models: Pick<Models, 'open' | 'count'>, sleep: Sleep): Analyst {
  return {
    name: 'model',
    async answer(given, tools) {
      const question = given.wholeCatalog ? { ...given, catalog: await given.wholeCatalog() } : given
      const { actor, text, catalog, earlier, now, signal } = question
      const model = await models.open(actor, question.modelId)
      const notes = describeNotes(catalog, text)
      const dialect = catalog.dialect ?? 'duckdb'
      const system = `${instructions}\nToday is ${now.toISOString().slice(0, 10)}. The SQL dialect is ${dialect}.\n\nThe catalog:\n${asData(linkSchema(text, catalog, now))}${notes === '' ? '' : `\n\nWhat the people who know this data noted. Names and figures mean what stands here:\n${notes}`}`
      const modelTools = createModelTools(question, tools)
      const used: StepUse[] = []
      try {
        return await runToolLoop({
          provider: model.provider,
          system,
          messages: [...historyOf(earlier), { role: 'user', text }],
          tools,
          modelTools,
          tokensLeft: model.tokensPerTurn,
          signal,
          sleep,
          onUse: (use) => void used.push(use),
        })
      } finally {
        const use = sumOf(used, model)
        if (use.inputTokens + use.outputTokens > 0) {
          await models.count(actor, use)
          await tools.count(use)
        }
      }
    },
  }
}

function sumOf(used: readonly StepUse[], { name, price }: Awaited<ReturnType<Models['open']>>): ModelUse {
  const sum = (pick: (use: StepUse) => number): number => used.reduce((total, use) => total + pick(use), 0)
  const inputTokens = sum((use) => use.inputTokens)
  const outputTokens = sum((use) => use.outputTokens)
  const cost = price && (inputTokens * price.input + outputTokens * price.output) / 1_000_000
  return {
    model: name,
    inputTokens,
    cachedTokens: sum((use) => use.cachedTokens),
    outputTokens,
    ...(cost === undefined ? {} : { cost }),
  }
}
