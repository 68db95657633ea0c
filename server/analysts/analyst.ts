import type { Catalog } from '../../contract/catalog.ts'
import type { ModelId } from '../../contract/id.ts'
import type { Reading } from '../../contract/plan.ts'
import type { AnalystName, Turn } from '../../contract/turn.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { Tools } from './tools.ts'

/** What an analyst is given. Earlier turns come oldest first. */
export interface Question {
  readonly actor: Actor
  readonly text: string
  readonly catalog: Catalog
  /** Present while a file is still being read: `catalog` then knows its first rows only. Waits for all of them. */
  readonly wholeCatalog?: () => Promise<Catalog>
  readonly earlier: readonly Turn[]
  /** A reading that a person confirmed: run it as it stands. */
  readonly confirmed?: Reading
  /** The model that was asked for; absent for the default one. */
  readonly modelId?: ModelId
  readonly now: Date
  readonly signal: AbortSignal
}

/** Who answers a question: does what it does through the tools, which write the turn log. Returns how the turn ends. */
export interface Analyst {
  readonly name: AnalystName
  answer(question: Question, tools: Tools): Promise<'answered' | 'failed' | 'needs-confirmation'>
}
