import type { UploadId } from '../../contract/id.ts'
import type { TelegramBot, TelegramBotInput } from '../../contract/telegram.ts'
import type { Models } from '../analysts/models.ts'
import type { TurnLoop } from '../analysts/turn-loop.ts'
import type { Clock } from '../basics/clock.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Dashboards } from '../dashboards/dashboards.ts'
import type { Python } from '../python/python.ts'
import type { Results } from '../results/results.ts'
import type { Schedules } from '../schedules/schedules.ts'
import type { Sharing } from '../sharing/sharing.ts'
import type { Sources } from '../sources/sources.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { Tenancy } from '../tenancy/tenancy.ts'
import type { OriginSettings } from './request-context.ts'
import type { StaticFile } from './static-files.ts'

/** The settings of the tenant's bot, which is a door of its own. */
interface TelegramBotSettings {
  read(actor: Actor): Promise<TelegramBot | null>
  change(actor: Actor, input: TelegramBotInput): Promise<TelegramBot>
  test(actor: Actor, token: string | undefined): Promise<{ username: string }>
  remove(actor: Actor): Promise<void>
}

/** What Prometheus asks for. `isOpen`: nobody but this machine can ask. */
interface ShownMetrics {
  readonly contentType: string
  text(): Promise<string>
  readonly isOpen: boolean
}

export interface DoorDependencies {
  readonly database: Database
  readonly tenancy: Tenancy
  readonly conversations: Conversations
  readonly turnLoop: TurnLoop
  readonly results: Results
  readonly python: Pick<Python, 'status' | 'variables' | 'restart'>
  readonly sources: Sources
  readonly models: Models
  readonly sharing: Sharing
  readonly dashboards: Dashboards
  readonly schedules: Schedules
  readonly telegramBot: TelegramBotSettings
  readonly metrics: ShownMetrics
  readonly staticFiles: ReadonlyMap<string, StaticFile>
  readonly settings: OriginSettings & { readonly tempDir: string; readonly uploadMaxBytes: number }
  readonly clock: Clock
  /** Brings the demo shop, up to yesterday, as uploads of the actor. */
  readonly uploadDemo: (actor: Actor) => Promise<UploadId[]>
  /** The demo that anybody may walk into; nothing where the server has none. */
  readonly demo: () => Promise<{ name: string; sharedPath: string | null } | null>
  /** Asked for on the first visit, when strangers could come before the owner. */
  readonly setupCode: string | undefined
  /** Writes a bug to the log. */
  readonly report: (error: unknown, context: Record<string, unknown>) => string
}
