import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { type ModelConfig, ProviderKind } from '../../contract/model.ts'
import {
  type AssistantPart,
  type ModelMessage,
  type ModelPart,
  type ModelProvider,
  ProviderFault,
  type StepRequest,
} from './model/model-provider.ts'
import { openProvider } from './model/sdk-provider.ts'

/**
 * Exchanges with a model, kept in a file of JSON lines, so that a run that somebody with a key recorded can be played again by anybody. An exchange
 * is found by a digest of the model, all that it was told, and its tools; ids of calls and the key are in neither. A replay is strict: what was not
 * recorded fails, and where only the prompts are others than those that were recorded with, the failure says that.
 */
export interface Cassette {
  openProvider(config: ModelConfig): ModelProvider
}

const VERSION = 1

const Call = z.object({ id: z.string(), name: z.string(), input: z.string() })
const Said = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['text', 'thought']), text: z.string() }),
  z.object({ kind: z.literal('call'), call: Call }),
])
const Part = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['text', 'thought']), text: z.string() }),
  z.object({
    kind: z.literal('end'),
    reason: z.enum(['stop', 'calls', 'length', 'refusal', 'cut']),
    use: z.object({ inputTokens: z.number(), cachedTokens: z.number(), outputTokens: z.number() }),
    parts: z.array(Said),
  }),
])
const FaultKind = z.enum(['key', 'unknown-model', 'rejected', 'busy', 'broken', 'unreachable', 'cut', 'stalled'])
const Head = z.object({ format: z.literal('qry-cassette'), version: z.literal(VERSION) })
const Exchange = z.object({
  provider: ProviderKind,
  model: z.string(),
  key: z.string(),
  /** The same without what QRY itself says to a model, and what that was. */
  question: z.string(),
  prompts: z.string(),
  parts: z.array(Part),
  fault: z.object({ kind: FaultKind, retryAfterMs: z.number().optional() }).optional(),
})
type Exchange = z.infer<typeof Exchange>

/** A replay was asked for what the cassette does not hold. */
class CassetteMiss extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CassetteMiss'
  }
}

/** Asks the provider, and keeps what was said, pieces put together again, as a key may lie over two of them. Begins the file anew. */
export function recordCassette(path: string, open: (config: ModelConfig) => ModelProvider = openProvider): Cassette {
  writeFileSync(path, `${JSON.stringify({ format: 'qry-cassette', version: VERSION })}\n`)
  return {
    openProvider(config) {
      const provider = open(config)
      return {
        async *step(request, signal) {
          const ids = new Map<string, string>()
          const parts: z.infer<typeof Part>[] = []
          const keep = (fault?: Exchange['fault']): void => {
            const made: Exchange = { ...digestsOf(config, request, ids), parts, ...(fault ? { fault } : {}) }
            appendFileSync(path, `${scrubbed(JSON.stringify(made), config.key)}\n`)
          }
          digestsOf(config, request, ids)
          let isLost = false
          try {
            for await (const part of provider.step(request, signal)) {
              const last = parts.at(-1)
              if (part.kind === 'end') parts.push({ ...part, parts: part.parts.map((one) => withoutIds(one, ids)) })
              else if (last?.kind === part.kind) parts.splice(-1, 1, { kind: part.kind, text: last.text + part.text })
              else parts.push(part)
              yield part
            }
          } catch (error) {
            isLost = true
            if (error instanceof ProviderFault)
              keep({ kind: error.kind, ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }) })
            throw error
          } finally {
            // NOTE: whoever heard enough leaves early; what was heard is kept.
            if (!isLost) keep()
          }
        },
      }
    },
  }
}

/** Says again what was recorded, each exchange once and in its order. Throws where the file is none of this version. */
export function replayCassette(path: string): Cassette & { readonly model: Pick<ModelConfig, 'provider' | 'model'> | undefined } {
  const [head = '', ...lines] = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  Head.parse(JSON.parse(head))
  const exchanges = lines.map((line) => Exchange.parse(JSON.parse(line)))
  const left = Map.groupBy(exchanges, ({ key }) => key)
  const questions = new Map(exchanges.map(({ question, prompts }) => [question, prompts]))
  const [first] = exchanges
  return {
    model: first && { provider: first.provider, model: first.model },
    openProvider: (config) => ({
      async *step(request, signal): AsyncGenerator<ModelPart> {
        signal.throwIfAborted()
        const { key, question, prompts } = digestsOf(config, request, new Map())
        const exchange = left.get(key)?.shift()
        if (!exchange) {
          const known = questions.get(question)
          throw new CassetteMiss(
            known !== undefined && known !== prompts
              ? 'This exchange was recorded with other prompts or tools than those of today: record the cassette anew.'
              : 'The cassette does not hold this exchange, or holds it fewer times.',
          )
        }
        for (const part of exchange.parts) yield part
        if (exchange.fault) throw new ProviderFault(exchange.fault.kind, { retryAfterMs: exchange.fault.retryAfterMs })
      },
    }),
  }
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')

function digestsOf({ provider, model, key: secret }: ModelConfig, request: StepRequest, ids: Map<string, string>) {
  const { system, messages, tools, mayCallTools } = request
  const told = messages.map((message) => plainMessage(message, ids))
  const plain = (value: unknown): unknown => JSON.parse(scrubbed(JSON.stringify(value), secret))
  return {
    ...{ provider, model },
    key: digest(plain({ provider, model, system, told, tools, mayCallTools })),
    question: digest(plain({ provider, model, told, mayCallTools })),
    prompts: digest(plain({ system, tools })),
  }
}

function plainMessage(message: ModelMessage, ids: Map<string, string>): unknown {
  if (message.role === 'user') return message
  if (message.role === 'assistant') return { role: message.role, parts: message.parts.map((part) => withoutIds(part, ids)) }
  return {
    role: message.role,
    results: message.results.map(({ call, text }) => ({ call: { ...call, id: idOf(call.id, ids) }, text })),
  }
}

/** What a provider wants back beside a part is its own affair, and its ids are others each time. */
function withoutIds(part: AssistantPart, ids: Map<string, string>): z.infer<typeof Said> {
  return part.kind === 'call'
    ? { kind: 'call', call: { ...part.call, id: idOf(part.call.id, ids) } }
    : { kind: part.kind, text: part.text }
}

function idOf(id: string, ids: Map<string, string>): string {
  const known = ids.get(id) ?? `call-${ids.size + 1}`
  ids.set(id, known)
  return known
}

/** JSON without the key, and without what looks like one. */
const scrubbed = (json: string, secret: string | undefined): string =>
  (secret && secret.length > 5 ? json.replaceAll(secret, '[key]') : json).replace(/\b(?:sk|key|pk)-[\w-]{16,}/g, '[key]')
