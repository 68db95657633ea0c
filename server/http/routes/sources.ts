import type { Hono } from 'hono'
import { endpoints } from '../../../contract/endpoints.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import type { DoorEnvironment } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'
import { serveNotesFile } from './notes-file.ts'

/** Data sources and their catalogs. */
export function serveSources(app: Hono<DoorEnvironment>, { tenancy, sources }: DoorDependencies): void {
  serveEndpoint(app, tenancy, endpoints.listSources, async ({ actor }) => ({
    items: await sources.list(actor),
    nextCursor: null,
  }))
  serveEndpoint(app, tenancy, endpoints.createSource, ({ actor, body }) => sources.create(actor, body))
  serveEndpoint(app, tenancy, endpoints.tryConnection, ({ actor, body }) => sources.tryConnection(actor, body))
  serveEndpoint(app, tenancy, endpoints.readSource, ({ actor, params }) => sources.read(actor, params.id))
  serveEndpoint(app, tenancy, endpoints.changeSource, ({ actor, params, body }) => sources.change(actor, params.id, body))
  serveEndpoint(app, tenancy, endpoints.deleteSource, async ({ actor, params }) => {
    await sources.remove(actor, params.id)
    return { ok: true as const }
  })
  serveEndpoint(app, tenancy, endpoints.testSource, ({ actor, params }) => sources.test(actor, params.id))
  serveEndpoint(app, tenancy, endpoints.readSourceAccess, ({ actor, params }) => sources.access(actor, params.id))
  serveEndpoint(app, tenancy, endpoints.changeSourceAccess, ({ actor, params, body }) =>
    sources.changeAccess(actor, params.id, body),
  )
  serveEndpoint(app, tenancy, endpoints.previewRowPolicy, ({ actor, params, body: { person, ...policy } }) =>
    sources.previewPolicy(actor, params.id, policy, person),
  )
  serveEndpoint(app, tenancy, endpoints.readCatalog, ({ actor, params, query }) =>
    sources.catalog(actor, params.id, query.refresh === '1'),
  )
  serveEndpoint(app, tenancy, endpoints.listTables, ({ actor, params, query: { refresh, cursor, ...wish } }) =>
    sources.tables(actor, params.id, { ...wish, from: Number(cursor ?? 0), isFresh: refresh === '1' }),
  )
  serveEndpoint(app, tenancy, endpoints.lookIntoTable, ({ actor, params, body }) => sources.look(actor, params.id, body.table))
  serveEndpoint(app, tenancy, endpoints.readNotes, ({ actor, params }) => sources.notes(actor, params.id))
  serveEndpoint(app, tenancy, endpoints.changeNotes, ({ actor, params, body }) => sources.changeNotes(actor, params.id, body))
  serveEndpoint(app, tenancy, endpoints.suggestNotes, async ({ actor, params }) => ({
    items: await sources.notesSuggestions(actor, params.id),
    nextCursor: null,
  }))
  serveNotesFile(app, { tenancy, sources })
}
