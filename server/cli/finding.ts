import { z } from 'zod'

/** What the doctor found of one thing. `weak` works but should be better; `wrong` must be mended; `unchecked` says why it could not be seen. */
export const Finding = z.object({
  /** The line of the promise that it proves, where there is one. */
  promise: z.enum(['P2', 'S9', 'S12', 'S13']).optional(),
  what: z.string(),
  state: z.enum(['right', 'weak', 'wrong', 'unchecked']),
  why: z.string().optional(),
})
export type Finding = z.infer<typeof Finding>

/** Right without a complaint, else wrong with all of them. */
export const judged = (what: string, complaints: readonly string[], promise?: Finding['promise']): Finding => ({
  ...(promise ? { promise } : {}),
  what,
  state: complaints.length === 0 ? 'right' : 'wrong',
  ...(complaints.length > 0 ? { why: complaints.join('; ') } : {}),
})

/** The findings as lines for people, and what to make of them. */
export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length))
  const lines = findings.map(({ promise = '', what, state, why = '' }) =>
    `${state.padEnd(9)}  ${promise.padEnd(3)}  ${what.padEnd(width)}  ${why}`.trimEnd(),
  )
  const count = findings.filter(({ state }) => state === 'wrong').length
  const verdict = count === 0 ? 'Nothing is wrong.' : count === 1 ? 'One thing is WRONG.' : `${count} things are WRONG.`
  return [...lines, '', verdict].join('\n')
}
