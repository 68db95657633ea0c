import { z } from 'zod'
import { KnownError } from '../../contract/error.ts'
import { SharePolicy, type SharePolicyChange } from '../../contract/share.ts'
import { hashPassword } from '../tenancy/password.ts'

/** A policy as it is kept: the password as a scrypt hash. */
export const StoredPolicy = SharePolicy.omit({ hasPassword: true }).extend({
  passwordHash: z.string().nullable().default(null),
})
export type StoredPolicy = z.infer<typeof StoredPolicy>

export function presentPolicy(stored: StoredPolicy): SharePolicy {
  const { passwordHash, ...policy } = StoredPolicy.parse(stored)
  return { ...policy, hasPassword: passwordHash !== null }
}

/** For the audit log: what was decided, without the password and without the findings' number. */
export const policyForAudit = (stored: StoredPolicy): Record<string, unknown> => presentPolicy(stored)

/** The policy after a change: what it does not name stays, `null` clears, findings are merged one by one. Without a change nothing is hashed. */
export async function mergePolicy(before: StoredPolicy | undefined, change: SharePolicyChange): Promise<StoredPolicy> {
  const { password, findings, ...rest } = change
  const kept = StoredPolicy.parse(before ?? {})
  const named = Object.entries(rest).filter(([, value]) => value !== undefined)
  const cleared = new Set(named.filter(([, value]) => value === null).map(([name]) => name))
  const merged = Object.entries({ ...kept, ...Object.fromEntries(named) }).filter(([name]) => !cleared.has(name))
  return StoredPolicy.parse({
    ...Object.fromEntries(merged),
    passwordHash: password === undefined ? kept.passwordHash : password === null ? null : await hashPassword(password),
    findings: findings === null ? {} : mergeFindings(kept.findings, findings ?? {}),
  })
}

function mergeFindings(kept: StoredPolicy['findings'], change: NonNullable<SharePolicyChange['findings']>) {
  const merged = Object.entries({ ...kept, ...change })
  return Object.fromEntries(merged.flatMap(([id, decision]) => (decision === null ? [] : [[id, decision] as const])))
}

export const isSamePolicy = (one: StoredPolicy, other: StoredPolicy): boolean =>
  JSON.stringify(StoredPolicy.parse(one)) === JSON.stringify(StoredPolicy.parse(other))

/** What a tenant asks of every link (B3). */
export interface LinkRules {
  readonly name: string
  readonly maxLinkDays?: number | null
  readonly defaultLinkDays?: number | null
  readonly requirePassword?: boolean
}

const DAY_MS = 86_400_000

/**
 * The policy within the tenant's rules: a link gets the default life when it is made, and never outlives the maximum.
 * Throws `invalid-input` for an end beyond the maximum that was asked for, and where a password is required and there is none.
 */
export function keepToRules(
  policy: StoredPolicy,
  { rules, change, isNew, now }: { rules: LinkRules; change: SharePolicyChange; isNew: boolean; now: Date },
): StoredPolicy {
  if (rules.requirePassword && policy.passwordHash === null)
    throw new KnownError('invalid-input', 'Links of this organisation need a password. Give one.')
  const inDays = (days: number) => new Date(now.getTime() + days * DAY_MS).toISOString()
  const latest = rules.maxLinkDays ? inDays(rules.maxLinkDays) : undefined
  const isBeyond = latest !== undefined && (policy.expiresAt === null || Date.parse(policy.expiresAt) > Date.parse(latest))
  if (isBeyond && change.expiresAt)
    throw new KnownError(
      'invalid-input',
      `Links of this organisation live at most ${rules.maxLinkDays} days. Choose an earlier end.`,
    )
  if (isNew && change.expiresAt === undefined && rules.defaultLinkDays) {
    const wanted = inDays(rules.defaultLinkDays)
    return { ...policy, expiresAt: latest !== undefined && latest < wanted ? latest : wanted }
  }
  return isBeyond ? { ...policy, expiresAt: latest } : policy
}

/** Merges a change into whatever policy is there by then; its password is hashed once. */
export function merger(change: SharePolicyChange): (before: StoredPolicy | undefined) => Promise<StoredPolicy> {
  let passwordHash: string | null | undefined
  return async (before) => {
    const { password, ...rest } = change
    if (passwordHash !== undefined) return { ...(await mergePolicy(before, rest)), passwordHash }
    const merged = await mergePolicy(before, change)
    if (password !== undefined) passwordHash = merged.passwordHash
    return merged
  }
}
