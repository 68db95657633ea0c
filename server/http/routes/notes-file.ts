import type { Hono } from 'hono'
import { KnownError } from '../../../contract/error.ts'
import { SourceId } from '../../../contract/id.ts'
import { requirePermission } from '../../tenancy/permissions.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import { attachment } from '../public/download.ts'
import { actorOf, type DoorContext, type DoorEnvironment } from '../request-context.ts'

/**
 * `GET` and `PUT /api/sources/:id/notes.yaml`: the notes as one file, with their version as the ETag.
 * A PUT with `If-Match` is refused where somebody changed them since; without it the file wins.
 */
export function serveNotesFile(
  app: Hono<DoorEnvironment>,
  { tenancy, sources }: Pick<DoorDependencies, 'tenancy' | 'sources'>,
): void {
  const idOf = (context: DoorContext): SourceId => {
    const id = SourceId.safeParse(context.req.param('id'))
    if (!id.success) throw new KnownError('not-found')
    return id.data
  }
  const send = (context: DoorContext, { version, yaml }: { version: number; yaml: string }): Response => {
    context.header('content-type', 'application/yaml; charset=utf-8')
    context.header('content-disposition', attachment('notes.yaml'))
    context.header('etag', `"${version}"`)
    return context.body(yaml)
  }
  app.get('/api/sources/:id/notes.yaml', async (context) => {
    const actor = await actorOf(context, tenancy)
    return send(context, await sources.notes(actor, idOf(context)))
  })
  app.put('/api/sources/:id/notes.yaml', async (context) => {
    const actor = await actorOf(context, tenancy)
    requirePermission(actor, 'sources:manage')
    const id = idOf(context)
    const expected = /^(?:W\/)?"(\d+)"$/.exec(context.req.header('if-match') ?? '')?.[1]
    const version = expected === undefined ? (await sources.notes(actor, id)).version : Number(expected)
    const yaml = await context.req.text()
    return send(context, await sources.changeNotes(actor, id, { version, yaml }))
  })
}
