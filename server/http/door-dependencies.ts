import type { TurnLoop } from '../analysts/turn-loop.ts'
import type { Clock } from '../basics/clock.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Results } from '../results/results.ts'
import type { Sharing } from '../sharing/sharing.ts'
import type { Sources } from '../sources/sources.ts'
import type { Database } from '../storage/database.ts'
import type { Tenancy } from '../tenancy/tenancy.ts'
import type { OriginSettings } from './request-context.ts'
import type { StaticFile } from './static-files.ts'

export interface DoorDependencies {
  readonly database: Database
  readonly tenancy: Tenancy
  readonly conversations: Conversations
  readonly turnLoop: TurnLoop
  readonly results: Results
  readonly sources: Sources
  readonly sharing: Sharing
  readonly staticFiles: ReadonlyMap<string, StaticFile>
  readonly settings: OriginSettings & { readonly tempDir: string; readonly uploadMaxBytes: number }
  readonly clock: Clock
  /** The demo shop's files, up to yesterday. */
  readonly demoFiles: () => readonly { name: string; text: string }[]
  /** Asked for on the first visit, when strangers could come before the owner. */
  readonly setupCode: string | undefined
  /** Writes a bug to the log. */
  readonly report: (error: unknown, context: Record<string, unknown>) => string
}
