import type { Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import type { Endpoint } from '../../contract/endpoint.ts'
import { KnownError } from '../../contract/error.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { Tenancy } from '../tenancy/tenancy.ts'
import { actorOf, type DoorContext, type DoorEnvironment, requireOwnPage } from './request-context.ts'

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

export interface EndpointInput<E extends Endpoint> {
  readonly actor: E['isOpen'] extends true ? undefined : Actor
  readonly params: Parsed<E['params']>
  readonly query: Parsed<E['query']>
  readonly body: Parsed<E['body']>
  readonly context: DoorContext
  /** Sets another status than the endpoint's own. */
  readonly answerWith: (status: ContentfulStatusCode) => void
}

/** Binds one endpoint of the contract to its handler: validates what comes in, finds the actor, answers JSON. */
export function serveEndpoint<E extends Endpoint>(
  app: Hono<DoorEnvironment>,
  tenancy: Tenancy,
  endpoint: E,
  handle: (input: EndpointInput<E>) => Promise<z.input<E['output']>>,
): void {
  app.on(endpoint.method, endpoint.path, async (context) => {
    const actor = endpoint.isOpen ? undefined : await actorOf(context, tenancy)
    if (endpoint.isOpen) requireOwnPage(context)
    let status = (endpoint.status ?? 200) as ContentfulStatusCode
    const input = {
      actor,
      params: endpoint.params && parseParams(endpoint.params, context.req.param()),
      query: endpoint.query && parse(endpoint.query, context.req.query()),
      body: endpoint.body && parse(endpoint.body, await jsonBody(context)),
      context,
      answerWith: (chosen: ContentfulStatusCode) => {
        status = chosen
      },
      // The schemas above are the endpoint's own, so the parsed values have its types.
    } as unknown as EndpointInput<E>
    const output = await handle(input)
    return context.json(output as object, status)
  })
}

/** The value, or `invalid-input` with the first complaint as its sentence and all of them as details. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  const first = issues[0]
  throw new KnownError('invalid-input', first ? (first.path ? `${first.path}: ${first.message}` : first.message) : undefined, {
    details: { issues },
  })
}

/** An id of the wrong form names nothing: `not-found`, like an unknown one. */
function parseParams(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value)
  if (!result.success) throw new KnownError('not-found')
  return result.data
}

const MAX_JSON_BYTES = 1_000_000

async function jsonBody(context: DoorContext): Promise<unknown> {
  if (Number(context.req.header('content-length') ?? 0) > MAX_JSON_BYTES)
    throw new KnownError('too-large', 'A request may have at most 1 MB.')
  const text = await context.req.text()
  if (text.length > MAX_JSON_BYTES) throw new KnownError('too-large', 'A request may have at most 1 MB.')
  if (text === '') return {}
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new KnownError('invalid-input', 'The request is not valid JSON.', { cause })
  }
}
