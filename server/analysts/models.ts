import type { ModelId } from '../../contract/id.ts'
import type { LocalModelServer, Model, ModelBudget, ModelConfig, ModelPrice, ModelState, ModelUse } from '../../contract/model.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { ModelProvider } from './model/model-provider.ts'

/** A model that is ready to be asked. */
export interface OpenModel {
  readonly name: string
  readonly provider: ModelProvider
  readonly price: ModelPrice | undefined
  /** Infinity where there is no limit. */
  readonly tokensPerTurn: number
}

/**
 * The tenant's connections to language models and what they used. Keys are sealed and never come back.
 * Changing anything takes `models:manage`; asking does not.
 */
export interface Models {
  /** The default one first. */
  list(actor: Actor): Promise<Model[]>
  /** Keeps it after a small test call, whose outcome is its state. The first one is the default. */
  create(actor: Actor, input: { name: string; config: ModelConfig }): Promise<Model>
  change(
    actor: Actor,
    id: ModelId,
    change: { name?: string | undefined; config?: ModelConfig | undefined; isDefault?: true | undefined },
  ): Promise<Model>
  remove(actor: Actor, id: ModelId): Promise<void>
  test(actor: Actor, id: ModelId): Promise<ModelState>
  /** `modelId`: the kept model whose key stands in for one that is left out. */
  tryModel(actor: Actor, input: { config: ModelConfig; modelId?: ModelId | undefined }): Promise<ModelState>
  findLocal(actor: Actor): Promise<LocalModelServer[]>
  budget(actor: Actor): Promise<ModelBudget & { usedToday: number }>
  changeBudget(actor: Actor, change: { [Key in keyof ModelBudget]?: ModelBudget[Key] | undefined }): Promise<void>
  /** Without an id the default one. Throws `model-failed` where there is none, `limit-exceeded` where the day's tokens are used up. */
  open(actor: Actor, id: ModelId | undefined): Promise<OpenModel>
  /** Adds to what today took. */
  count(actor: Actor, use: ModelUse): Promise<void>
}
