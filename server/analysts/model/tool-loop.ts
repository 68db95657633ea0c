import { KnownError } from '../../../contract/error.ts'
import type { Tools } from '../tools.ts'
import type { EndReason, ModelMessage, ModelPart, ModelProvider, StepUse } from './model-provider.ts'
import type { ModelTools } from './model-tools.ts'
import { persist, type Sleep } from './persist.ts'

const MOST_STEPS = 16
/** What a model says in one step at most, thoughts included. */
const LONGEST_SAYING = 200_000
/** Text travels at most this often. */
const SAY_EVERY_MS = 80

export interface LoopDependencies {
  readonly provider: ModelProvider
  readonly system: string
  readonly messages: readonly ModelMessage[]
  readonly tools: Tools
  readonly modelTools: ModelTools
  /** What the turn may still take, input and output together. */
  readonly tokensLeft: number
  readonly signal: AbortSignal
  readonly sleep: Sleep
  /** Told after each step what it took. */
  readonly onUse: (use: StepUse) => void
}

/**
 * Lets a model answer: step after step, until it calls no tool any more, asks back, or has used up what it may.
 * What it says streams into the turn log as it comes; what its tools answer goes into the next step.
 */
export async function runToolLoop(dependencies: LoopDependencies): Promise<'answered' | 'needs-confirmation'> {
  const { system, tools, modelTools, onUse } = dependencies
  const messages = [...dependencies.messages]
  let tokensLeft = dependencies.tokensLeft
  let hasSpoken = false
  for (let step = 1; ; step++) {
    const mayCallTools = step < MOST_STEPS
    const parts = persist(
      dependencies.provider,
      { system, messages, tools: modelTools.descriptions, mayCallTools },
      dependencies.signal,
      dependencies.sleep,
    )
    const end = await listen(parts, tools, hasSpoken)
    hasSpoken ||= end.hasSpoken
    onUse(end.use)
    tokensLeft -= end.use.inputTokens + end.use.outputTokens
    const calls = end.parts.flatMap((part) => (part.kind === 'call' ? [part.call] : []))
    if (end.reason === 'refusal')
      throw new KnownError('model-failed', 'The model’s provider declined to answer this question. Ask in other words.')
    if (end.reason === 'cut') throw new KnownError('model-failed', 'The model’s answer broke off before its end. Run it again.')
    if (calls.length === 0 || !mayCallTools) {
      if (end.reason === 'length') await tools.say('\n\n*The answer ends here: the model reached the most it may say.*')
      else if (!hasSpoken) throw new KnownError('model-failed', 'The model said nothing. Run it again, or ask in other words.')
      await modelTools.finish()
      return 'answered'
    }
    const results = []
    for (const call of calls) {
      results.push({ call, text: modelTools.isWaiting ? 'Not run: the person was asked.' : await modelTools.run(call) })
    }
    if (modelTools.isWaiting) return 'needs-confirmation'
    if (tokensLeft <= 0) {
      await modelTools.finish()
      throw new KnownError(
        'limit-exceeded',
        'This question took as many tokens as one question may. An admin can raise the limit under Models.',
      )
    }
    messages.push({ role: 'assistant', parts: end.parts }, { role: 'tool', results })
  }
}

type Heard = Extract<ModelPart, { kind: 'end' }> & { readonly reason: EndReason; readonly hasSpoken: boolean }

/** Writes what a step says into the turn log: words into the answer, thoughts into a step of their own. */
async function listen(parts: AsyncIterable<ModelPart>, tools: Tools, hasSpokenBefore: boolean): Promise<Heard> {
  let end: Extract<ModelPart, { kind: 'end' }> | undefined
  let waiting = ''
  let saidAtMs = 0
  let length = 0
  let hasSpoken = false
  let thought: Awaited<ReturnType<Tools['think']>> | undefined
  const flush = async (): Promise<void> => {
    const text = waiting
    waiting = ''
    saidAtMs = performance.now()
    if (text !== '') await (thought ? thought.add(text) : tools.say(text))
  }
  const close = async (): Promise<void> => {
    await flush()
    await thought?.end()
    thought = undefined
  }
  try {
    for await (const part of parts) {
      if (part.kind === 'end') {
        end = part
        continue
      }
      length += part.text.length
      if (length > LONGEST_SAYING)
        throw new KnownError('model-failed', 'The model did not come to an end and was stopped. Ask in other words.')
      if (part.kind === 'thought' && !thought) {
        await close()
        thought = await tools.think()
      } else if (part.kind === 'text' && thought) await close()
      if (part.kind === 'text' && !hasSpoken) {
        hasSpoken = true
        if (hasSpokenBefore) waiting = '\n\n'
      }
      waiting += part.text
      if (performance.now() - saidAtMs > SAY_EVERY_MS) await flush()
    }
  } finally {
    await close()
  }
  if (!end) throw new KnownError('model-failed', 'The model’s answer broke off before its end. Run it again.')
  return { ...end, hasSpoken }
}
