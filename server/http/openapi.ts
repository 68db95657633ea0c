import { z } from 'zod'
import type { Endpoint } from '../../contract/endpoint.ts'
import { endpoints } from '../../contract/endpoints.ts'
import { ErrorBody, errors } from '../../contract/error.ts'

const always = ['invalid-input', 'not-signed-in', 'too-many-requests', 'internal'] as const

/** The contract as an OpenAPI 3.1 document; `docs/openapi.json` is this, committed. */
export function openApiDocument(): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(name, endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'QRY',
      version: '1',
      description: 'Conversational data analysis. Errors are `{"error": {"code", "message", "requestId"}}`.',
    },
    paths,
    components: {
      schemas: { Error: schemaOf(ErrorBody, 'output') },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'qry_session' },
      },
    },
    security: [{ key: [] }, { session: [] }],
  }
}

function operation(name: string, endpoint: Endpoint): Record<string, unknown> {
  const parameters = [...fields(endpoint.params, 'path'), ...fields(endpoint.query, 'query')]
  const codes = [...new Set([...always, ...endpoint.errors])]
  const statuses = [...new Set(codes.map((code) => errors[code].status))].sort((left, right) => left - right)
  return {
    operationId: name,
    summary: endpoint.summary,
    ...(endpoint.isOpen ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(endpoint.body ? { requestBody: { required: true, content: json(schemaOf(endpoint.body, 'input')) } } : {}),
    responses: {
      [endpoint.status ?? 200]: { description: 'Done', content: json(schemaOf(endpoint.output, 'output')) },
      ...Object.fromEntries(
        statuses.map((status) => [
          status,
          {
            description: codes.filter((code) => errors[code].status === status).join(', '),
            content: json({ $ref: '#/components/schemas/Error' }),
          },
        ]),
      ),
    },
  }
}

const json = (schema: unknown) => ({ 'application/json': { schema } })

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

function fields(schema: z.ZodObject | undefined, place: 'path' | 'query'): unknown[] {
  if (!schema) return []
  return Object.entries(schema.shape).map(([name, field]) => {
    const type = field as z.ZodType
    return { name, in: place, required: place === 'path' || !type.safeParse(undefined).success, schema: schemaOf(type, 'input') }
  })
}
