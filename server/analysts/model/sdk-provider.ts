import { APICallError, type JSONObject, type LanguageModelV4, type LanguageModelV4Prompt } from '@ai-sdk/provider'
import type { ModelConfig } from '../../../contract/model.ts'
import {
  type AssistantPart,
  type EndReason,
  type ModelMessage,
  type ModelPart,
  type ModelProvider,
  ProviderFault,
  type StepRequest,
} from './model-provider.ts'

/** Nothing came from the provider for so long: it hangs. Models that think send something meanwhile. */
const STALL_MS = 120_000

/** A model behind the model layer of the AI SDK. The library of a provider is loaded when it is first asked for. */
export function openProvider(config: ModelConfig, stallMs = STALL_MS): ModelProvider {
  let opened: Promise<LanguageModelV4> | undefined
  return {
    async *step(request, signal) {
      signal.throwIfAborted()
      opened ??= open(config)
      yield* stream(await opened, request, signal, stallMs)
    },
  }
}

async function open({ provider, model, baseUrl, key }: ModelConfig): Promise<LanguageModelV4> {
  const settings = { apiKey: key ?? '', ...(baseUrl === undefined ? {} : { baseURL: baseUrl }) }
  switch (provider) {
    case 'anthropic':
      return (await import('@ai-sdk/anthropic')).createAnthropic(settings)(model)
    case 'openai':
      return (await import('@ai-sdk/openai')).createOpenAI(settings).chat(model)
    case 'google':
      return (await import('@ai-sdk/google')).createGoogleGenerativeAI(settings)(model)
    case 'openai-compatible': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      const open = { name: 'server', baseURL: baseUrl ?? '', includeUsage: true, ...(key ? { apiKey: key } : {}) }
      return createOpenAICompatible(open).chatModel(model)
    }
  }
}

async function* stream(
  model: LanguageModelV4,
  request: StepRequest,
  signal: AbortSignal,
  stallMs: number,
): AsyncGenerator<ModelPart> {
  const stalled = new AbortController()
  const wait = () => setTimeout(() => stalled.abort(new ProviderFault('stalled')), stallMs)
  let waiting = wait()
  try {
    const { stream: parts } = await model.doStream({
      prompt: promptOf(request),
      tools: request.tools.map(({ name, description, schema }) => ({
        type: 'function' as const,
        name,
        description,
        inputSchema: schema,
      })),
      toolChoice: { type: request.mayCallTools ? 'auto' : 'none' },
      abortSignal: AbortSignal.any([signal, stalled.signal]),
    })
    const said = new SaidParts()
    let isEnded = false
    for await (const part of parts) {
      clearTimeout(waiting)
      switch (part.type) {
        case 'text-delta':
        case 'reasoning-delta': {
          const kind = part.type === 'text-delta' ? 'text' : 'thought'
          said.add(kind, part.id, part.delta, part.providerMetadata)
          if (part.delta !== '') yield { kind, text: part.delta }
          break
        }
        case 'text-end':
        case 'reasoning-end':
          said.add(part.type === 'text-end' ? 'text' : 'thought', part.id, '', part.providerMetadata)
          break
        case 'tool-call':
          said.call({ id: part.toolCallId, name: part.toolName, input: part.input }, part.providerMetadata)
          break
        case 'error':
          throw part.error
        case 'finish': {
          isEnded = true
          const { inputTokens, outputTokens } = part.usage
          const use = {
            inputTokens: inputTokens.total ?? 0,
            cachedTokens: inputTokens.cacheRead ?? 0,
            outputTokens: outputTokens.total ?? 0,
          }
          yield { kind: 'end', reason: reasonOf(part.finishReason.unified, said.hasCalls), use, parts: said.parts }
        }
      }
      waiting = wait()
    }
    if (!isEnded) throw new ProviderFault('cut')
  } catch (error) {
    signal.throwIfAborted()
    stalled.signal.throwIfAborted()
    throw faultOf(error)
  } finally {
    clearTimeout(waiting)
  }
}

/** What the model said, put together from its pieces. */
class SaidParts {
  readonly #blocks: { id: string | undefined; part: AssistantPart }[] = []

  add(kind: 'text' | 'thought', id: string, text: string, own: JSONObject | undefined): void {
    const at = this.#blocks.findIndex((block) => block.id === `${kind} ${id}`)
    const known = this.#blocks[at]?.part
    const before = known && known.kind !== 'call' ? known.text : ''
    const kept = own ?? known?.own
    const part: AssistantPart = { kind, text: before + text, ...(kept ? { own: kept } : {}) }
    if (at >= 0) this.#blocks[at] = { id: `${kind} ${id}`, part }
    else this.#blocks.push({ id: `${kind} ${id}`, part })
  }

  call(call: { id: string; name: string; input: string }, own: JSONObject | undefined): void {
    this.#blocks.push({ id: undefined, part: { kind: 'call', call, ...(own ? { own } : {}) } })
  }

  get hasCalls(): boolean {
    return this.#blocks.some(({ part }) => part.kind === 'call')
  }

  get parts(): AssistantPart[] {
    return this.#blocks.map(({ part }) => part)
  }
}

function reasonOf(unified: string, hasCalls: boolean): EndReason {
  if (unified === 'length') return 'length'
  if (unified === 'content-filter') return 'refusal'
  if (unified === 'interrupted' || unified === 'error') return 'cut'
  return hasCalls ? 'calls' : 'stop'
}

function promptOf({ system, messages }: StepRequest): LanguageModelV4Prompt {
  // NOTE: only Anthropic reads this: what stands before the mark is kept on its side and cheaper the next time.
  const kept = { anthropic: { cacheControl: { type: 'ephemeral' } } }
  return [{ role: 'system', content: system, providerOptions: kept }, ...messages.map(messageOf)]
}

function messageOf(message: ModelMessage): LanguageModelV4Prompt[number] {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: message.text }] }
    case 'assistant':
      return {
        role: 'assistant',
        content: message.parts.map((part) => {
          const own = part.own ? { providerOptions: part.own as Record<string, JSONObject> } : {}
          if (part.kind !== 'call')
            return { type: part.kind === 'text' ? ('text' as const) : ('reasoning' as const), text: part.text, ...own }
          const { id, name, input } = part.call
          return { type: 'tool-call' as const, toolCallId: id, toolName: name, input: parsed(input), ...own }
        }),
      }
    case 'tool':
      return {
        role: 'tool',
        content: message.results.map(({ call, text }) => ({
          type: 'tool-result' as const,
          toolCallId: call.id,
          toolName: call.name,
          output: { type: 'text' as const, value: text },
        })),
      }
  }
}

/** A call that could not be read is repeated to the provider as an empty one. */
function parsed(input: string): unknown {
  try {
    const value: unknown = JSON.parse(input)
    return value !== null && typeof value === 'object' ? value : {}
  } catch {
    return {}
  }
}

function faultOf(error: unknown): ProviderFault {
  if (error instanceof ProviderFault) return error
  if (!APICallError.isInstance(error)) return new ProviderFault('cut', { cause: error })
  const { statusCode: status, responseHeaders } = error
  const options = { cause: error, retryAfterMs: retryAfterMs(responseHeaders) }
  if (status === undefined) return new ProviderFault('unreachable', options)
  // NOTE: a good status and yet an error: what came could not be read.
  if (status < 400) return new ProviderFault('cut', options)
  if (status === 401 || status === 403) return new ProviderFault('key', options)
  if (status === 404) return new ProviderFault('unknown-model', options)
  if (status === 429) return new ProviderFault('busy', options)
  return new ProviderFault(status >= 500 || status === 408 ? 'broken' : 'rejected', options)
}

/** `retry-after` is seconds or a date; some send `retry-after-ms`. */
function retryAfterMs(headers: Readonly<Record<string, string>> = {}): number | undefined {
  const ms = Number(headers['retry-after-ms'] ?? Number.NaN)
  if (Number.isFinite(ms)) return ms
  const text = headers['retry-after']
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (Number.isFinite(seconds)) return seconds * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.parse(headers['date'] ?? new Date().toUTCString()))
}
