import type { ModelConfig } from '../../contract/model.ts'
import { listModels } from './model/local-servers.ts'

/** Keys that the server was started with; each becomes a tenant's first model. */
export interface ServerKeys {
  readonly anthropic: string | undefined
  readonly openai: string | undefined
  readonly google: string | undefined
  /** A server that speaks OpenAI's protocol, asked with the key of `openai`. */
  readonly openaiBaseUrl: string | undefined
}

export async function firstModels({ anthropic, openai, google, openaiBaseUrl }: ServerKeys) {
  const found: { name: string; config: ModelConfig }[] = []
  if (anthropic) found.push({ name: 'Claude', config: { provider: 'anthropic', model: 'claude-sonnet-5-5', key: anthropic } })
  if (openaiBaseUrl) {
    const [model = 'default'] = (await listModels(openaiBaseUrl, openai)) ?? []
    const key = openai ? { key: openai } : {}
    found.push({ name: model, config: { provider: 'openai-compatible', model, baseUrl: openaiBaseUrl, ...key } })
  } else if (openai) found.push({ name: 'GPT', config: { provider: 'openai', model: 'gpt-5.6', key: openai } })
  if (google) found.push({ name: 'Gemini', config: { provider: 'google', model: 'gemini-flash-latest', key: google } })
  return found
}
