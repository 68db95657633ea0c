import type { ModelState } from '../../../contract/model.ts'
import type { Clock } from '../../basics/clock.ts'
import { type ModelProvider, ProviderFault } from './model-provider.ts'
import { faultSentence } from './persist.ts'

const TRY_TIMEOUT_MS = 30_000

/** A small call with a tool on offer: a model that takes no tools fails here and not at the first question. */
export async function tryProvider(provider: ModelProvider, clock: Clock): Promise<ModelState> {
  const startMs = clock().getTime()
  const signal = AbortSignal.timeout(TRY_TIMEOUT_MS)
  const outcome = await ask(provider, signal).catch((error: unknown) => {
    if (error instanceof ProviderFault) return { ok: false, message: faultSentence(error) }
    if (signal.aborted) return { ok: false, message: `It did not answer within ${TRY_TIMEOUT_MS / 1000} seconds.` }
    throw error
  })
  return { ...outcome, checkedAt: clock().toISOString(), durationMs: clock().getTime() - startMs }
}

async function ask(provider: ModelProvider, signal: AbortSignal): Promise<Pick<ModelState, 'ok' | 'message'>> {
  const schema = { type: 'object', properties: {}, additionalProperties: false }
  const request = {
    system: 'This is a test of the connection. Answer with one word.',
    messages: [{ role: 'user' as const, text: 'Are you there?' }],
    tools: [{ name: 'nothing', description: 'Does nothing. Do not call it.', schema }],
    mayCallTools: true,
  }
  for await (const part of provider.step(request, signal)) if (part.kind === 'end') return { ok: true, message: 'It answered.' }
  return { ok: false, message: 'It said nothing.' }
}
