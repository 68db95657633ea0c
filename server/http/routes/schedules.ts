import type { Hono } from 'hono'
import { endpoints } from '../../../contract/endpoints.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import type { DoorEnvironment } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

export function serveSchedules(app: Hono<DoorEnvironment>, { tenancy, schedules }: DoorDependencies): void {
  const done = { ok: true as const }

  serveEndpoint(app, tenancy, endpoints.listSchedules, async ({ actor }) => ({
    items: await schedules.list(actor),
    ways: await schedules.ways(actor),
    nextCursor: null,
  }))
  serveEndpoint(app, tenancy, endpoints.createSchedule, ({ actor, body }) => schedules.create(actor, body))
  serveEndpoint(app, tenancy, endpoints.previewSchedule, async ({ body }) => ({
    times: schedules.preview(body.time).map((time) => time.toISOString()),
  }))
  serveEndpoint(app, tenancy, endpoints.readSchedule, ({ actor, params }) => schedules.read(actor, params.id))
  serveEndpoint(app, tenancy, endpoints.changeSchedule, ({ actor, params, body }) => schedules.change(actor, params.id, body))
  serveEndpoint(app, tenancy, endpoints.deleteSchedule, async ({ actor, params }) => {
    await schedules.remove(actor, params.id)
    return done
  })
  serveEndpoint(app, tenancy, endpoints.restoreSchedule, async ({ actor, params }) => {
    await schedules.restore(actor, params.id)
    return done
  })
  serveEndpoint(app, tenancy, endpoints.runSchedule, ({ actor, params }) => schedules.runNow(actor, params.id))
}
