import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { ConversationId, Digest, ShareId, TenantId, TurnId, UserId } from '../../contract/id.ts'
import type { SharePolicy } from '../../contract/share.ts'
import { instant } from '../storage/tables.ts'

/** One row per link that was ever made. A revoked one stays revoked: its token is dead for good. */
export const shares = pgTable(
  'shares',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<ShareId>().notNull(),
    conversationId: text('conversation_id').$type<ConversationId>().notNull(),
    tokenHash: text('token_hash').$type<Digest>().notNull(),
    /** The token under the server's key, so that the owner can be shown the link again. */
    tokenSealed: text('token_sealed').notNull(),
    version: integer('version').notNull(),
    /** What was frozen, before the policy narrowed it: never served, read to make a snapshot again when the policy changes. */
    frozenDigest: text('frozen_digest').$type<Digest>().notNull(),
    /** What is served. */
    snapshotDigest: text('snapshot_digest').$type<Digest>().notNull(),
    sharePointTurnId: text('share_point_turn_id').$type<TurnId>().notNull(),
    /** The turns that the newest version shows, in order. */
    turnIds: jsonb('turn_ids').$type<TurnId[]>().notNull().default([]),
    policy: jsonb('policy').$type<SharePolicy>().notNull(),
    createdBy: text('created_by').$type<UserId>().notNull(),
    createdAt: instant('created_at').notNull(),
    /** When the share point last moved. */
    sharedAt: instant('shared_at').notNull(),
    revokedAt: instant('revoked_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('shares_by_token').on(table.tokenHash),
    uniqueIndex('shares_one_live').on(table.tenantId, table.conversationId).where(sql`${table.revokedAt} is null`),
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
    sharePointTurnId: text('share_point_turn_id').$type<TurnId>().notNull(),
    createdBy: text('created_by').$type<UserId>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.shareId, table.version] }),
    index('share_versions_by_snapshot').on(table.tenantId, table.snapshotDigest),
  ],
)
