import { and, asc, desc, eq, ne, sql } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { ModelId } from '../../contract/id.ts'
import type { Model, ModelConfig, ModelState } from '../../contract/model.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Secret } from '../storage/secret.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { findLocalServers, type UsualPort, usualPorts } from './model/local-servers.ts'
import type { ModelProvider } from './model/model-provider.ts'
import { openProvider as openSdkProvider } from './model/sdk-provider.ts'
import { tryProvider } from './model/try-provider.ts'
import type { Models } from './models.ts'
import { modelBudgets, modelDays, models } from './tables.ts'

export interface ModelsDependencies {
  readonly database: Database
  readonly secret: Secret
  readonly clock: Clock
  readonly openProvider?: (config: ModelConfig) => ModelProvider
  /** What a tenant's first models are, from the server's own settings. */
  readonly firstModels: () => Promise<readonly { readonly name: string; readonly config: ModelConfig }[]>
  /** Where servers of this machine are looked for. */
  readonly ports?: readonly UsualPort[]
}

/** Enough for a question over a few dozen tables with its repairs. */
const TOKENS_PER_TURN = 300_000

type Row = typeof models.$inferSelect

export const modelKeyPurpose = ({ tenantId, id }: Pick<Row, 'tenantId' | 'id'>): string => `model ${tenantId} ${id}`

export function createModels({
  database,
  secret,
  clock,
  firstModels,
  openProvider = openSdkProvider,
  ports = usualPorts,
}: ModelsDependencies): Models {
  const columnsOf = (place: Pick<Row, 'tenantId' | 'id'>, { provider, model, baseUrl, key, price }: ModelConfig) => ({
    provider,
    model,
    baseUrl: baseUrl ?? null,
    price: price ?? null,
    ...(key === undefined ? {} : { sealedKey: key === '' ? null : secret.seal(key, modelKeyPurpose(place)) }),
  })

  const configOf = ({ provider, model, baseUrl, price, sealedKey, ...place }: Row): ModelConfig => ({
    provider,
    model,
    ...(baseUrl === null ? {} : { baseUrl }),
    ...(price === null ? {} : { price }),
    ...(sealedKey === null ? {} : { key: secret.open(sealedKey, modelKeyPurpose(place)) }),
  })

  const present = (actor: Actor, row: Row): Model => {
    const { key, ...config } = configOf(row)
    return {
      id: row.id,
      name: row.name,
      isDefault: row.isDefault,
      ...(row.state ? { state: row.state } : {}),
      ...(actor.permissions.has('models:manage') ? { config: { ...config, hasKey: key !== undefined } } : {}),
    }
  }

  /** Makes the tenant's first models out of the server's settings, once: one that was removed does not come back. */
  async function begin(actor: Actor): Promise<void> {
    const known = await database.read(actor).select().from(modelBudgets).where(eq(modelBudgets.tenantId, actor.tenantId))
    if (known.length > 0) return
    const first = await firstModels()
    await database.transaction(actor, async (writer) => {
      const made = await writer
        .insert(modelBudgets)
        .values({ tenantId: actor.tenantId, tokensPerTurn: TOKENS_PER_TURN })
        .onConflictDoNothing()
        .returning()
      if (made.length === 0) return
      for (const { name, config } of first) await insert(writer, actor, name, config)
    })
  }

  async function insert(writer: Writer, actor: Actor, name: string, config: ModelConfig, state?: ModelState): Promise<ModelId> {
    const place = { tenantId: actor.tenantId, id: randomId<ModelId>('mdl', clock()) }
    const others = await writer.select({ id: models.id }).from(models).where(eq(models.tenantId, actor.tenantId))
    await writer.insert(models).values({
      ...place,
      name,
      ...columnsOf(place, config),
      state: state ?? null,
      isDefault: others.length === 0,
      createdAt: clock(),
    })
    return place.id
  }

  async function rows(actor: Actor): Promise<Row[]> {
    await begin(actor)
    return database
      .read(actor)
      .select()
      .from(models)
      .where(eq(models.tenantId, actor.tenantId))
      .orderBy(desc(models.isDefault), asc(models.createdAt))
  }

  async function find(actor: Actor, id: ModelId): Promise<Row> {
    const row = (await rows(actor)).find((one) => one.id === id)
    if (!row) throw new KnownError('not-found', 'There is no such model any more.')
    return row
  }

  async function requireFreeName(actor: Actor, name: string, except?: ModelId): Promise<void> {
    if ((await rows(actor)).some((row) => row.name === name && row.id !== except))
      throw new KnownError('conflict', `There is a model named ${name} already. Choose another name.`)
  }

  const tryOut = (config: ModelConfig): Promise<ModelState> => tryProvider(openProvider(config), clock)

  /** The key that was left out is the kept one, unless the calls would go elsewhere: a key is never sent where it was not meant for. */
  function completed(config: ModelConfig, row: Row): ModelConfig {
    const known = configOf(row)
    if (config.key !== undefined || known.key === undefined) return config
    if (config.provider !== known.provider || config.baseUrl !== known.baseUrl)
      throw new KnownError('invalid-input', 'Enter the key again: the calls go to another address now.')
    return { ...config, key: known.key }
  }

  const usedToday = async (actor: Actor): Promise<number> => {
    const [row] = await database
      .read(actor)
      .select()
      .from(modelDays)
      .where(and(eq(modelDays.tenantId, actor.tenantId), eq(modelDays.day, dayOf(clock()))))
    return row ? row.inputTokens + row.outputTokens : 0
  }

  async function limits(actor: Actor) {
    await begin(actor)
    const [row] = await database.read(actor).select().from(modelBudgets).where(eq(modelBudgets.tenantId, actor.tenantId))
    return { tokensPerTurn: row?.tokensPerTurn ?? null, tokensPerDay: row?.tokensPerDay ?? null }
  }

  return {
    list: async (actor) => (await rows(actor)).map((row) => present(actor, row)),

    async create(actor, { name, config }) {
      requirePermission(actor, 'models:manage')
      requireAddress(config)
      await requireFreeName(actor, name)
      const state = await tryOut(config)
      const id = await database.transaction(actor, async (writer) => {
        const made = await insert(writer, actor, name, config, state)
        await audit(writer, actor, 'model-create', made, { name, provider: config.provider, model: config.model }, clock)
        return made
      })
      return present(actor, await find(actor, id))
    },

    async change(actor, id, { name, config, isDefault }) {
      requirePermission(actor, 'models:manage')
      const row = await find(actor, id)
      if (name !== undefined) await requireFreeName(actor, name, id)
      if (config) requireAddress(config)
      const whole = config && completed(config, row)
      const state = whole && (await tryOut(whole))
      await database.transaction(actor, async (writer) => {
        const change = {
          ...(name === undefined ? {} : { name }),
          ...(whole ? { ...columnsOf(row, whole), state } : {}),
          ...(isDefault ? { isDefault } : {}),
        }
        const own = and(eq(models.tenantId, actor.tenantId), eq(models.id, id))
        if (Object.keys(change).length > 0) await writer.update(models).set(change).where(own)
        if (isDefault)
          await writer
            .update(models)
            .set({ isDefault: false })
            .where(and(eq(models.tenantId, actor.tenantId), ne(models.id, id)))
        await audit(writer, actor, 'model-change', id, { name: name ?? row.name, isReconnected: whole !== undefined }, clock)
      })
      return present(actor, await find(actor, id))
    },

    async remove(actor, id) {
      requirePermission(actor, 'models:manage')
      const all = await rows(actor)
      const row = await find(actor, id)
      const next = all.find((one) => one.id !== id)
      await database.transaction(actor, async (writer) => {
        await writer.delete(models).where(and(eq(models.tenantId, actor.tenantId), eq(models.id, id)))
        if (row.isDefault && next)
          await writer
            .update(models)
            .set({ isDefault: true })
            .where(and(eq(models.tenantId, actor.tenantId), eq(models.id, next.id)))
        await audit(writer, actor, 'model-delete', id, { name: row.name }, clock)
      })
    },

    async test(actor, id) {
      requirePermission(actor, 'models:manage')
      const state = await tryOut(configOf(await find(actor, id)))
      await database
        .write(actor)
        .update(models)
        .set({ state })
        .where(and(eq(models.tenantId, actor.tenantId), eq(models.id, id)))
      return state
    },

    async tryModel(actor, { config, modelId }) {
      requirePermission(actor, 'models:manage')
      requireAddress(config)
      return tryOut(modelId ? completed(config, await find(actor, modelId)) : config)
    },

    async findLocal(actor) {
      requirePermission(actor, 'models:manage')
      return findLocalServers(ports)
    },

    async budget(actor) {
      requirePermission(actor, 'models:manage')
      return { ...(await limits(actor)), usedToday: await usedToday(actor) }
    },

    async changeBudget(actor, change) {
      requirePermission(actor, 'models:manage')
      const { tokensPerTurn, tokensPerDay } = { ...(await limits(actor)), ...change }
      await database.transaction(actor, async (writer) => {
        await writer.update(modelBudgets).set({ tokensPerTurn, tokensPerDay }).where(eq(modelBudgets.tenantId, actor.tenantId))
        await audit(writer, actor, 'model-budget', actor.tenantId, { tokensPerTurn, tokensPerDay }, clock)
      })
    },

    async open(actor, id) {
      const [first] = await rows(actor)
      if (!first)
        throw new KnownError(
          'model-failed',
          'No model is connected. An admin can connect one under Models; the basic analyst needs none.',
        )
      const row = id ? await find(actor, id) : first
      const { tokensPerTurn, tokensPerDay } = await limits(actor)
      if (tokensPerDay !== null && (await usedToday(actor)) >= tokensPerDay)
        throw new KnownError(
          'limit-exceeded',
          'Today’s tokens are used up. Ask the basic analyst, wait until tomorrow (UTC), or have an admin raise the limit under Models.',
        )
      const config = configOf(row)
      return {
        name: row.name,
        provider: openProvider(config),
        price: config.price,
        tokensPerTurn: tokensPerTurn ?? Number.POSITIVE_INFINITY,
      }
    },

    async count(actor, { inputTokens, outputTokens }) {
      await database
        .write(actor)
        .insert(modelDays)
        .values({ tenantId: actor.tenantId, day: dayOf(clock()), inputTokens, outputTokens })
        .onConflictDoUpdate({
          target: [modelDays.tenantId, modelDays.day],
          set: {
            inputTokens: sql`${modelDays.inputTokens} + ${inputTokens}`,
            outputTokens: sql`${modelDays.outputTokens} + ${outputTokens}`,
          },
        })
    },
  }
}

const dayOf = (now: Date): string => now.toISOString().slice(0, 10)

function requireAddress({ provider, baseUrl }: ModelConfig): void {
  if (provider === 'openai-compatible' && baseUrl === undefined)
    throw new KnownError('invalid-input', 'Enter the address of the server, like http://localhost:11434/v1.')
}
