import { setTimeout } from 'node:timers/promises'

/** Waits; rejects at once when the signal fires. */
export const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  setTimeout(milliseconds, undefined, signal ? { signal } : {})
