import { useSyncExternalStore } from 'react'

export const steps = ['data', 'model', 'ask'] as const
export type StepName = (typeof steps)[number]

/** How far the first owner has come after making the account. Kept in this browser; gone once finished or left. */
export interface FirstSteps {
  readonly step: StepName
  /** What was brought in the first step. */
  readonly conversationId?: string
}

const keyOf = (userId: string) => `qry-first-steps-${userId}`
const listeners = new Set<() => void>()
/** Where storage is switched off, they last as long as the page. */
const remembered = new Map<string, string>()

function read(userId: string): string | null {
  try {
    return localStorage.getItem(keyOf(userId)) ?? remembered.get(userId) ?? null
  } catch {
    return remembered.get(userId) ?? null
  }
}

function parse(text: string | null): FirstSteps | undefined {
  try {
    const kept: unknown = JSON.parse(text ?? 'null')
    if (typeof kept !== 'object' || kept === null || !('step' in kept)) return undefined
    const step = steps.find((name) => name === kept.step)
    const conversationId = 'conversationId' in kept && typeof kept.conversationId === 'string' ? kept.conversationId : undefined
    return step && { step, ...(conversationId ? { conversationId } : {}) }
  } catch {
    return undefined
  }
}

/** Begins the steps, goes on to one, or with nothing ends them for good. */
export function setFirstSteps(userId: string, to: FirstSteps | undefined): void {
  if (to) remembered.set(userId, JSON.stringify(to))
  else remembered.delete(userId)
  try {
    if (to) localStorage.setItem(keyOf(userId), JSON.stringify(to))
    else localStorage.removeItem(keyOf(userId))
  } catch {
    // NOTE: storage may be full or switched off.
  }
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

/** The steps of this person, nothing when they never began or are over. */
export const useFirstSteps = (userId: string): FirstSteps | undefined =>
  parse(useSyncExternalStore(subscribe, () => read(userId)))
