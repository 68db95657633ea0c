import { z } from 'zod'
import { TileId, TurnId } from './id.ts'

/** A part of what is shared: a turn of a conversation, a tile of a dashboard. */
export const TurnOrTileId = z.union([TurnId, TileId])

/** `national-id` are numbers that a state gives a person, by their check digits. */
export const FindingKind = z.enum(['secret', 'email', 'phone', 'card', 'iban', 'national-id'])
export type FindingKind = z.infer<typeof FindingKind>

/**
 * What happens to a finding in the frozen copy: its text is masked everywhere, its column or its turn is left out, or it stays.
 * Where there is no column to drop, `drop-column` masks; of a file, everything but `allow` keeps the file out.
 */
export const FindingDecision = z.enum(['mask', 'drop-column', 'drop-turn', 'allow'])
export type FindingDecision = z.infer<typeof FindingDecision>

/** One secret or personal text in one place of what would be public. The id stays the same from check to check. */
export const Finding = z.object({
  id: z.string(),
  kind: FindingKind,
  /** For people: `Table “Late parcels”, column contact, 88 rows`. */
  where: z.string(),
  /** The text, masked. */
  sample: z.string(),
  place: z.object({
    part: z.enum(['title', 'question', 'answer', 'reading', 'step', 'table', 'chart', 'file']),
    turnId: TurnOrTileId.optional(),
    column: z.string().optional(),
    file: z.string().optional(),
  }),
  /** Cells, or places in the text, that hold such a text. */
  count: z.number().int().positive(),
  choices: z.array(FindingDecision),
  decision: FindingDecision.optional(),
})
export type Finding = z.infer<typeof Finding>

const rules = {
  /** Stands on the page and in link previews; without one previews stay neutral. */
  title: z.string().max(200).nullable(),
  /** The chart of the page (`c1`, counted over the page) that link previews show. */
  cardChartId: z
    .string()
    .regex(/^c[1-9][0-9]{0,5}$/)
    .nullable(),
  expiresAt: z.iso.datetime().nullable(),
  answersOnly: z.boolean(),
  /** Files, and tables as files. */
  downloads: z.boolean(),
  /** The machine-readable twins, `.json` and `.md`. */
  twins: z.boolean(),
  /** Readers may step back to older versions. */
  versionsVisible: z.boolean(),
  /** A dashboard's link shows its last stored refresh, instead of what was frozen. */
  refreshed: z.boolean(),
  /** Turns, or tiles of a dashboard. */
  excludeTurnIds: z.array(TurnOrTileId).max(1000),
  /** Tool calls left out one by one, as `<turn id>/<step id>`. */
  excludeStepIds: z.array(z.string().max(100)).max(1000),
}

/** What the owner decided about a link, as it is shown: the password never comes back. */
export const SharePolicy = z.object({
  title: rules.title.default(null),
  cardChartId: rules.cardChartId.default(null),
  expiresAt: rules.expiresAt.default(null),
  hasPassword: z.boolean().default(false),
  answersOnly: rules.answersOnly.default(false),
  downloads: rules.downloads.default(true),
  twins: rules.twins.default(true),
  versionsVisible: rules.versionsVisible.default(false),
  refreshed: rules.refreshed.default(false),
  excludeTurnIds: rules.excludeTurnIds.default([]),
  excludeStepIds: rules.excludeStepIds.default([]),
  findings: z.record(z.string(), FindingDecision).default({}),
})
export type SharePolicy = z.infer<typeof SharePolicy>

/** Merged into the policy: what is not named stays, `null` clears. Findings are merged one by one. */
export const SharePolicyChange = z
  .object({
    title: rules.title,
    cardChartId: rules.cardChartId,
    expiresAt: rules.expiresAt,
    password: z.string().min(4, 'A password has at least 4 characters.').max(200).nullable(),
    answersOnly: rules.answersOnly.nullable(),
    downloads: rules.downloads.nullable(),
    twins: rules.twins.nullable(),
    versionsVisible: rules.versionsVisible.nullable(),
    refreshed: rules.refreshed.nullable(),
    excludeTurnIds: rules.excludeTurnIds.nullable(),
    excludeStepIds: rules.excludeStepIds.nullable(),
    findings: z.record(z.string().max(64), FindingDecision.nullable()).nullable(),
  })
  .partial()
  .strict()
export type SharePolicyChange = z.infer<typeof SharePolicyChange>

export const ShareState = z.discriminatedUnion('visibility', [
  z.object({ visibility: z.literal('private') }),
  z.object({
    visibility: z.literal('public'),
    url: z.string(),
    token: z.string(),
    sharedAt: z.string(),
    sharePointTurnId: z.string(),
    version: z.number().int().positive(),
    /** Answered turns that the link does not have yet. */
    newerTurns: z.number().int().nonnegative(),
    /** Turns that the link shows and the conversation no longer has: it was rewound after sharing. */
    goneTurns: z.number().int().nonnegative(),
    versions: z.array(z.object({ version: z.number().int(), frozenAt: z.string() })),
    policy: SharePolicy,
    /** The organisation's: origins whose pages may show the link in a frame. */
    embedOrigins: z.array(z.string()),
  }),
])
export type ShareState = z.infer<typeof ShareState>

/** Said before anything is public (S4). */
export const ShareContents = z.object({
  turns: z.number().int(),
  tables: z.number().int(),
  rows: z.number().int(),
  charts: z.number().int(),
  /** Figures of Python cells, before any decision: none is shown where something is masked or dropped. */
  figures: z.number().int(),
  /** The charts by their id on the page, for the picture of a link preview. */
  chartList: z.array(z.object({ id: z.string(), title: z.string() })),
  files: z.array(z.object({ name: z.string(), bytes: z.number().int() })),
  /** Files that a finding keeps out. */
  filesKeptOut: z.number().int(),
  toolCalls: z.number().int(),
  showsSql: z.boolean(),
})
export type ShareContents = z.infer<typeof ShareContents>
