import { z } from 'zod'
import { AuditEvent, AuditFilter } from '../audit.ts'
import { Done, define } from '../endpoint.ts'
import { IdentityProviderId } from '../id.ts'
import { IdentityProvider, IdentityProviderInput } from '../identity-provider.ts'
import { Tenant, TenantChange, Usage } from '../tenant.ts'

const providerParams = z.object({ id: IdentityProviderId })

export const tenantEndpoints = {
  readTenant: define({
    method: 'GET',
    path: '/api/tenant',
    summary: 'The tenant, its sharing policy, and how many links are open',
    output: Tenant,
    errors: ['forbidden'],
  }),
  changeTenant: define({
    method: 'PATCH',
    path: '/api/tenant',
    summary: 'Change it; switching sharing off closes every link before this answers',
    body: TenantChange,
    output: Tenant,
    errors: ['forbidden'],
  }),
  deleteTenant: define({
    method: 'POST',
    path: '/api/tenant/delete',
    summary: 'Delete the tenant; its links close for good and nobody can sign in',
    body: z.object({ name: z.string() }),
    output: Done,
    errors: ['forbidden', 'conflict'],
  }),
  readUsage: define({
    method: 'GET',
    path: '/api/tenant/usage',
    summary: 'What the tenant uses',
    output: Usage,
    errors: ['forbidden'],
  }),
  listAudit: define({
    method: 'GET',
    path: '/api/audit',
    summary: 'The audit log, newest first; as CSV at /api/audit.csv',
    query: AuditFilter.extend({
      cursor: z
        .string()
        .regex(/^\d{1,15}$/)
        .optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    output: z.object({ items: z.array(AuditEvent), nextCursor: z.string().nullable() }),
    errors: ['forbidden'],
  }),
  listIdentityProviders: define({
    method: 'GET',
    path: '/api/identity-providers',
    summary: 'Servers that people sign in through',
    output: z.object({ items: z.array(IdentityProvider), nextCursor: z.null(), redirectUri: z.string() }),
    errors: ['forbidden'],
  }),
  createIdentityProvider: define({
    method: 'POST',
    path: '/api/identity-providers',
    summary: 'Let people sign in through an issuer of OpenID Connect',
    body: IdentityProviderInput,
    output: IdentityProvider,
    status: 201,
    errors: ['forbidden', 'unavailable', 'not-found'],
  }),
  changeIdentityProvider: define({
    method: 'PATCH',
    path: '/api/identity-providers/:id',
    summary: 'Change how people sign in through it',
    params: providerParams,
    body: IdentityProviderInput,
    output: IdentityProvider,
    errors: ['forbidden', 'unavailable', 'not-found'],
  }),
  deleteIdentityProvider: define({
    method: 'DELETE',
    path: '/api/identity-providers/:id',
    summary: 'Close this way in',
    params: providerParams,
    output: Done,
    errors: ['forbidden', 'not-found'],
  }),
}
