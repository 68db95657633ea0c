import { bigint, bigserial, boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { ApiKeyId, GroupId, IdentityProviderId, InvitationId, TelegramTokenId, TenantId, UserId } from '../../contract/id.ts'
import type { Permission, RoleName } from '../../contract/permission.ts'
import { instant } from '../storage/tables.ts'

export const tenants = pgTable('tenants', {
  id: text('id').$type<TenantId>().primaryKey(),
  /** Its host name under QRY_DOMAIN. */
  slug: text('slug').notNull().unique(),
  name: text('name').notNull(),
  sharingEnabled: boolean('sharing_enabled').notNull().default(true),
  /** The shop that anybody at this machine may walk into. */
  isDemo: boolean('is_demo').notNull().default(false),
  /** What every link of the tenant keeps to. */
  maxLinkDays: integer('max_link_days'),
  defaultLinkDays: integer('default_link_days'),
  requirePassword: boolean('require_password').notNull().default(false),
  allowEmbedOrigins: jsonb('allow_embed_origins').$type<string[]>().notNull().default([]),
  /** Deleted conversations are erased after this many days. */
  retentionDays: integer('retention_days').notNull().default(30),
  createdAt: instant('created_at').notNull(),
  deletedAt: instant('deleted_at'),
})

const tenantId = () =>
  text('tenant_id')
    .$type<TenantId>()
    .notNull()
    .references(() => tenants.id, { onDelete: 'cascade' })

export const users = pgTable('users', {
  id: text('id').$type<UserId>().primaryKey(),
  email: text('email').notNull().unique(),
  name: text('name').notNull(),
  /** `scrypt$N$r$p$salt$hash`, base64; empty for who signs in through another server only. */
  passwordHash: text('password_hash').notNull(),
  timeZone: text('time_zone'),
  locale: text('locale'),
  /** The second factor's key under the server's own. */
  totpSealed: text('totp_sealed'),
  /** The last step of 30 s whose code was taken: no code counts twice. */
  totpStep: bigint('totp_step', { mode: 'number' }),
  recoveryHashes: jsonb('recovery_hashes').$type<string[]>().notNull().default([]),
  createdAt: instant('created_at').notNull(),
})

const userId = () =>
  text('user_id')
    .$type<UserId>()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' })

export const members = pgTable(
  'members',
  {
    tenantId: tenantId(),
    userId: userId(),
    role: text('role').$type<RoleName>().notNull(),
    attributes: jsonb('attributes').$type<Record<string, string>>().notNull().default({}),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.userId] }), index('members_by_user').on(table.userId)],
)

/** Roles that a tenant made. */
export const roles = pgTable(
  'roles',
  {
    tenantId: tenantId(),
    name: text('name').$type<RoleName>().notNull(),
    permissions: jsonb('permissions').$type<Permission[]>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.name] })],
)

export const groups = pgTable(
  'groups',
  { tenantId: tenantId(), id: text('id').$type<GroupId>().notNull(), name: text('name').notNull() },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
)

export const groupMembers = pgTable(
  'group_members',
  { tenantId: tenantId(), groupId: text('group_id').$type<GroupId>().notNull(), userId: userId() },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.groupId, table.userId] }),
    index('group_members_by_user').on(table.tenantId, table.userId),
  ],
)

export const invitations = pgTable(
  'invitations',
  {
    tenantId: tenantId(),
    id: text('id').$type<InvitationId>().notNull(),
    email: text('email').notNull(),
    role: text('role').$type<RoleName>().notNull(),
    tokenHash: text('token_hash').notNull().unique(),
    invitedBy: text('invited_by').$type<UserId>().notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
)

export const passwordResets = pgTable('password_resets', {
  tokenHash: text('token_hash').primaryKey(),
  userId: userId(),
  expiresAt: instant('expires_at').notNull(),
})

export const sessions = pgTable(
  'sessions',
  {
    /** SHA-256 of the cookie; the cookie itself is nowhere. */
    tokenHash: text('token_hash').primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    /** "Firefox on Linux". */
    device: text('device').notNull().default(''),
    createdAt: instant('created_at').notNull(),
    seenAt: instant('seen_at'),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('sessions_by_user').on(table.userId)],
)

export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').$type<ApiKeyId>().primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    name: text('name').notNull(),
    keyHash: text('key_hash').notNull().unique(),
    /** Its last four characters, to tell keys apart. */
    ending: text('ending').notNull().default(''),
    /** What it may do of what its owner may; null is all. */
    scopes: jsonb('scopes').$type<Permission[]>(),
    createdAt: instant('created_at').notNull(),
    usedAt: instant('used_at'),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('api_keys_by_user').on(table.tenantId, table.userId)],
)

/** What lets a person speak to the tenant's Telegram bot as themselves. */
export const telegramTokens = pgTable(
  'telegram_tokens',
  {
    id: text('id').$type<TelegramTokenId>().primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    tokenHash: text('token_hash').notNull().unique(),
    /** Its last four characters, to tell tokens apart. */
    ending: text('ending').notNull(),
    createdAt: instant('created_at').notNull(),
    usedAt: instant('used_at'),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('telegram_tokens_by_user').on(table.tenantId, table.userId)],
)

/** Servers of others that people sign in through. */
export const identityProviders = pgTable(
  'identity_providers',
  {
    tenantId: tenantId(),
    id: text('id').$type<IdentityProviderId>().notNull(),
    name: text('name').notNull(),
    issuer: text('issuer').notNull(),
    clientId: text('client_id').notNull(),
    secretSealed: text('secret_sealed').notNull(),
    /** Who is new gets this role; null lets only members and invited people in. */
    newRole: text('new_role').$type<RoleName>(),
    /** Domains of e-mail addresses that may come in as new; empty is all. */
    emailDomains: jsonb('email_domains').$type<string[]>().notNull().default([]),
    /** The provider is believed about addresses that it does not call verified. */
    trustsEmail: boolean('trusts_email').notNull().default(false),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
)

/** Who a person is at a provider. */
export const identities = pgTable(
  'identities',
  {
    tenantId: tenantId(),
    providerId: text('provider_id').$type<IdentityProviderId>().notNull(),
    subject: text('subject').notNull(),
    userId: userId(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.providerId, table.subject] })],
)

/** Sign-ins that left for a provider and have not come back; each comes back once. */
export const providerSignIns = pgTable('provider_sign_ins', {
  stateHash: text('state_hash').primaryKey(),
  tenantId: tenantId(),
  providerId: text('provider_id').$type<IdentityProviderId>().notNull(),
  nonce: text('nonce').notNull(),
  verifierSealed: text('verifier_sealed').notNull(),
  redirectUri: text('redirect_uri').notNull(),
  expiresAt: instant('expires_at').notNull(),
})

/** Append only. */
export const auditEvents = pgTable(
  'audit_events',
  {
    tenantId: tenantId(),
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
