import type { ProviderKind } from '../../contract/model.ts'

export interface OfferedProvider {
  readonly provider: ProviderKind
  readonly name: string
  readonly hint: string
  /** How its models are named, for example. */
  readonly example: string
}

export const offeredProviders: readonly OfferedProvider[] = [
  { provider: 'anthropic', name: 'Anthropic', hint: 'Claude, with a key', example: 'claude-sonnet-5-5' },
  { provider: 'openai', name: 'OpenAI', hint: 'GPT, with a key', example: 'gpt-5.6' },
  { provider: 'google', name: 'Google', hint: 'Gemini, with a key', example: 'gemini-flash-latest' },
  {
    provider: 'openai-compatible',
    name: 'Server of your own',
    hint: 'Ollama, vLLM, LM Studio, or what speaks OpenAI’s protocol',
    example: 'qwen3-coder:30b',
  },
]

export const providerName = (provider: ProviderKind): string =>
  offeredProviders.find((offered) => offered.provider === provider)?.name ?? provider
