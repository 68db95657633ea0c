import type { AuditEvent } from '../../contract/audit.ts'
import { Permission } from '../../contract/permission.ts'
import { formatCount, formatMoment } from '../controls/format-text.ts'
import { permissionWords } from './permission-words.ts'

/** What was done; `_` stands for what it was done to. */
const deeds: Readonly<Record<string, string>> = {
  'conversation-continue': 'Took a shared page into _',
  'conversation-visibility': 'Changed who sees _',
  'dashboard-visibility': 'Changed who sees _',
  'group-change': 'Changed the group _',
  'group-create': 'Made the group _',
  'group-delete': 'Deleted the group _',
  'invitation-withdraw': 'Withdrew the invitation of _',
  'key-create': 'Made the API key _',
  'key-revoke': 'Revoked the API key _',
  'member-attributes': 'Changed the attributes of _',
  'member-invite': 'Invited _',
  'member-join': '_ joined',
  'member-remove': 'Removed _',
  'member-role': 'Changed the role of _',
  'model-budget': 'Changed the budget for models',
  'model-change': 'Changed the model _',
  'model-create': 'Connected the model _',
  'model-delete': 'Removed the model _',
  'password-change': 'Changed their password',
  'password-reset': 'Set a new password for _',
  'provider-change': 'Changed the sign-in provider _',
  'provider-create': 'Added the sign-in provider _',
  'provider-delete': 'Removed the sign-in provider _',
  'role-change': 'Changed the role _',
  'role-create': 'Made the role _',
  'role-delete': 'Deleted the role _',
  'schedule-change': 'Changed the schedule _',
  'schedule-create': 'Made the schedule _',
  'schedule-delete': 'Deleted the schedule _',
  'schedule-stop': 'The schedule _ stopped',
  'second-factor-off': 'Turned the second factor off',
  'second-factor-on': 'Turned the second factor on',
  'session-end': 'Ended a session',
  'share-create': 'Made a link to _',
  'share-link-create': 'Made a recipient’s link to _',
  'share-link-revoke': 'Closed a recipient’s link to _',
  'share-policy': 'Changed what the link to _ allows',
  'share-refresh': 'Refreshed the link to _',
  'share-revoke': 'Closed the link to _',
  'share-update': 'Updated the link to _',
  'sharing-off': 'Turned public links off',
  'sharing-on': 'Turned public links on',
  'sign-in': 'Signed in',
  'source-access': 'Changed who may ask _',
  'source-change': 'Changed the data source _',
  'source-create': 'Added the data source _',
  'source-delete': 'Removed the data source _',
  'source-notes': 'Changed the notes on _',
  'telegram-bot-change': 'Connected the Telegram bot _',
  'telegram-bot-remove': 'Removed the Telegram bot _',
  'telegram-login': 'Signed in over Telegram',
  'telegram-logout': 'Signed out of Telegram',
  'telegram-token-create': 'Made a Telegram token',
  'telegram-token-revoke': 'Revoked a Telegram token',
  'tenant-change': 'Changed the organisation',
  'tenant-delete': 'Deleted the organisation _',
}

const kinds: Readonly<Record<string, string>> = {
  usr: 'a person who left',
  cnv: 'a conversation',
  dsh: 'a dashboard',
  src: 'a data source',
  mdl: 'a model',
  shr: 'a link',
  shl: 'a link',
  sch: 'a schedule',
  ses: 'a session',
  tgt: 'a Telegram token',
  key: 'an API key',
  grp: 'a group',
  inv: 'an invitation',
  idp: 'a sign-in provider',
  ten: 'the organisation',
}

const idShape = /^([a-z]{3})_[0-9a-z]{20,32}$/

/** Parts of the details by which a thing is called. */
const ownNames = ['name', 'title', 'email']

function nameOf({ subject, subjectName, details }: AuditEvent): string {
  const kind = idShape.exec(subject)?.[1]
  const own = ownNames.map((part) => details[part]).find((name) => typeof name === 'string' && name !== '')
  return subjectName || (kind === undefined ? subject : typeof own === 'string' ? own : (kinds[kind] ?? subject))
}

/** "Closed the link to a conversation" */
export function deedOf(event: AuditEvent): string {
  const deed = deeds[event.action]
  const name = nameOf(event)
  const said = deed === undefined ? `${event.action.replaceAll('-', ' ')}: ${name}` : deed.replace('_', () => name)
  return said.charAt(0).toUpperCase() + said.slice(1)
}

/** A detail in words; `before` where it is known what it was. */
export interface Fact {
  readonly label: string
  readonly before?: string
  readonly value: string
}

const labels: Readonly<Record<string, string>> = {
  answersOnly: 'Answers only',
  allowEmbedOrigins: 'May embed',
  downloads: 'Files can be taken along',
  cardChartId: 'Preview picture',
  defaultLinkDays: 'Days of a new link',
  excludeStepIds: 'Steps left out',
  excludeTurnIds: 'Questions left out',
  expiresAt: 'Ends',
  findings: 'Findings looked at',
  hasPassword: 'Has a password',
  isPaused: 'Paused',
  isReconnected: 'New connection',
  label: 'For',
  maxLinkDays: 'Most days of a link',
  named: 'Named people and groups',
  permissions: 'May',
  refreshed: 'Follows refreshes',
  requirePassword: 'Links need a password',
  retentionDays: 'Days until deleted is erased',
  scopes: 'May',
  to: 'Seen by',
  tokensPerDay: 'Tokens per day',
  tokensPerTurn: 'Tokens per question',
  twins: 'Readable by programs',
  versionsVisible: 'Earlier versions',
}
const audiences: Readonly<Record<string, string>> = {
  me: 'the owner',
  named: 'those named',
  tenant: 'everyone in the organisation',
}

/** Parts whose own parts say something. */
const nested = new Set(['policy', 'attributes'])
/** Parts that say nothing to people, or what the deed says already. */
const unsaid = new Set(['shareId', 'linkId', 'sharePoint', 'sharingEnabled'])

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `isPaused` is "Is paused", `tokens_per_day` is "Tokens per day". */
const labelOf = (name: string): string => {
  const words = name
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()
  return labels[name] ?? words.charAt(0).toUpperCase() + words.slice(1)
}

const wordOf = (item: unknown): string | undefined => {
  const permission = Permission.safeParse(item)
  if (permission.success) return permissionWords[permission.data]
  return typeof item === 'string' && !idShape.test(item) ? item : undefined
}

/** Undefined for what says nothing to people, like an id. */
function valueOf(name: string, value: unknown): string | undefined {
  if (value === null || value === '') return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return name === 'version' ? String(value) : formatCount(value)
  if (Array.isArray(value)) {
    const words = value.map(wordOf)
    const isSaid = words.length > 0 && words.every((word) => word !== undefined)
    return isSaid ? words.join(', ') : value.length === 0 ? 'none' : formatCount(value.length)
  }
  if (isRecord(value)) return Object.keys(value).length === 0 ? 'none' : formatCount(Object.keys(value).length)
  if (typeof value !== 'string' || idShape.test(value)) return undefined
  if (name === 'to') return audiences[value] ?? value
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? formatMoment(value) : value
}

const isNothing = (value: unknown): boolean =>
  value === null || value === false || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)

/** The details of an event in words. Where it is known what was before, only what changed. */
export function factsOf(event: AuditEvent): Fact[] {
  const { before, ...details } = event.details
  const parts = Object.entries(details).flatMap(([name, value]) =>
    isRecord(value) && nested.has(name) ? Object.entries(value) : [[name, value] as const],
  )
  const isOfName = (name: string, value: unknown): boolean => ownNames.includes(name) && value === nameOf(event)
  return parts.flatMap(([name, value]): Fact[] => {
    if (unsaid.has(name) || isOfName(name, value)) return []
    const was = isRecord(before) ? before[name] : name === 'role' ? before : undefined
    if (isRecord(before) ? name in before && isSame(was, value) : isNothing(value)) return []
    const [now, then] = [valueOf(name, value), was === undefined ? undefined : valueOf(name, was)]
    return now === undefined ? [] : [{ label: labelOf(name), value: now, ...(then === undefined ? {} : { before: then }) }]
  })
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
