/** Keeps costly makings apart: one of a kind at a time, however many ask for it, and slow ones one after another. */
export function createMaking() {
  const making = new Map<string, Promise<unknown>>()
  let slow: Promise<unknown> = Promise.resolve()
  return {
    /** Everybody who asks under the same key while it is made gets the same one. */
    once<Made>(key: string, make: () => Promise<Made>): Promise<Made> {
      const running = making.get(key) as Promise<Made> | undefined
      if (running) return running
      const made = make().finally(() => making.delete(key))
      making.set(key, made)
      return made
    },
    /** One slow thing at a time leaves a core for everybody else. */
    inTurn<Made>(work: () => Promise<Made>): Promise<Made> {
      const done = slow.then(work, work)
      slow = done.catch(() => undefined)
      return done
    },
  }
}
