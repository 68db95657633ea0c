import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Figures of this process for Prometheus. They count and time; they name no tenant, person, source or address. */
export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  /** A request that was answered. */
  request(door: Door, status: number, seconds: number): void
  /** One that a public page in memory answered, at once. */
  readyAnswer(status: number): void
  /** A turn that ended. */
  turn(analyst: string, status: string, seconds: number): void
  /** The same work, counted as a question to a data source. */
  source<Result>(work: () => Promise<Result>): Promise<Result>
  close(): void
}

/** Which way a request came in. */
export type Door = 'members' | 'public' | 'telegram'

export interface MetricsDependencies {
  /** Of all nodes: how many jobs wait, run, and were given up. */
  readonly jobs: () => Promise<Readonly<Record<string, number>>>
}

const requestBuckets = [0.005, 0.02, 0.1, 0.5, 2, 10]
const workBuckets = [0.05, 0.2, 1, 5, 20, 60]

export function createMetrics({ jobs }: MetricsDependencies): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'qry_request_seconds',
    help: 'Requests answered, by the door they came through and the class of their status',
    labelNames: ['door', 'status'],
    buckets: requestBuckets,
    registers,
  })
  // NOTE: counted here and handed over when somebody looks: the library takes longer to count than such an answer does.
  const ready = { '2xx': 0, '3xx': 0 }
  new Counter({
    name: 'qry_ready_answers_total',
    help: 'Public pages answered from memory at once, which are not among qry_request_seconds',
    labelNames: ['status'],
    registers,
    collect() {
      for (const status of ['2xx', '3xx'] as const) {
        this.inc({ status }, ready[status])
        ready[status] = 0
      }
    },
  })
  const answered = new Map<string, Histogram.Internal<'door' | 'status'>>()
  const turns = new Histogram({
    name: 'qry_turn_seconds',
    help: 'Turns ended on this node, by analyst and how they ended',
    labelNames: ['analyst', 'status'],
    buckets: workBuckets,
    registers,
  })
  const sources = new Histogram({
    name: 'qry_source_query_seconds',
    help: 'Questions to data sources, by outcome',
    labelNames: ['outcome'],
    buckets: workBuckets,
    registers,
  })
  const underWay = new Gauge({ name: 'qry_source_queries', help: 'Questions to data sources that run or wait here', registers })
  new Gauge({
    name: 'qry_jobs',
    help: 'Jobs of all nodes: waiting, running, and given up in the last seven days',
    labelNames: ['state'],
    registers,
    async collect() {
      for (const [state, count] of Object.entries(await jobs())) this.set({ state }, count)
    },
  })
  const bugs = new Counter({
    name: 'qry_source_errors_total',
    help: 'Questions to data sources that failed',
    labelNames: ['code'],
    registers,
  })

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    request(door, status, seconds) {
      const key = `${door} ${Math.floor(status / 100)}`
      const known = answered.get(key) ?? requests.labels({ door, status: `${Math.floor(status / 100)}xx` })
      answered.set(key, known)
      known.observe(seconds)
    },
    readyAnswer(status) {
      ready[status < 300 ? '2xx' : '3xx'] += 1
    },
    turn: (analyst, status, seconds) => turns.observe({ analyst, status }, seconds),
    async source(work) {
      const end = sources.startTimer()
      underWay.inc()
      try {
        const result = await work()
        end({ outcome: 'answered' })
        return result
      } catch (error) {
        end({ outcome: 'failed' })
        bugs.inc({ code: codeOf(error) })
        throw error
      } finally {
        underWay.dec()
      }
    },
    close: () => registry.clear(),
  }
}

const codeOf = (error: unknown): string => {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : 'internal'
}
