import { bigserial, boolean, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { ApiKeyId, TenantId, UserId } from '../../contract/id.ts'
import type { RoleName } from '../../contract/permission.ts'
import { instant } from '../storage/tables.ts'

export const tenants = pgTable('tenants', {
  id: text('id').$type<TenantId>().primaryKey(),
  /** Its host name under QRY_DOMAIN. */
  slug: text('slug').notNull().unique(),
  name: text('name').notNull(),
  sharingEnabled: boolean('sharing_enabled').notNull().default(true),
  createdAt: instant('created_at').notNull(),
})

export const users = pgTable('users', {
  id: text('id').$type<UserId>().primaryKey(),
  email: text('email').notNull().unique(),
  name: text('name').notNull(),
  /** `scrypt$N$r$p$salt$hash`, base64. */
  passwordHash: text('password_hash').notNull(),
  createdAt: instant('created_at').notNull(),
})

export const members = pgTable(
  'members',
  {
    tenantId: text('tenant_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text('role').$type<RoleName>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.userId] })],
)

export const sessions = pgTable(
  'sessions',
  {
    /** SHA-256 of the cookie; the cookie itself is nowhere. */
    tokenHash: text('token_hash').primaryKey(),
    tenantId: text('tenant_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('sessions_by_user').on(table.userId)],
)

export const apiKeys = pgTable('api_keys', {
  id: text('id').$type<ApiKeyId>().primaryKey(),
  tenantId: text('tenant_id')
    .$type<TenantId>()
    .notNull()
    .references(() => tenants.id, { onDelete: 'cascade' }),
  userId: text('user_id')
    .$type<UserId>()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  keyHash: text('key_hash').notNull().unique(),
  createdAt: instant('created_at').notNull(),
  expiresAt: instant('expires_at'),
  revokedAt: instant('revoked_at'),
})

/** Append only. */
export const auditEvents = pgTable(
  'audit_events',
  {
    tenantId: text('tenant_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    seq: bigserial('seq', { mode: 'number' }).notNull(),
    at: instant('at').notNull(),
    userId: text('user_id').$type<UserId>(),
    via: text('via').notNull(),
    action: text('action').notNull(),
    subject: text('subject').notNull(),
    details: jsonb('details').$type<Record<string, unknown>>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.seq] })],
)
