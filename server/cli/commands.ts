import { z } from 'zod'
import { KnownError } from '../../contract/error.ts'
import { ConversationId } from '../../contract/id.ts'
import { RoleName } from '../../contract/permission.ts'
import { Email, Password } from '../../contract/person.ts'
import type { BackupCounts } from '../storage/backup.ts'
import type { KeyChange } from '../storage/change-key.ts'
import type { Accounts } from '../tenancy/accounts.ts'
import type { Finding } from './finding.ts'
import type { ProbeLink } from './probe-link.ts'

/** What the command line can ask for, of a running server through its control socket or of the database itself. */
export interface Commands {
  createUser(input: {
    email: string
    password: string
    role: RoleName
    tenant?: string | undefined
  }): Promise<{ userId: string; tenantId: string }>
  /** The key, shown this once. */
  createKey(input: { email: string; name: string }): Promise<{ key: string }>
  resetPassword(input: { email: string; password: string }): Promise<{ ok: true }>
  /** Makes the demo where it is not there yet. Only a whole program can: it asks questions. */
  seedDemo(): Promise<{ name: string; sharedPath: string | null }>
  /** Writes all that is kept into one file; `file` is an absolute path. */
  backup(input: { file: string }): Promise<BackupCounts>
  /** Seals all that is encrypted with a new key. */
  rotateKey(): Promise<KeyChange>
  /** Opening the database has brought it up to date already. */
  migrate(): Promise<{ database: string }>
  /** Looks at what the server stands on. */
  inspect(): Promise<Finding[]>
  /** A public link for the doctor, on the tenant of this host. Only a whole program can. */
  openProbe(input: { host: string }): Promise<ProbeLink>
  closeProbe(input: { host: string; conversationId: ConversationId }): Promise<{ ok: true }>
}

export const commandInputs = {
  createUser: z.object({
    email: Email,
    password: Password,
    role: RoleName.default('owner'),
    tenant: z.string().trim().min(1).max(100).optional(),
  }),
  createKey: z.object({ email: Email, name: z.string().trim().min(1).max(100).default('command line') }),
  resetPassword: z.object({ email: Email, password: Password }),
  seedDemo: z.object({}),
  backup: z.object({ file: z.string().min(1) }),
  rotateKey: z.object({}),
  migrate: z.object({}),
  inspect: z.object({}),
  openProbe: z.object({ host: z.string() }),
  closeProbe: z.object({ host: z.string(), conversationId: ConversationId }),
} as const satisfies Record<keyof Commands, z.ZodType>

export const createCommands = ({
  accounts,
  databaseKind,
  backup,
  rotateKey,
  inspect,
  program,
}: {
  accounts: Accounts
  databaseKind: string
  backup: (file: string) => Promise<BackupCounts>
  rotateKey: Commands['rotateKey']
  inspect: Commands['inspect']
  /** What only a whole program can do. */
  program?: Pick<Commands, 'seedDemo' | 'openProbe' | 'closeProbe'>
}): Commands => ({
  createUser: (input) => accounts.createUser(input),
  createKey: async (input) => ({ key: await accounts.createKey(input) }),
  resetPassword: async (input) => {
    await accounts.resetPassword(input)
    return { ok: true }
  },
  ...(program ?? { seedDemo: notHere, openProbe: notHere, closeProbe: notHere }),
  backup: ({ file }) => backup(file),
  rotateKey,
  migrate: async () => ({ database: databaseKind }),
  inspect,
})

const notHere = async (): Promise<never> => {
  throw new KnownError('unavailable')
}
