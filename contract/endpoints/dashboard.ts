import { z } from 'zod'
import { Dashboard, DashboardChange, DashboardInput, DashboardSummary, TileInput } from '../dashboard.ts'
import { Drift } from '../drift.ts'
import { Done, define } from '../endpoint.ts'
import { ConversationId, DashboardId, TileId, TurnId } from '../id.ts'
import { ParameterName, ParameterValue } from '../parameter.ts'
import { Finding, ShareContents, SharePolicyChange, ShareState } from '../share.ts'

const params = z.object({ id: DashboardId })
const tileParams = z.object({ id: DashboardId, tileId: TileId })

export const dashboardEndpoints = {
  listDashboards: define({
    method: 'GET',
    path: '/api/dashboards',
    summary: 'My dashboards, and those that others show me',
    output: z.object({ items: z.array(DashboardSummary), nextCursor: z.null() }),
    errors: [],
  }),
  createDashboard: define({
    method: 'POST',
    path: '/api/dashboards',
    summary: 'Make a dashboard; its SQL runs once, a tile that fails says why',
    body: DashboardInput,
    output: Dashboard,
    status: 201,
    errors: ['forbidden', 'not-found'],
  }),
  importConversation: define({
    method: 'POST',
    path: '/api/dashboards/import',
    summary: 'Put what a conversation answered, or one turn of it, on a dashboard: a new one unless it is named',
    body: z.object({
      conversationId: ConversationId,
      turnId: TurnId.optional(),
      dashboardId: DashboardId.optional(),
      name: DashboardInput.shape.name.optional(),
    }),
    output: Dashboard,
    status: 201,
    errors: ['forbidden', 'not-found', 'nothing-answered'],
  }),
  readDashboard: define({
    method: 'GET',
    path: '/api/dashboards/:id',
    summary: 'A dashboard with the last good result of each tile',
    params,
    output: Dashboard,
    errors: ['not-found'],
  }),
  changeDashboard: define({
    method: 'PATCH',
    path: '/api/dashboards/:id',
    summary: 'Rename, filter, arrange; new filters are applied at once',
    params,
    body: DashboardChange,
    output: Dashboard,
    errors: ['not-found', 'forbidden'],
  }),
  deleteDashboard: define({
    method: 'DELETE',
    path: '/api/dashboards/:id',
    summary: 'Delete a dashboard; its link closes',
    params,
    output: Done,
    errors: ['not-found', 'forbidden'],
  }),
  restoreDashboard: define({
    method: 'POST',
    path: '/api/dashboards/:id/restore',
    summary: 'Take a deleted dashboard back; its link stays closed',
    params,
    output: Done,
    errors: ['not-found'],
  }),
  chooseValues: define({
    method: 'PUT',
    path: '/api/dashboards/:id/values',
    summary:
      'Choose values of its parameters; the tiles that name them are asked, under my rights. Only its owner’s choice stays',
    params,
    body: z.object({ values: z.record(ParameterName, ParameterValue) }),
    output: Dashboard,
    errors: ['not-found'],
  }),
  refreshDashboard: define({
    method: 'POST',
    path: '/api/dashboards/:id/refresh',
    summary: 'Ask the data again; what fails keeps its last good result',
    params,
    output: Dashboard,
    errors: ['not-found', 'forbidden'],
  }),
  addTile: define({
    method: 'POST',
    path: '/api/dashboards/:id/tiles',
    summary: 'Add a tile',
    params,
    body: TileInput,
    output: Dashboard,
    status: 201,
    errors: ['not-found', 'forbidden'],
  }),
  changeTile: define({
    method: 'PATCH',
    path: '/api/dashboards/:id/tiles/:tileId',
    summary: 'Change a tile’s title, text or SQL',
    params: tileParams,
    body: z
      .object({
        title: z.string().trim().min(1).max(200),
        markdown: z.string().max(20_000),
        sql: z.string().trim().min(1).max(100_000),
      })
      .partial()
      .strict(),
    output: Dashboard,
    errors: ['not-found', 'forbidden'],
  }),
  deleteTile: define({
    method: 'DELETE',
    path: '/api/dashboards/:id/tiles/:tileId',
    summary: 'Take a tile away',
    params: tileParams,
    output: Dashboard,
    errors: ['not-found', 'forbidden'],
  }),
  readDashboardShare: define({
    method: 'GET',
    path: '/api/dashboards/:id/share',
    summary: 'Whether and how this dashboard is public',
    params,
    output: ShareState,
    errors: ['not-found', 'forbidden'],
  }),
  shareDashboard: define({
    method: 'PUT',
    path: '/api/dashboards/:id/share',
    summary: 'Share, update the link, or close it; sharing needs a tile',
    params,
    body: z.object({
      visibility: z.enum(['public', 'private']),
      policy: SharePolicyChange.optional(),
      preview: z.string().max(1000).optional(),
    }),
    output: ShareState,
    errors: ['not-found', 'forbidden', 'sharing-off', 'nothing-answered', 'conflict'],
  }),
  previewDashboardShare: define({
    method: 'POST',
    path: '/api/dashboards/:id/share/preview',
    summary: 'Make what a link would show, for its owner to look at; nothing of it is public',
    params,
    body: z.object({ policy: SharePolicyChange.optional() }),
    output: z.object({ key: z.string(), path: z.string() }),
    errors: ['not-found', 'forbidden', 'sharing-off', 'nothing-answered'],
  }),
  changeDashboardSharePolicy: define({
    method: 'PATCH',
    path: '/api/dashboards/:id/share',
    summary: 'Change the policy, never the share point',
    params,
    body: z.object({ policy: SharePolicyChange }),
    output: ShareState,
    errors: ['not-found', 'forbidden', 'sharing-off', 'conflict'],
  }),
  checkDashboardShare: define({
    method: 'POST',
    path: '/api/dashboards/:id/share/check',
    summary: 'What would be public, and the secrets and personal texts in it',
    params,
    output: z.object({ contents: ShareContents, findings: z.array(Finding) }),
    errors: ['not-found', 'forbidden', 'nothing-answered'],
  }),
  driftOfDashboardShare: define({
    method: 'POST',
    path: '/api/dashboards/:id/share/drift',
    summary: 'Ask what the link shows again, under my own rights, and say which cells changed since',
    params,
    output: Drift,
    errors: ['not-found', 'forbidden', 'conflict'],
  }),
}
