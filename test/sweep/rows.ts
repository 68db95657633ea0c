import type { Permission } from '../../contract/permission.ts'
import type { Belongings } from './belongings.ts'

/** What the sweeps know of one route. */
export interface Row {
  /** The permission that is asked for before anything is looked at. */
  readonly needs?: Permission
  /** What stands in the path: things of the other tenant. The answer is 404. */
  readonly of?: (theirs: Belongings) => Readonly<Record<string, string>>
  /** What is sent: right in form, and without effect on one's own tenant. */
  readonly body?: (theirs: Belongings) => unknown
  /** Needs neither session nor key. */
  readonly isOpen?: true
  /** Would end the session it is tried with, or brings a lot: who may is not tried. */
  readonly isApart?: true
}

const conversation = (theirs: Belongings) => ({ id: theirs.conversationId })
const turn = (theirs: Belongings) => ({ id: theirs.conversationId, turnId: theirs.turnId })
const create: Permission = 'conversations:create'
const share: Permission = 'conversations:share'
const people: Permission = 'members:manage'
const tenant: Permission = 'tenant:manage'
const sources: Permission = 'sources:manage'
const open: Row = { isOpen: true }
const source = (theirs: Belongings) => ({ id: theirs.sourceId })
const provider = (theirs: Belongings) => ({ id: theirs.providerId })
const providerBody = () => ({ name: 'Taken', issuer: 'http://127.0.0.1:1', clientId: 'x', clientSecret: 'x' })
const models: Permission = 'models:manage'
const dashboard = (theirs: Belongings) => ({ id: theirs.dashboardId })
const tile = (theirs: Belongings) => ({ id: theirs.dashboardId, tileId: theirs.tileId })
const createBoard: Permission = 'dashboards:create'
const shareBoard: Permission = 'dashboards:share'
const schedule: Permission = 'schedules:create'
const someday = { kind: 'cron', pattern: '0 9 1 1 *', zone: 'UTC' }
const scheduleBody = (theirs: Belongings) => ({
  name: 'Taken',
  subject: { kind: 'question', conversationId: theirs.conversationId, question: 'Taken' },
  time: someday,
  delivery: { email: false, telegram: false },
})
const model = (theirs: Belongings) => ({ id: theirs.modelId })
const modelBody = () => ({
  name: 'Taken',
  config: { provider: 'openai-compatible', model: 'x', baseUrl: 'http://127.0.0.1:1/v1' },
})
/** NOTE: a link that is there opens for every tenant: that is what it is for. */
const nothingShared = `/shared/${'A'.repeat(32)}`
const unreachable = { host: '127.0.0.1', port: 1, database: 'x', user: 'x', password: 'x' }

/** Every route of the members' door, with what the sweeps need to try it. A route without a row fails the sweep. */
export const rows: Readonly<Record<string, Row>> = {
  'GET /health/live': open,
  'GET /health/ready': open,
  'GET /metrics': open,
  'GET /robots.txt': open,
  'GET /api/openapi.json': open,
  'GET /*': open,
  'GET /api/setup': open,
  'POST /api/setup': open,
  'POST /api/demo/session': open,
  'POST /api/session': open,
  'GET /api/sign-in': open,
  'GET /api/sign-in/through/:id': open,
  'GET /api/sign-in/return': open,
  'POST /api/password-reset': open,
  'POST /api/password-reset/finish': open,
  'POST /api/invitation': open,
  'POST /api/invitation/accept': open,

  'GET /api/me': {},
  'PATCH /api/me': { body: () => ({}) },
  'DELETE /api/session': { isApart: true },
  'PUT /api/me/password': { body: () => ({ current: 'not this one', password: 'another long password' }) },
  'POST /api/me/second-factor': {},
  'PUT /api/me/second-factor': { body: () => ({ pending: 'x', code: '000000', password: 'not this one' }) },
  'POST /api/me/second-factor/off': { body: () => ({ password: 'not this one' }) },
  'GET /api/me/tenants': {},
  'POST /api/me/tenants/:id': { of: (theirs) => ({ id: theirs.tenantId }) },
  'GET /api/me/sessions': {},
  'DELETE /api/me/sessions/:id': { of: (theirs) => ({ id: theirs.sessionId }) },
  'GET /api/me/keys': {},
  'POST /api/me/keys': { body: () => ({ name: '' }) },
  'DELETE /api/me/keys/:id': { of: (theirs) => ({ id: theirs.keyId }) },

  'GET /api/people': {},
  'GET /api/members': { needs: people },
  'PATCH /api/members/:id': { needs: people, of: (theirs) => ({ id: theirs.memberId }), body: () => ({ role: 'viewer' }) },
  'POST /api/members/:id/remove': { needs: people, of: (theirs) => ({ id: theirs.memberId }), body: () => ({ links: 'live' }) },
  'GET /api/invitations': { needs: people },
  'POST /api/invitations': { needs: people, body: (theirs) => ({ email: 'x@ridge.example', role: theirs.role }) },
  'DELETE /api/invitations/:id': { needs: people, of: (theirs) => ({ id: theirs.invitationId }) },
  'GET /api/roles': { needs: people },
  'POST /api/roles': { needs: people, body: () => ({ name: 'owner', permissions: [] }) },
  'PATCH /api/roles/:name': { needs: people, of: (theirs) => ({ name: theirs.role }), body: () => ({ permissions: [] }) },
  'DELETE /api/roles/:name': { needs: people, of: (theirs) => ({ name: theirs.role }) },
  'GET /api/groups': { needs: people },
  'POST /api/groups': { needs: people, body: (theirs) => ({ name: 'Taken', members: [theirs.memberId] }) },
  'PATCH /api/groups/:id': { needs: people, of: (theirs) => ({ id: theirs.groupId }), body: () => ({ name: 'Taken' }) },
  'DELETE /api/groups/:id': { needs: people, of: (theirs) => ({ id: theirs.groupId }) },

  'GET /api/tenant': { needs: tenant },
  'PATCH /api/tenant': { needs: tenant, body: () => ({}) },
  'POST /api/tenant/delete': { needs: 'tenant:delete', body: () => ({ name: 'not its name' }) },
  'GET /api/tenant/usage': { needs: tenant },
  'GET /api/audit': { needs: 'audit:read' },
  'GET /api/audit.csv': { needs: 'audit:read' },
  'GET /api/identity-providers': { needs: tenant },
  'POST /api/identity-providers': { needs: tenant, body: providerBody },
  'PATCH /api/identity-providers/:id': { needs: tenant, of: provider, body: providerBody },
  'DELETE /api/identity-providers/:id': { needs: tenant, of: provider },

  'POST /api/uploads': { needs: create },
  'GET /api/uploads/:id': { of: (theirs) => ({ id: theirs.uploadId }) },
  'GET /api/conversations': {},
  'GET /api/search': {},
  'POST /api/conversations': { needs: create, body: () => ({}) },
  'POST /api/demo': { needs: create, isApart: true },
  'GET /api/conversations/:id': { of: conversation },
  'GET /api/conversations/:file{[^/]+\\.(?:md|ipynb)}': { of: (theirs) => ({ file: `${theirs.conversationId}.md` }) },
  'GET /api/conversations/:id/events': { of: conversation },
  'PATCH /api/conversations/:id': { of: conversation, body: () => ({ title: 'Taken' }) },
  'DELETE /api/conversations/:id': { of: conversation },
  'POST /api/conversations/:id/restore': { of: conversation },
  'GET /api/conversations/:id/visibility': { of: conversation },
  'PUT /api/conversations/:id/visibility': { of: conversation, body: () => ({ to: 'tenant', named: [] }) },
  'GET /api/conversations/:id/starters': { of: conversation },
  'GET /api/conversations/:id/phrases': { of: conversation },
  'POST /api/conversations/:id/turns': { needs: create, of: conversation, body: () => ({ question: '/sql SELECT 1' }) },
  'POST /api/conversations/:id/turns/:turnId/cancel': { of: turn },
  'POST /api/conversations/:id/turns/:turnId/retry': { of: turn },
  'POST /api/conversations/:id/turns/:turnId/confirm': { of: turn, body: () => ({}) },
  'GET /api/conversations/:id/turns/:turnId/readings': { of: turn },
  'GET /api/conversations/:id/checkpoints': { of: conversation },
  'POST /api/conversations/:id/checkpoints': { needs: create, of: conversation, body: () => ({ name: 'Taken' }) },
  'POST /api/conversations/:id/rewind': {
    needs: create,
    of: conversation,
    body: (theirs) => ({ checkpointId: theirs.checkpointId }),
  },
  'POST /api/conversations/:id/undo-rewind': { needs: create, of: conversation },
  'GET /api/conversations/:id/python/variables': { of: conversation },
  'POST /api/conversations/:id/python/restart': { needs: create, of: conversation },
  'GET /api/conversations/:id/share': { of: conversation },
  'PUT /api/conversations/:id/share': { needs: share, of: conversation, body: () => ({ visibility: 'private' }) },
  'PATCH /api/conversations/:id/share': { needs: share, of: conversation, body: () => ({ policy: {} }) },
  'POST /api/conversations/:id/share/check': { needs: share, of: conversation },
  'POST /api/conversations/:id/share/drift': { needs: share, of: conversation },
  'POST /api/conversations/:id/share/preview': { needs: share, of: conversation, body: () => ({}) },
  'GET /api/conversations/:id/share/links': { needs: share, of: conversation },
  'POST /api/conversations/:id/share/links': { needs: share, of: conversation, body: () => ({ label: 'Taken' }) },
  'POST /api/continuations/look': { needs: create, body: () => ({ link: nothingShared }) },
  'POST /api/continuations': { needs: create, body: () => ({ link: nothingShared, tableIds: ['t1'] }) },
  'DELETE /api/conversations/:id/share/links/:linkId': {
    needs: share,
    of: (theirs) => ({ id: theirs.conversationId, linkId: theirs.linkId }),
  },
  'GET /api/shares': {},
  'POST /api/shares/revoke': { body: (theirs) => ({ ids: [theirs.shareId] }) },
  'GET /api/results/:file': { of: (theirs) => ({ file: `${theirs.digest}.csv` }) },

  'GET /api/dashboards': {},
  'POST /api/dashboards': { needs: createBoard, isApart: true, body: () => ({ name: 'Taken' }) },
  'POST /api/dashboards/import': { body: (theirs) => ({ conversationId: theirs.conversationId }) },
  'GET /api/dashboards/:id': { of: dashboard },
  'PATCH /api/dashboards/:id': { of: dashboard, body: () => ({ name: 'Taken' }) },
  'DELETE /api/dashboards/:id': { of: dashboard },
  'POST /api/dashboards/:id/restore': { of: dashboard },
  'PUT /api/dashboards/:id/values': { of: dashboard, body: () => ({ values: {} }) },
  'POST /api/dashboards/:id/refresh': { of: dashboard },
  'POST /api/dashboards/:id/tiles': { of: dashboard, body: () => ({ title: 'Taken', markdown: 'Taken' }) },
  'PATCH /api/dashboards/:id/tiles/:tileId': { of: tile, body: () => ({ title: 'Taken' }) },
  'DELETE /api/dashboards/:id/tiles/:tileId': { of: tile },
  'GET /api/dashboards/:id/share': { of: dashboard },
  'PUT /api/dashboards/:id/share': { needs: shareBoard, of: dashboard, body: () => ({ visibility: 'private' }) },
  'PATCH /api/dashboards/:id/share': { needs: shareBoard, of: dashboard, body: () => ({ policy: {} }) },
  'GET /api/dashboards/:id/share/links': { needs: shareBoard, of: dashboard },
  'POST /api/dashboards/:id/share/links': { needs: shareBoard, of: dashboard, body: () => ({ label: 'Taken' }) },
  'DELETE /api/dashboards/:id/share/links/:linkId': {
    needs: shareBoard,
    of: (theirs) => ({ id: theirs.dashboardId, linkId: theirs.linkId }),
  },
  'POST /api/dashboards/:id/share/check': { needs: shareBoard, of: dashboard },
  'POST /api/dashboards/:id/share/drift': { needs: shareBoard, of: dashboard },
  'POST /api/dashboards/:id/share/preview': { needs: shareBoard, of: dashboard, body: () => ({}) },

  'GET /api/schedules': {},
  'POST /api/schedules': { needs: schedule, body: scheduleBody },
  'POST /api/schedules/preview': { body: () => ({ time: someday }) },
  'GET /api/schedules/:id': { of: (theirs) => ({ id: theirs.scheduleId }) },
  'PATCH /api/schedules/:id': { needs: schedule, of: (theirs) => ({ id: theirs.scheduleId }), body: () => ({ name: 'Taken' }) },
  'DELETE /api/schedules/:id': { of: (theirs) => ({ id: theirs.scheduleId }) },
  'POST /api/schedules/:id/restore': { of: (theirs) => ({ id: theirs.scheduleId }) },
  'POST /api/schedules/:id/run': { needs: schedule, of: (theirs) => ({ id: theirs.scheduleId }) },

  'GET /api/telegram': {},
  'PUT /api/telegram': { needs: tenant, body: () => ({}) },
  'POST /api/telegram/test': { needs: tenant, body: () => ({}) },
  'DELETE /api/telegram': { needs: tenant },
  'GET /api/me/telegram-tokens': {},
  'POST /api/me/telegram-tokens': { isApart: true, body: () => ({}) },
  'DELETE /api/me/telegram-tokens/:id': { of: (theirs) => ({ id: theirs.telegramTokenId }) },

  'GET /api/sources': {},
  'POST /api/sources': { needs: sources, isApart: true, body: () => ({ kind: 'postgres', name: 'Taken', config: unreachable }) },
  'POST /api/sources/test': {
    needs: sources,
    body: (theirs) => ({ kind: 'postgres', config: unreachable, sourceId: theirs.sourceId }),
  },
  'GET /api/sources/:id': { of: source },
  'PATCH /api/sources/:id': { needs: sources, of: source, body: () => ({ name: 'Taken' }) },
  'DELETE /api/sources/:id': { needs: sources, of: source },
  'POST /api/sources/:id/test': { needs: sources, of: source },
  'GET /api/sources/:id/access': { needs: sources, of: source },
  'PUT /api/sources/:id/access': { needs: sources, of: source, body: () => ({ isForEveryone: true, grants: [], policies: [] }) },
  'POST /api/sources/:id/access/preview': {
    needs: sources,
    of: source,
    body: ({ memberId }) => ({ table: 'boats', filter: '1 = 1', person: memberId }),
  },
  'GET /api/sources/:id/catalog': { of: source },
  'GET /api/sources/:id/tables': { of: source },
  'POST /api/sources/:id/look': { of: source, body: () => ({ table: 'boats' }) },
  'GET /api/sources/:id/notes': { of: source },
  'PUT /api/sources/:id/notes': { needs: sources, of: source, body: () => ({ version: 0, notes: {} }) },
  'GET /api/sources/:id/notes/suggestions': { needs: sources, of: source },
  'GET /api/sources/:id/notes.yaml': { of: source },
  'PUT /api/sources/:id/notes.yaml': { needs: sources, of: source, body: () => ({}) },

  'GET /api/models': {},
  'POST /api/models': { needs: models, isApart: true, body: modelBody },
  'POST /api/models/test': { needs: models, body: (theirs) => ({ config: modelBody().config, modelId: theirs.modelId }) },
  'GET /api/models/local': { needs: models, isApart: true },
  'GET /api/models/budget': { needs: models },
  'PATCH /api/models/budget': { needs: models, body: () => ({}) },
  'PATCH /api/models/:id': { needs: models, of: model, body: () => ({ name: 'Taken' }) },
  'DELETE /api/models/:id': { needs: models, of: model },
  'POST /api/models/:id/test': { needs: models, of: model },
}
