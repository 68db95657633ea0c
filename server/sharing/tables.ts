import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { Digest, ShareId, ShareLinkId, SubjectId, TenantId, UserId } from '../../contract/id.ts'
import { instant } from '../storage/tables.ts'
import type { StoredPolicy } from './policy.ts'

/** One row per link that was ever made. A revoked one stays revoked: its token is dead for good. */
export const shares = pgTable(
  'shares',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<ShareId>().notNull(),
    /** What is shared. NOTE: the column is older than the idea that other things than conversations are. */
    subjectId: text('conversation_id').$type<SubjectId>().notNull(),
    tokenHash: text('token_hash').$type<Digest>().notNull(),
    /** The token under the server's key, so that the owner can be shown the link again. */
    tokenSealed: text('token_sealed').notNull(),
    version: integer('version').notNull(),
    /** What was frozen, before the policy narrowed it: never served, read to make a snapshot again when the policy changes. */
    frozenDigest: text('frozen_digest').$type<Digest>().notNull(),
    /** What is served. */
    snapshotDigest: text('snapshot_digest').$type<Digest>().notNull(),
    /** The last part that is frozen: of a conversation its turn. */
    sharePoint: text('share_point_turn_id').notNull(),
    policy: jsonb('policy').$type<StoredPolicy>().notNull(),
    createdBy: text('created_by').$type<UserId>().notNull(),
    /** Through what it was made. */
    via: text('via').notNull().default('web'),
    createdAt: instant('created_at').notNull(),
    /** When the share point last moved. */
    sharedAt: instant('shared_at').notNull(),
    revokedAt: instant('revoked_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('shares_by_token').on(table.tokenHash),
    uniqueIndex('shares_one_live').on(table.tenantId, table.subjectId).where(sql`${table.revokedAt} is null`),
  ],
)

export const shareVersions = pgTable(
  'share_versions',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    shareId: text('share_id').$type<ShareId>().notNull(),
    version: integer('version').notNull(),
    /** What was frozen, before the policy narrowed it: never served, read to make a snapshot again when the policy changes. */
    frozenDigest: text('frozen_digest').$type<Digest>().notNull(),
    /** What is served. */
    snapshotDigest: text('snapshot_digest').$type<Digest>().notNull(),
    sharePoint: text('share_point_turn_id').notNull(),
    createdBy: text('created_by').$type<UserId>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.shareId, table.version] }),
    index('share_versions_by_snapshot').on(table.tenantId, table.snapshotDigest),
  ],
)

/** Further links to a share, one per recipient: the same content, an address and an end of their own. */
export const shareLinks = pgTable(
  'share_links',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<ShareLinkId>().notNull(),
    shareId: text('share_id').$type<ShareId>().notNull(),
    /** Who it is for, in the owner's words. */
    label: text('label').notNull(),
    tokenHash: text('token_hash').$type<Digest>().notNull(),
    tokenSealed: text('token_sealed').notNull(),
    createdBy: text('created_by').$type<UserId>().notNull(),
    createdAt: instant('created_at').notNull(),
    revokedAt: instant('revoked_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('share_links_by_token').on(table.tokenHash),
    index('share_links_by_share').on(table.tenantId, table.shareId),
  ],
)

/** How often a link was opened, by the hour. No address is kept: `visitors` counts them salted, with a salt that is gone after the hour; each node counts its own. */
export const shareViews = pgTable(
  'share_views',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    shareId: text('share_id').$type<ShareId>().notNull(),
    /** Empty for the share's own link. */
    linkId: text('link_id').notNull(),
    hour: instant('hour').notNull(),
    views: integer('views').notNull(),
    visitors: integer('visitors').notNull(),
    lastAt: instant('last_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.shareId, table.linkId, table.hour] })],
)
