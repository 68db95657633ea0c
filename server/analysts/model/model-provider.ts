/** The border to a model's provider: one step is one call. What lies behind it is somebody else's protocol; tests and cassettes stand here. */
export interface ModelProvider {
  /**
   * Streams what the model says to the messages; `end` comes last. Throws `ProviderFault`, and the signal's reason once it fired,
   * which closes the connection. Never retries by itself.
   */
  step(request: StepRequest, signal: AbortSignal): AsyncIterable<ModelPart>
}

export interface StepRequest {
  readonly system: string
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly ToolDescription[]
  /** The last step of a turn: the model must answer with what it has. */
  readonly mayCallTools: boolean
}

/** `schema` is JSON Schema. */
export interface ToolDescription {
  readonly name: string
  readonly description: string
  readonly schema: Readonly<Record<string, unknown>>
}

export type ModelMessage =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly parts: readonly AssistantPart[] }
  | { readonly role: 'tool'; readonly results: readonly { readonly call: ToolCall; readonly text: string }[] }

/** `own` is what the provider wants back beside it: the signature of a thought, say. */
export type AssistantPart = { readonly own?: Readonly<Record<string, unknown>> } & (
  | { readonly kind: 'text' | 'thought'; readonly text: string }
  | { readonly kind: 'call'; readonly call: ToolCall }
)

/** `input` is JSON as the model wrote it, perhaps broken. */
export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly input: string
}

export interface StepUse {
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly outputTokens: number
}

export type ModelPart =
  | { readonly kind: 'text' | 'thought'; readonly text: string }
  /** `parts` is all that was said, in order, as the next request has to repeat it. */
  | { readonly kind: 'end'; readonly reason: EndReason; readonly use: StepUse; readonly parts: readonly AssistantPart[] }

export type EndReason = 'stop' | 'calls' | 'length' | 'refusal' | 'cut'

/** What went wrong at the provider's side. */
export type FaultKind = 'key' | 'unknown-model' | 'rejected' | 'busy' | 'broken' | 'unreachable' | 'cut' | 'stalled'

export class ProviderFault extends Error {
  readonly kind: FaultKind
  /** How long the provider asks to wait. */
  readonly retryAfterMs: number | undefined
  constructor(kind: FaultKind, options: { retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(`The provider: ${kind}`, { cause: options.cause })
    this.name = 'ProviderFault'
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs
  }
}
