import { KnownError } from '../../../contract/error.ts'
import { type FaultKind, type ModelPart, type ModelProvider, ProviderFault, type StepRequest } from './model-provider.ts'

/** Waits; rejects with the signal's reason once it fires. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<unknown>

const MOST_TRIES = 4
const FIRST_WAIT_MS = 500
/** A provider that asks for more is not waited for: the person is told. */
const LONGEST_WAIT_MS = 30_000
const passing: readonly FaultKind[] = ['busy', 'broken', 'unreachable', 'cut', 'stalled']

/**
 * A step that is tried again where the fault is likely to pass and nothing was said yet: after what the provider asks for,
 * else after half a second, doubled each time. Ends in `model-failed` with a sentence that says what to do.
 */
export async function* persist(
  provider: ModelProvider,
  request: StepRequest,
  signal: AbortSignal,
  sleep: Sleep,
): AsyncGenerator<ModelPart> {
  for (let attempt = 1; ; attempt++) {
    let hasSpoken = false
    try {
      for await (const part of provider.step(request, signal)) {
        if (part.kind === 'text') hasSpoken = true
        yield part
      }
      return
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error
      const waitMs = error.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (attempt - 1)
      const isWorthIt = passing.includes(error.kind) && !hasSpoken && attempt < MOST_TRIES && waitMs <= LONGEST_WAIT_MS
      if (!isWorthIt) throw new KnownError('model-failed', faultSentence(error, hasSpoken), { cause: error })
      await sleep(waitMs, signal)
    }
  }
}

const sentences: Record<FaultKind, string> = {
  key: 'The model’s provider refused the key. An admin can enter another one under Models.',
  'unknown-model': 'The model’s provider does not know this model or this address. An admin can check both under Models.',
  rejected:
    'The model’s provider did not accept the request. The conversation may be too long for this model, or the model cannot use tools.',
  busy: 'The model’s provider takes no more requests right now, or its quota is used up. Try again in a moment.',
  broken: 'The model’s provider has trouble of its own. Try again in a moment.',
  unreachable: 'The model’s provider could not be reached. Check the address under Models and the network of this server.',
  cut: 'The model’s answer broke off before its end. Run it again.',
  stalled: 'The model stopped answering. Run it again.',
}

export function faultSentence({ kind, retryAfterMs }: ProviderFault, hasSpoken = false): string {
  if (hasSpoken && kind !== 'stalled') return sentences.cut
  if (kind === 'busy' && retryAfterMs !== undefined && retryAfterMs > LONGEST_WAIT_MS)
    return `The model’s provider takes no more requests right now. It asks to wait ${Math.ceil(retryAfterMs / 1000)} seconds.`
  return sentences[kind]
}
