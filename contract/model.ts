import { z } from 'zod'
import { ModelId } from './id.ts'

/** Who speaks which protocol. `openai-compatible` is any server that speaks OpenAI's: Ollama, vLLM, LM Studio. */
export const ProviderKind = z.enum(['anthropic', 'openai', 'google', 'openai-compatible'])
export type ProviderKind = z.infer<typeof ProviderKind>

const line = z.string().trim().min(1).max(300)

/** In the currency of the provider's bill, per million tokens. */
export const ModelPrice = z.object({ input: z.number().nonnegative(), output: z.number().nonnegative() })
export type ModelPrice = z.infer<typeof ModelPrice>

/** How to reach a model. A key that is left out stays as it was when a model is changed; it never comes back. */
export const ModelConfig = z.object({
  provider: ProviderKind,
  /** The provider's own name of the model. */
  model: line,
  baseUrl: z.url({ protocol: /^https?$/, message: 'Write an address that starts with http:// or https://.' }).optional(),
  key: z.string().trim().max(2000).optional(),
  price: ModelPrice.optional(),
})
export type ModelConfig = z.infer<typeof ModelConfig>

/** What came of the last small test call. `message` says what to do. */
export const ModelState = z.object({ ok: z.boolean(), message: z.string(), checkedAt: z.string(), durationMs: z.number() })
export type ModelState = z.infer<typeof ModelState>

/** A model as members see it. `config` is for those who manage models. */
export const Model = z.object({
  id: ModelId,
  name: z.string(),
  /** Asked where a question names no other. */
  isDefault: z.boolean(),
  state: ModelState.optional(),
  config: ModelConfig.omit({ key: true }).extend({ hasKey: z.boolean() }).optional(),
})
export type Model = z.infer<typeof Model>

/** A server found on a usual port of this machine, with the models it has. Offered, never used unasked. */
export const LocalModelServer = z.object({ name: z.string(), baseUrl: z.string(), models: z.array(z.string()) })
export type LocalModelServer = z.infer<typeof LocalModelServer>

/** What all models of the tenant may use. `null` means no limit. */
export const ModelBudget = z.object({
  tokensPerTurn: z.number().int().positive().nullable(),
  tokensPerDay: z.number().int().positive().nullable(),
})
export type ModelBudget = z.infer<typeof ModelBudget>

/** Tokens that an answer took, and what they cost where the model's price is known. */
export const ModelUse = z.object({
  /** What people call the model. */
  model: z.string(),
  inputTokens: z.number().int(),
  /** Of the input tokens, those the provider had kept. */
  cachedTokens: z.number().int(),
  outputTokens: z.number().int(),
  cost: z.number().optional(),
})
export type ModelUse = z.infer<typeof ModelUse>
