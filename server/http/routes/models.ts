import type { Hono } from 'hono'
import { endpoints } from '../../../contract/endpoints.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import type { DoorEnvironment } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

/** The tenant's models and what they may use. */
export function serveModels(app: Hono<DoorEnvironment>, { tenancy, models }: DoorDependencies): void {
  serveEndpoint(app, tenancy, endpoints.listModels, async ({ actor }) => ({ items: await models.list(actor), nextCursor: null }))
  serveEndpoint(app, tenancy, endpoints.createModel, ({ actor, body }) => models.create(actor, body))
  serveEndpoint(app, tenancy, endpoints.tryModel, ({ actor, body }) => models.tryModel(actor, body))
  serveEndpoint(app, tenancy, endpoints.findLocalModels, async ({ actor }) => ({
    items: await models.findLocal(actor),
    nextCursor: null,
  }))
  serveEndpoint(app, tenancy, endpoints.readModelBudget, ({ actor }) => models.budget(actor))
  serveEndpoint(app, tenancy, endpoints.changeModelBudget, async ({ actor, body }) => {
    await models.changeBudget(actor, body)
    return models.budget(actor)
  })
  serveEndpoint(app, tenancy, endpoints.changeModel, ({ actor, params, body }) => models.change(actor, params.id, body))
  serveEndpoint(app, tenancy, endpoints.deleteModel, async ({ actor, params }) => {
    await models.remove(actor, params.id)
    return { ok: true as const }
  })
  serveEndpoint(app, tenancy, endpoints.testModel, ({ actor, params }) => models.test(actor, params.id))
}
