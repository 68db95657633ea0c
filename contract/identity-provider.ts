import { z } from 'zod'
import { IdentityProviderId } from './id.ts'
import { RoleName } from './permission.ts'

/** A server of somebody else that people of this tenant sign in through (OpenID Connect). Its secret never comes back. */
export const IdentityProvider = z.object({
  id: IdentityProviderId,
  name: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  /** Who is new gets this role; null lets only members and invited people in. */
  newRole: RoleName.nullable(),
  emailDomains: z.array(z.string()),
  trustsEmail: z.boolean(),
})
export type IdentityProvider = z.infer<typeof IdentityProvider>

export const IdentityProviderInput = z.object({
  name: z.string().trim().min(1, 'Give it a name: it stands on the button.').max(60),
  issuer: z.url({ protocol: /^https?$/, error: 'Write the issuer like https://accounts.google.com.' }),
  clientId: z.string().trim().min(1, 'The provider gave you a client id.').max(300),
  /** Left out in a change, it stays. */
  clientSecret: z.string().min(1).max(1000).optional(),
  newRole: RoleName.nullable().default(null),
  emailDomains: z
    .array(
      z
        .string()
        .trim()
        .toLowerCase()
        .regex(/^[a-z0-9.-]+$/, 'A domain is like example.com.'),
    )
    .max(50)
    .default([]),
  trustsEmail: z.boolean().default(false),
})
export type IdentityProviderInput = z.infer<typeof IdentityProviderInput>

/** Why somebody who came back from a provider was not let in. */
export const RefusedSignIn = z.enum(['not-invited', 'no-verified-email', 'has-account', 'failed'])
export type RefusedSignIn = z.infer<typeof RefusedSignIn>
