import { z } from 'zod'
import { TenantId, UserId } from './id.ts'
import { Permission, RoleName } from './permission.ts'

export const Email = z
  .email('Write an e-mail address like name@example.com.')
  .max(254)
  .transform((text) => text.toLowerCase())
export const Password = z.string().min(10, 'A password needs at least 10 characters.').max(200)

export const Me = z.object({
  user: z.object({ id: UserId, email: z.string(), name: z.string() }),
  tenant: z.object({ id: TenantId, name: z.string(), sharingEnabled: z.boolean(), isDemo: z.boolean() }),
  role: RoleName,
  permissions: z.array(Permission),
})
export type Me = z.infer<typeof Me>

/**
 * What a first visitor is asked for. `code` is printed in the terminal and asked only where the server listens beyond loopback.
 * `demo` is there where anybody may walk into the demo; `sharedPath` is its public page.
 */
export const SetupState = z.object({
  isNeeded: z.boolean(),
  needsCode: z.boolean(),
  demo: z.object({ name: z.string(), sharedPath: z.string().nullable() }).nullable(),
})
export type SetupState = z.infer<typeof SetupState>
export const SetupInput = z.object({
  email: Email,
  password: Password,
  name: z.string().trim().max(100).default(''),
  organisation: z.string().trim().max(100).default(''),
  code: z.string().optional(),
})
export type SetupInput = z.infer<typeof SetupInput>
export const SignInInput = z.object({ email: Email, password: z.string().max(200) })
