import type { z } from 'zod'
import type { Endpoint } from '../../contract/endpoint.ts'
import { CallError, callErrorOf, unreachable } from './call-error.ts'

type Part<E, Name extends 'params' | 'query' | 'body'> =
  E extends Record<Name, infer S extends z.ZodType>
    ? Record<never, never> extends z.input<S>
      ? { readonly [K in Name]?: z.input<S> }
      : { readonly [K in Name]: z.input<S> }
    : unknown

export type CallInput<E extends Endpoint> = Part<E, 'params'> &
  Part<E, 'query'> &
  Part<E, 'body'> & { readonly signal?: AbortSignal }

interface AnyInput {
  readonly params?: Record<string, string | number>
  readonly query?: Record<string, string | number | boolean | undefined>
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/** The address of an endpoint with its parameters and query filled in. */
export function addressOf(endpoint: Endpoint, input: AnyInput): string {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(input.params?.[name] ?? '')))
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input.query ?? {})) if (value !== undefined) query.set(name, String(value))
  return query.size > 0 ? `${path}?${query.toString()}` : path
}

/**
 * Calls one endpoint of the contract and answers its validated output.
 * Throws `CallError`: what the server refused, `unavailable` when it was not reached, `internal` when the answer has another shape.
 */
export async function call<const E extends Endpoint>(endpoint: E, input: CallInput<E>): Promise<z.output<E['output']>> {
  const { body, signal } = input as AnyInput
  const response = await fetch(addressOf(endpoint, input as AnyInput), {
    method: endpoint.method,
    headers: { accept: 'application/json', ...(endpoint.body ? { 'content-type': 'application/json' } : {}) },
    ...(endpoint.body ? { body: JSON.stringify(body ?? {}) } : {}),
    ...(signal ? { signal } : {}),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause
    throw unreachable(cause)
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw callErrorOf(response.status, answer)
  const output = endpoint.output.safeParse(answer)
  if (!output.success)
    throw new CallError('internal', 'The server answered in a shape this page does not know. Reload the page.', {
      cause: output.error,
    })
  return output.data as z.output<E['output']>
}
