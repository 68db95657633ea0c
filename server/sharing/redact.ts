import { chartColumns } from '../../contract/chart-rules.ts'
import type { Column } from '../../contract/column.ts'
import type { Digest } from '../../contract/id.ts'
import type { SnapshotChart, SnapshotTable } from '../../contract/snapshot.ts'
import { PAGE_ROWS } from '../../contract/table.ts'
import { chartLabel } from '../../render/chart-label.ts'
import { chartModel } from '../../render/chart-model.ts'
import { chartSvg } from '../../render/chart-svg.ts'
import { decodeColumnar } from '../../render/columnar.ts'
import { sha256 } from '../basics/sha256.ts'
import { createMask, type HiddenValue } from '../findings/mask.ts'
import type { KeptTable, Results } from '../results/results.ts'
import type { Actor } from '../tenancy/actor.ts'
import { ByteCache } from './byte-cache.ts'
import { uniqueFileNames } from './file-name.ts'
import type { StoredPolicy } from './policy.ts'
import { checkFrozen, type Found } from './share-check.ts'
import type { Frozen, FrozenFile, FrozenTurn } from './snapshot.ts'

export type RedactResults = Pick<Results, 'findings' | 'foundTexts' | 'redact' | 'fileHolds' | 'columnar' | 'keepPictures'>

/** What the decisions take out, wherever it stands. */
interface Hidden {
  readonly values: readonly HiddenValue[]
  readonly mask: (text: string) => string
  /** Columns by the digest of their table. */
  readonly columns: ReadonlyMap<string, readonly string[]>
  readonly turnIds: ReadonlySet<string>
  readonly fileDigests: ReadonlySet<string>
  readonly allowedFiles: ReadonlySet<string>
  readonly key: string
}

const KEPT_BYTES = 4 * 1024 * 1024

/**
 * Takes out of frozen documents what the policy's decisions hide: a masked or dropped text goes from words, tables, charts, files and names alike.
 * Versions are taken together, so that what is hidden in one is hidden in all. Tables that change become results of their own.
 * Without a decision that hides, nothing is read and the documents stay as they are.
 */
export function createRedaction(results: RedactResults) {
  /** Which table a table became under which decisions: a change of title need not write tables again. */
  const tables = new ByteCache<{ table: KeptTable | undefined }>(KEPT_BYTES)

  const hiddenBy = async (actor: Actor, frozens: readonly Frozen[], policy: StoredPolicy): Promise<Hidden | undefined> => {
    const decisions = policy.findings
    if (!Object.values(decisions).some((decision) => decision !== 'allow')) return undefined
    const all = new Map<string, Found>()
    for (const frozen of frozens)
      for (const one of await checkFrozen(actor, frozen, results)) {
        const known = all.get(one.id)
        all.set(one.id, known ? { ...one, turnIds: [...new Set([...known.turnIds, ...one.turnIds])] } : one)
      }
    const hiding = [...all.values()].filter(({ id }) => decisions[id] !== undefined && decisions[id] !== 'allow')
    if (hiding.length === 0) return undefined
    const values = (await Promise.all(hiding.map((one) => valuesOf(actor, one)))).flat()
    const columns = new Map<string, string[]>()
    for (const { id, column, fileDigest } of hiding)
      if (column && fileDigest === undefined && decisions[id] === 'drop-column')
        columns.set(column.digest, [...(columns.get(column.digest) ?? []), column.name])
    const allowed = [...all.values()].filter(({ id, fileDigest }) => fileDigest !== undefined && decisions[id] === 'allow')
    return {
      values,
      mask: createMask(values),
      columns,
      turnIds: new Set(hiding.filter(({ id }) => decisions[id] === 'drop-turn').flatMap((one) => one.turnIds)),
      fileDigests: new Set(hiding.flatMap(({ fileDigest }) => fileDigest ?? [])),
      allowedFiles: new Set(allowed.flatMap(({ fileDigest }) => fileDigest ?? [])),
      key: sha256(JSON.stringify([values, [...columns]])),
    }
  }

  const valuesOf = async (actor: Actor, { kind, values, column }: Found): Promise<HiddenValue[]> =>
    column
      ? (await results.foundTexts(actor, column.digest, column.name, kind)).map((text): HiddenValue => [kind, text])
      : [...values]

  const redacted = async (actor: Actor, digest: Digest, hidden: Hidden): Promise<KeptTable | undefined> => {
    const key = `${actor.tenantId} ${digest} ${hidden.key}`
    const known = tables.get(key)
    if (known) return known.table
    const table = await results.redact(actor, digest, { drop: hidden.columns.get(digest) ?? [], values: hidden.values })
    tables.set(key, { table }, 2_000)
    return table
  }

  const holds = async (actor: Actor, file: FrozenFile, hidden: Hidden): Promise<boolean> => {
    if (hidden.fileDigests.has(file.digest)) return true
    if (hidden.allowedFiles.has(file.digest)) return false
    if (await results.fileHolds(actor, file.digest, hidden.values)) return true
    for (const digest of file.tables) {
      const changed = await results.redact(actor, digest, { drop: [], values: hidden.values })
      if (changed) return true
    }
    return false
  }

  const redactTurn = async (actor: Actor, turn: FrozenTurn, hidden: Hidden): Promise<FrozenTurn> => {
    const { mask } = hidden
    const changed = new Map<string, Column[]>()
    const kept: SnapshotTable[] = []
    for (const table of turn.tables) {
      const masked = await redacted(actor, table.digest, hidden)
      if (masked) changed.set(table.id, table.columns)
      const { digest, columns, rows } = masked ?? { ...table, rows: table.firstRows }
      const firstRows = rows.slice(0, PAGE_ROWS).map((row) => [...row])
      kept.push({
        ...table,
        title: mask(table.title),
        digest,
        columns: columns.map(({ name, type }) => ({ name, type })),
        firstRows,
      })
    }
    const charts = await Promise.all(turn.charts.map((chart) => redactChart(actor, chart, kept, changed, mask)))
    // NOTE: what a figure of a cell shows cannot be told from its bytes (letters are outlines), so none stays where something is hidden.
    const { figures: _, ...words } = maskWords(turn, mask)
    return { ...words, tables: kept, charts: charts.flatMap((chart) => chart ?? []) }
  }

  /** Drawn again from the table as it is now; undefined when that has no longer what the chart shows. */
  const redactChart = async (
    actor: Actor,
    chart: SnapshotChart,
    kept: readonly SnapshotTable[],
    changed: ReadonlyMap<string, readonly Column[]>,
    mask: (text: string) => string,
  ): Promise<SnapshotChart | undefined> => {
    const table = kept.find(({ id }) => id === chart.tableId)
    const words = maskWords(chart, mask)
    if (!table || !changed.has(chart.tableId)) return words
    const names = new Set(table.columns.map(({ name }) => name))
    if (!chartColumns(words.spec).every((name) => names.has(name))) return undefined
    const data = decodeColumnar(await results.columnar(actor, table.digest))
    const pictures =
      chart.pictures &&
      (await results.keepPictures(actor, {
        wide: chartSvg(words.spec, data, 'wide'),
        narrow: chartSvg(words.spec, data, 'narrow'),
      }))
    return { ...words, label: chartLabel(chartModel(words.spec, data)), ...(pictures ? { pictures } : {}) }
  }

  const redactOne = async (actor: Actor, frozen: Frozen, hidden: Hidden): Promise<Frozen> => {
    const turns: FrozenTurn[] = []
    for (const turn of frozen.turns) if (!hidden.turnIds.has(turn.turnId)) turns.push(await redactTurn(actor, turn, hidden))
    const there = frozen.files.filter((file) => !hidden.turnIds.has(file.turnId))
    const files: FrozenFile[] = []
    for (const file of there) if (!(await holds(actor, file, hidden))) files.push(file)
    const names = uniqueFileNames(files.map(({ name }) => hidden.mask(name)))
    return {
      ...frozen,
      title: hidden.mask(frozen.title),
      ...(frozen.dashboard ? { dashboard: maskDashboard(frozen.dashboard, hidden.mask) } : {}),
      turns,
      files: files.map((file, place) => ({ ...file, name: names[place] ?? file.name })),
      filesKeptOut: there.length - files.length,
    }
  }

  return async (actor: Actor, frozens: readonly Frozen[], policy: StoredPolicy): Promise<Frozen[]> => {
    const hidden = await hiddenBy(actor, frozens, policy)
    if (!hidden) return [...frozens]
    const redactedAll: Frozen[] = []
    for (const frozen of frozens) redactedAll.push(await redactOne(actor, frozen, hidden))
    return redactedAll
  }
}

const maskDashboard = (dashboard: NonNullable<Frozen['dashboard']>, mask: (text: string) => string) => ({
  ...dashboard,
  filters: dashboard.filters.map(mask),
  ...(dashboard.parameters ? { parameters: dashboard.parameters.map(mask) } : {}),
})

/** What no person wrote: ids, digests, times and words of a closed list. */
const notWords = new Set(
  'id turnId stepId tableId digest wide narrow kind type status analyst code part stack askedAt'.split(' '),
)

/** Masks every text of a document, whatever it is called: a field that comes later is masked as well. */
function maskWords<Document>(document: Document, mask: (text: string) => string): Document {
  const walk = (value: unknown, name: string): unknown => {
    if (typeof value === 'string') return notWords.has(name) ? value : mask(value)
    if (Array.isArray(value)) return value.map((one) => walk(one, name))
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one, key)]))
  }
  return walk(document, '') as Document
}
