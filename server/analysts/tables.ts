import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { ModelId, TenantId } from '../../contract/id.ts'
import type { ModelPrice, ModelState, ProviderKind } from '../../contract/model.ts'
import { instant } from '../storage/tables.ts'

export const models = pgTable(
  'models',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<ModelId>().notNull(),
    name: text('name').notNull(),
    provider: text('provider').$type<ProviderKind>().notNull(),
    model: text('model').notNull(),
    baseUrl: text('base_url'),
    sealedKey: text('sealed_key'),
    price: jsonb('price').$type<ModelPrice>(),
    state: jsonb('state').$type<ModelState>(),
    isDefault: boolean('is_default').notNull().default(false),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
)

/** One row per tenant, made when its models are first looked at: that is when the server's own keys become its first models. */
export const modelBudgets = pgTable('model_budgets', {
  tenantId: text('tenant_id').$type<TenantId>().primaryKey(),
  tokensPerTurn: integer('tokens_per_turn'),
  tokensPerDay: integer('tokens_per_day'),
})

/** What the tenant's models took on a day (UTC). */
export const modelDays = pgTable(
  'model_days',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    day: text('day').notNull(),
    inputTokens: bigint('input_tokens', { mode: 'number' }).notNull(),
    outputTokens: bigint('output_tokens', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.day] })],
)
