import type { Hono } from 'hono'
import { endpoints } from '../../../contract/endpoints.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import type { DoorEnvironment } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

export function serveLedger(app: Hono<DoorEnvironment>, { tenancy, sharing }: DoorDependencies): void {
  serveEndpoint(app, tenancy, endpoints.listShares, ({ actor, query }) => sharing.ledger.list(actor, query))
  serveEndpoint(app, tenancy, endpoints.revokeShares, ({ actor, body }) => sharing.ledger.revoke(actor, body.ids))
}
