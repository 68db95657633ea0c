import type { Hono } from 'hono'
import { endpoints } from '../../../contract/endpoints.ts'
import { KnownError } from '../../../contract/error.ts'
import { pastCells } from '../../analysts/python-tool.ts'
import { requirePermission } from '../../tenancy/permissions.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import type { DoorEnvironment } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

/** The Python session of a conversation: what it holds, and a fresh start. */
export function servePython(app: Hono<DoorEnvironment>, { tenancy, conversations, python }: DoorDependencies): void {
  serveEndpoint(app, tenancy, endpoints.listVariables, async ({ actor, params }) => {
    const turns = await conversations.turns(actor, params.id)
    return { items: turns.some((turn) => turn.status === 'running') ? [] : await python.variables(actor, params.id) }
  })

  serveEndpoint(app, tenancy, endpoints.restartPython, async ({ actor, params }) => {
    requirePermission(actor, 'conversations:create')
    const turns = await conversations.turns(actor, params.id)
    if (turns.some((turn) => turn.status === 'running'))
      throw new KnownError('conflict', 'A question is still running here. Stop it or wait for it.')
    await python.restart(actor, params.id, pastCells(turns))
    return { ok: true as const }
  })
}
