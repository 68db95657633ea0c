import { isNotNull } from 'drizzle-orm'
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type {
  CheckpointId,
  ConversationId,
  Digest,
  GroupId,
  SourceId,
  TenantId,
  TurnId,
  UploadId,
  UserId,
} from '../../contract/id.ts'
import type { TurnEvent, TurnStatus } from '../../contract/turn.ts'
import type { ImportingTable, UploadKind, UploadProblem, UploadTable } from '../../contract/upload.ts'
import type { AccessLevel, Visibility } from '../../contract/visibility.ts'
import { instant } from '../storage/tables.ts'

export const conversations = pgTable(
  'conversations',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<ConversationId>().notNull(),
    ownerId: text('owner_id').$type<UserId>().notNull(),
    title: text('title').notNull(),
    sourceId: text('source_id').$type<SourceId>(),
    visibility: text('visibility').$type<Visibility['to']>().notNull().default('me'),
    /** A person wrote the title; the first question no longer replaces it. */
    isNamed: boolean('is_named').notNull().default(false),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    deletedAt: instant('deleted_at'),
    pinnedAt: instant('pinned_at'),
    archivedAt: instant('archived_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('conversations_by_owner').on(table.tenantId, table.ownerId, table.updatedAt),
  ],
)

/** Whom a conversation is shown to by name. */
export const conversationAccess = pgTable(
  'conversation_access',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    conversationId: text('conversation_id').$type<ConversationId>().notNull(),
    subjectId: text('subject_id').$type<UserId | GroupId>().notNull(),
    level: text('level').$type<AccessLevel>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.conversationId, table.subjectId] })],
)

/** Which conversations hold a result: who may see one of them may read it. */
export const heldResults = pgTable(
  'held_results',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    digest: text('digest').$type<Digest>().notNull(),
    conversationId: text('conversation_id').$type<ConversationId>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.digest, table.conversationId] })],
)

/** Which turns there are and whether one runs: a reading of the log, kept beside it in the same commit. */
export const turns = pgTable(
  'turns',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<TurnId>().notNull(),
    conversationId: text('conversation_id').$type<ConversationId>().notNull(),
    /** The order of asking over all turns, hidden ones too. */
    seq: integer('seq').notNull(),
    status: text('status').$type<TurnStatus>().notNull(),
    startedAt: instant('started_at').notNull(),
    /** The node that runs it, and whether another has asked it to stop. */
    nodeId: text('node_id'),
    isCancelAsked: boolean('is_cancel_asked').notNull().default(false),
    /** Out of sight: rewound, or replaced by a newer run. */
    isHidden: boolean('is_hidden').notNull().default(false),
    /** What search looks through. */
    question: text('question').notNull().default(''),
    answer: text('answer').notNull().default(''),
    code: text('code').notNull().default(''),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('turns_in_order').on(table.tenantId, table.conversationId, table.seq),
  ],
)

/** The turn log. Append only. */
export const turnEvents = pgTable(
  'turn_events',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    conversationId: text('conversation_id').$type<ConversationId>().notNull(),
    seq: integer('seq').notNull(),
    turnId: text('turn_id').$type<TurnId>().notNull(),
    at: instant('at').notNull(),
    event: jsonb('event').$type<TurnEvent>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.conversationId, table.seq] })],
)

/** Where a conversation can go back to: before a turn (automatic) or after one (named; after none is the beginning). */
export const checkpoints = pgTable(
  'checkpoints',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<CheckpointId>().notNull(),
    conversationId: text('conversation_id').$type<ConversationId>().notNull(),
    name: text('name'),
    beforeTurnId: text('before_turn_id').$type<TurnId>(),
    afterTurnId: text('after_turn_id').$type<TurnId>(),
    createdBy: text('created_by').$type<UserId>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('checkpoints_by_conversation').on(table.tenantId, table.conversationId, table.createdAt),
  ],
)

/** Rewinds as the log tells them, with what a timer and an undo need to know. */
export const rewinds = pgTable(
  'rewinds',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    conversationId: text('conversation_id').$type<ConversationId>().notNull(),
    /** Of its event in the log. */
    seq: integer('seq').notNull(),
    turnIds: jsonb('turn_ids').$type<TurnId[]>().notNull(),
    rewoundAt: instant('rewound_at').notNull(),
    /** From then on what it hid is erased. */
    until: instant('until').notNull(),
    undoneAt: instant('undone_at'),
    erasedAt: instant('erased_at'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.conversationId, table.seq] }), index('rewinds_due').on(table.until)],
)

export const uploads = pgTable(
  'uploads',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<UploadId>().notNull(),
    ownerId: text('owner_id').$type<UserId>().notNull(),
    conversationId: text('conversation_id').$type<ConversationId>(),
    name: text('name').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    kind: text('kind').$type<UploadKind>().notNull(),
    /** Absent until the file is kept. */
    digest: text('digest').$type<Digest>(),
    tables: jsonb('tables').$type<UploadTable[]>().notNull(),
    /** The table that is still being read, and the node that reads it. */
    importing: jsonb('importing').$type<ImportingTable>(),
    nodeId: text('node_id'),
    problems: jsonb('problems').$type<UploadProblem[]>().notNull(),
    problemCount: integer('problem_count').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('uploads_by_conversation').on(table.tenantId, table.conversationId),
    index('uploads_importing').on(table.nodeId).where(isNotNull(table.importing)),
  ],
)
