import type { Column, Row } from '../contract/column.ts'
import type { Met } from './product.ts'

/** How one question went. `suite` is also right on the mutated copies. */
export interface Scored {
  readonly auto: boolean
  readonly strict: boolean
  readonly relaxed: boolean
  readonly suite: boolean
}

/** One question and what came of it. */
export interface Line extends Scored {
  readonly id: string
  readonly db: string
  readonly topic?: string | undefined
  readonly isConfirmed: boolean
  readonly sql: string | null
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly charts: readonly string[]
  readonly isChartRight?: boolean
  readonly durationMs: number
}

/** A question without one right answer, and how it was met. */
export interface OpenLine {
  readonly id: string
  readonly kind: 'unanswerable' | 'ask-back'
  readonly met: Met
}

export interface DialogueLine {
  readonly id: string
  readonly kind: 'dialogue'
  readonly turns: readonly boolean[]
}

/** A question for a picture: `points` are the right ones, `asTold` those that the set tells to the letter, `isRight` right ones in a kind of chart that fits. */
export interface ChartLine {
  readonly id: string
  readonly kind: 'chart'
  readonly auto: boolean
  readonly points: boolean
  readonly asTold: boolean
  readonly isRight: boolean
}
