import { z } from 'zod'
import { IdentityProviderId, TenantId, UserId } from './id.ts'
import { Permission, RoleName } from './permission.ts'

export const Email = z
  .email('Write an e-mail address like name@example.com.')
  .max(254)
  .transform((text) => text.toLowerCase())
export const Password = z.string().min(10, 'A password needs at least 10 characters.').max(200)

export const Me = z.object({
  user: z.object({
    id: UserId,
    email: z.string(),
    name: z.string(),
    /** Null follows the browser. */
    timeZone: z.string().nullable(),
    locale: z.string().nullable(),
    hasPassword: z.boolean(),
    hasSecondFactor: z.boolean(),
  }),
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
export const SignInInput = z.object({
  email: Email,
  password: z.string().max(200),
  /** Of the second factor, or a recovery code; asked for when `second-factor-needed` was answered. */
  code: z.string().trim().max(40).optional(),
})
export type SignInInput = z.infer<typeof SignInInput>

/** What the page at the door offers on this origin. */
export const SignInOptions = z.object({
  tenantName: z.string().nullable(),
  providers: z.array(z.object({ id: IdentityProviderId, name: z.string() })),
  /** Forgotten passwords can be mended by mail. */
  sendsMail: z.boolean(),
})
export type SignInOptions = z.infer<typeof SignInOptions>

const isTimeZone = (text: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
const isLocale = (text: string): boolean => {
  try {
    return Intl.getCanonicalLocales(text).length === 1
  } catch {
    return false
  }
}

/** As IANA names it. */
export const TimeZone = z.string().refine(isTimeZone, 'Choose a time zone like Europe/Berlin.')

export const ProfileChange = z
  .object({
    name: z.string().trim().min(1, 'Write a name.').max(100),
    timeZone: TimeZone.nullable(),
    locale: z.string().refine(isLocale, 'Choose a language like en-GB.').nullable(),
  })
  .partial()
  .strict()
export type ProfileChange = z.infer<typeof ProfileChange>

/** A tenant that I am a member of. `origin` is where it is, null where one origin serves all. */
export const OwnTenant = z.object({
  id: TenantId,
  name: z.string(),
  role: RoleName,
  isCurrent: z.boolean(),
  origin: z.string().nullable(),
})
export type OwnTenant = z.infer<typeof OwnTenant>

/** A second factor about to be switched on: the key as text and as an address for a QR code; `pending` goes back with the first code. */
export const SecondFactorOffer = z.object({ key: z.string(), uri: z.string(), pending: z.string() })
export type SecondFactorOffer = z.infer<typeof SecondFactorOffer>
