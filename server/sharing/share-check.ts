import type { Finding, FindingDecision, FindingKind } from '../../contract/share.ts'
import { sha256 } from '../basics/sha256.ts'
import { findInTexts } from '../findings/find-in-text.ts'
import { type HiddenValue, sampleOf } from '../findings/mask.ts'
import type { Results } from '../results/results.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { Frozen, FrozenTurn } from './snapshot.ts'

type Place = Finding['place']

/** A finding, with what is needed to take it out. */
export interface Found extends Omit<Finding, 'decision'> {
  /** The texts themselves, of a place in words. */
  readonly values: readonly HiddenValue[]
  /** Where the texts stand, of a column: they are read only when they are to be hidden. */
  readonly column?: { readonly digest: Frozen['files'][number]['digest']; readonly name: string }
  readonly turnIds: readonly string[]
  readonly fileDigest?: string
}

export type CheckResults = Pick<Results, 'findings'>

interface Words {
  readonly text: string
  readonly place: Place
  readonly where: string
}

const inText: FindingDecision[] = ['mask', 'drop-turn', 'allow']
const inTable: FindingDecision[] = ['mask', 'drop-column', 'drop-turn', 'allow']
const kindOrder: readonly FindingKind[] = ['secret', 'card', 'iban', 'national-id', 'email', 'phone']

/**
 * Secrets and personal texts in what is frozen, each at the place where it stands. Words are searched now; tables and files were searched when
 * they were kept, so that this costs the number of turns. Ids come from place and text: the same finding has the same id the next time.
 */
export async function checkFrozen(actor: Pick<Actor, 'tenantId'>, frozen: Frozen, results: CheckResults): Promise<Found[]> {
  const everything: Words[] = [
    { text: frozen.title, place: { part: 'title' }, where: 'The title' },
    ...(frozen.dashboard?.filters ?? []).map((text) => ({ text, place: { part: 'reading' as const }, where: 'A filter' })),
    ...(frozen.dashboard?.parameters ?? []).map((text) => ({ text, place: { part: 'reading' as const }, where: 'A parameter' })),
    ...frozen.turns.flatMap(wordsOf),
    ...frozen.files.map(({ name }) => ({
      text: name,
      place: { part: 'file' as const, file: name },
      where: `The name of the file ${name}`,
    })),
  ]
  const words = everything.filter(({ text }) => text !== '')
  const matches = await findInTexts(words.map(({ text }) => text))
  const found = new Map<string, Found>()
  const add = (one: Found) => {
    const known = found.get(one.id)
    if (!known) found.set(one.id, one)
    else if (!one.column) found.set(one.id, { ...known, count: known.count + one.count })
    else found.set(one.id, { ...known, turnIds: [...new Set([...known.turnIds, ...one.turnIds])] })
  }
  for (const [index, { text, place, where }] of words.entries()) {
    for (const { kind, start, end } of matches[index] ?? []) {
      const value = text.slice(start, end)
      add({
        id: idOf(kind, place.turnId ?? place.file ?? '', place.part, value),
        kind,
        where,
        sample: sampleOf(kind, value),
        place,
        count: 1,
        choices: place.turnId === undefined ? ['mask', 'allow'] : inText,
        values: [[kind, value]],
        turnIds: place.turnId === undefined ? [] : [place.turnId],
      })
    }
  }
  for (const turn of frozen.turns) for (const one of await inTables(actor, turn, results)) add(one)
  for (const one of await inFiles(actor, frozen, results)) add(one)
  const rank = (one: Found) => kindOrder.indexOf(one.kind)
  return [...found.values()].sort((one, other) => rank(one) - rank(other))
}

/** Everything of a turn that is read: its places in the order of the page. */
function wordsOf(turn: FrozenTurn): Words[] {
  const turnId = turn.turnId as NonNullable<Place['turnId']>
  const at = (part: Place['part'], where: string, ...texts: (string | undefined)[]): Words[] =>
    texts.flatMap((text) =>
      text === undefined
        ? []
        : [
            {
              text,
              place: { part, turnId },
              where: `${turn.tile ? `Tile “${turn.question}”` : `Question ${turn.number}`}, ${where}`,
            },
          ],
    )
  return [
    ...at('question', turn.tile ? 'its title' : 'in your own words', turn.question),
    ...at('answer', 'the answer', turn.answer, turn.error?.message),
    ...at('reading', 'its reading', ...turn.chips.map((chip) => chip.value)),
    ...turn.steps.flatMap((step) =>
      at(
        'step',
        step.kind === 'python' ? 'its code' : step.kind === 'query' ? 'its SQL' : 'a tool call',
        step.title,
        step.input,
        step.source,
        ...(step.values ?? []).map(({ value }) => value),
        step.text,
        step.error?.message,
      ),
    ),
    ...turn.tables.flatMap((table) => at('table', 'a table’s title', table.title)),
    ...turn.tables.flatMap((table) => at('table', `a column name of “${table.title}”`, ...table.columns.map(({ name }) => name))),
    ...turn.charts.flatMap((chart) => at('chart', `the chart “${chart.title}”`, chart.title, chart.spec.subtitle)),
  ]
}

async function inTables(actor: Pick<Actor, 'tenantId'>, turn: FrozenTurn, results: CheckResults): Promise<Found[]> {
  const found = turn.tables.map(async (table) =>
    (await results.findings(actor, table.digest)).map(
      ({ column, kind, count, sample }): Found => ({
        id: idOf(kind, table.digest, column),
        kind,
        where: `Table “${table.title}”, column ${column}, ${count === 1 ? '1 row' : `${count} rows`}`,
        sample,
        place: { part: 'table', turnId: turn.turnId as NonNullable<Place['turnId']>, column },
        count,
        choices: inTable,
        values: [],
        column: { digest: table.digest, name: column },
        turnIds: [turn.turnId],
      }),
    ),
  )
  return (await Promise.all(found)).flat()
}

/** What the tables of a file hold, by column; what else its text holds. */
async function inFiles(actor: Pick<Actor, 'tenantId'>, frozen: Frozen, results: CheckResults): Promise<Found[]> {
  const found = frozen.files.map(async (file) => {
    const tables = await Promise.all(
      file.tables.map(async (digest) => (await results.findings(actor, digest)).map((one) => ({ ...one, digest }))),
    )
    const columns = tables.flat()
    const rest = (await results.findings(actor, file.digest)).filter(({ kind }) => !columns.some((one) => one.kind === kind))
    return [...columns, ...rest.map((one) => ({ ...one, digest: undefined }))].map(
      ({ column, kind, count, sample, digest }): Found => ({
        id: idOf(kind, 'file', file.digest, file.name, column),
        kind,
        where: `File ${file.name}${column === '' ? '' : `, column ${column}`}, ${count === 1 ? '1 place' : `${count} places`}`,
        sample,
        place: { part: 'file', file: file.name, ...(column === '' ? {} : { column }) },
        count,
        choices: ['mask', 'allow'],
        values: [],
        ...(digest === undefined ? {} : { column: { digest, name: column } }),
        turnIds: [file.turnId],
        fileDigest: file.digest,
      }),
    )
  })
  return (await Promise.all(found)).flat()
}

const idOf = (...parts: string[]): string => `f${sha256(parts.join('\u0000')).slice(0, 20)}`

export const presentFinding = (
  { id, kind, where, sample, place, count, choices }: Found,
  decisions: Readonly<Record<string, FindingDecision>>,
): Finding => {
  const decision = decisions[id]
  return { id, kind, where, sample, place, count, choices, ...(decision === undefined ? {} : { decision }) }
}
