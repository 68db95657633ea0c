import type { ConversationId } from '../contract/id.ts'
import { startReferenceApp } from './reference-app.ts'
import { orderLines } from './reference-content.ts'

export interface ShareTime {
  readonly smallMs: number
  readonly largeMs: number
}

/** F1: the time of one share, as the caller waits for it, for a conversation over 1,000 rows and over 1,000,000. Medians of `rounds`, in turn. */
export async function measureShareTime(rounds = 15): Promise<ShareTime> {
  const reference = await startReferenceApp()
  try {
    const make = (rows: number) =>
      reference.converse(
        [{ name: 'orders.csv', csv: orderLines(rows) }],
        [{ question: 'All orders', answer: 'Here they are.', statements: ['select * from orders'] }],
      )
    const small = await make(1_000)
    const large = await make(1_000_000)
    const time = async (id: ConversationId): Promise<number> => {
      const from = performance.now()
      await reference.app.sharing.share(reference.actor, id, reference.url)
      const took = performance.now() - from
      await reference.app.sharing.revoke(reference.actor, id)
      return took
    }
    const times: { small: number[]; large: number[] } = { small: [], large: [] }
    for (let round = 0; round < rounds + 2; round++) {
      const first = await time(small)
      const second = await time(large)
      if (round >= 2) {
        times.small.push(first)
        times.large.push(second)
      }
    }
    return { smallMs: median(times.small), largeMs: median(times.large) }
  } finally {
    await reference.close()
  }
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
