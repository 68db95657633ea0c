import { z } from 'zod'

const id = <Brand extends string>(prefix: Brand) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-z]{20,32}$`))
    .brand<Brand>()

export const TenantId = id('ten')
export type TenantId = z.infer<typeof TenantId>
export const UserId = id('usr')
export type UserId = z.infer<typeof UserId>
export const ConversationId = id('cnv')
export type ConversationId = z.infer<typeof ConversationId>
export const TurnId = id('trn')
export type TurnId = z.infer<typeof TurnId>
export const CheckpointId = id('chk')
export type CheckpointId = z.infer<typeof CheckpointId>
export const UploadId = id('upl')
export type UploadId = z.infer<typeof UploadId>
export const SourceId = id('src')
export type SourceId = z.infer<typeof SourceId>
export const ModelId = id('mdl')
export type ModelId = z.infer<typeof ModelId>
export const ShareId = id('shr')
export type ShareId = z.infer<typeof ShareId>
export const ShareLinkId = id('shl')
export type ShareLinkId = z.infer<typeof ShareLinkId>
export const ApiKeyId = id('key')
export type ApiKeyId = z.infer<typeof ApiKeyId>

export const DashboardId = id('dsh')
export type DashboardId = z.infer<typeof DashboardId>
export const TileId = id('til')
export type TileId = z.infer<typeof TileId>

export const ScheduleId = id('sch')
export type ScheduleId = z.infer<typeof ScheduleId>
export const ScheduleRunId = id('scr')
export type ScheduleRunId = z.infer<typeof ScheduleRunId>

/** What can be shared. Its prefix says which kind it is. */
export type SubjectId = ConversationId | DashboardId

export const SessionId = id('ses')
export type SessionId = z.infer<typeof SessionId>
export const GroupId = id('grp')
export type GroupId = z.infer<typeof GroupId>
export const InvitationId = id('inv')
export type InvitationId = z.infer<typeof InvitationId>
export const IdentityProviderId = id('idp')
export type IdentityProviderId = z.infer<typeof IdentityProviderId>
export const TelegramTokenId = id('tgt')
export type TelegramTokenId = z.infer<typeof TelegramTokenId>

/** SHA-256 of the bytes, 64 lower-case hexadecimal digits. */
export const Digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'Digest'>()
export type Digest = z.infer<typeof Digest>
