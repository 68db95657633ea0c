import type { DuckDBConnection } from '@duckdb/node-api'
import type { Cell } from '../../../contract/column.ts'
import { quoteName, quoteText } from './quote.ts'
import { CANDIDATES, type Candidate, MISSING, RIVALS } from './type-candidates.ts'
import { readRows } from './written-table.ts'

export interface SniffedColumn {
  readonly source: string
  /** SQL of the typed value, in rows that carry the columns of `plainCasts`. */
  readonly expression: string
  /** The type that most cells read as plainly. */
  readonly plainType?: string | undefined
  /** Said to people when the type could not be told. */
  readonly doubt?: string
}

/** What the first rows say of a column. */
export interface Guess {
  readonly source: string
  /** Readings that fit all of the first rows, the narrowest first; all of them when the first rows say nothing. */
  readonly candidates: readonly Candidate[]
  /** SQL of the typed value, which fails with MISFIT at a cell that the first rows did not lead to expect. Absent where the whole column must be seen first. */
  readonly strict?: string
  /** The type that most cells read as plainly, for `strict`. */
  readonly plainType?: string | undefined
}

/** The words of the error of a strict expression. */
export const MISFIT = 'a cell is not of the type of its column'

const BLANKS = ' \t\r\u00a0'
const trimmed = (source: string): string => `trim(${quoteName(source)}, '${BLANKS}')`
/** NOTE: not IN, which the engine makes a join over all rows, also where the CASE around it never comes to it. */
const isMissing = (t: string): string => `list_contains([${MISSING.map(quoteText).join(', ')}], lower(${t}))`
const present = (t: string): string => `CASE WHEN NOT ${isMissing(t)} THEN ${t} END`

const NUMBERS = new Set(['integer', 'decimal', 'number', 'money'])
/** Numbers that nobody adds up and that begin with a zero elsewhere: they stay text. */
const CODE_HEADING = /(^|[^a-z])(phone|telephone|tel|mobile|fax|zip|zip ?code|post ?code|postal|postal ?code|plz)([^a-z]|$)/i
const isCode = (heading: string): boolean =>
  CODE_HEADING.test(heading.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' '))

const plainName = (source: string): string => quoteName(`${source} plain`)

/** SQL of the columns that carry each cell as the engine itself reads it: worked out once, where an expression would do it at each mention. */
export const plainCasts = (columns: readonly { readonly source: string; readonly plainType?: string | undefined }[]): string =>
  columns
    .flatMap(({ source, plainType }) =>
      plainType ? [`, TRY_CAST(${quoteName(source)} AS ${plainType}) AS ${plainName(source)}`] : [],
    )
    .join('')

/**
 * SQL that is true where the cell reads as the engine writes its value of the type: cheaper than a pattern, and as strict. A fraction may end
 * earlier than the engine writes it (`12.5` for `12.50`): what it begins with has the same digits, sign and no exponent.
 */
const isPlain = (cell: string, type: string, value: string): string => {
  const text = `CAST(${value} AS VARCHAR)`
  const isSame = /^(DOUBLE|DECIMAL)/.test(type) ? `starts_with(${text}, ${cell})` : `${text} = ${cell}`
  return /^(DOUBLE|DATE|TIMESTAMP)$/.test(type) ? `${isSame} AND isfinite(${value})` : isSame
}

/** SQL of the typed value: `value` (of the trimmed cell) is looked at only where the cell is not plainly of the type, and not missing. */
function typedValue(source: string, plainType: string | undefined, value: string): string {
  const cell = quoteName(source)
  const plain = plainType ? `WHEN ${isPlain(cell, plainType, plainName(source))} THEN ${plainName(source)} ` : ''
  return `CASE ${plain}WHEN ${cell} IS NULL OR ${isMissing(trimmed(source))} THEN NULL ELSE ${value} END`
}

/** Guesses the types of the text columns `c0`, `c1` ... from `sample`, a table of the first rows; `headings` are their names. */
export async function guessTypes(connection: DuckDBConnection, sample: string, headings: readonly string[]): Promise<Guess[]> {
  const rows = await readRows(connection, `SELECT * FROM ${sample}`)
  const columns = headings.map((heading, index) => {
    const cells = rows.map((row) => trimCell(String(row[index] ?? '')))
    const texts = [...new Set(cells.filter((text) => !MISSING.includes(text.toLowerCase())))]
    const allowed = isCode(heading) ? CANDIDATES.filter(({ name }) => !NUMBERS.has(name)) : CANDIDATES
    const likely = allowed.filter(({ pattern, alsoOfCell }) => {
      const whole = new RegExp(`^(?:${pattern})$`, 'i')
      return texts.every((text) => whole.test(text)) && alsoOfCell?.(texts) !== 'refuted'
    })
    return { source: `c${index}`, texts, likely }
  })
  await dropMisfits(connection, sample, columns)
  return columns.map(({ source, texts, likely }) => {
    const strict = texts.length > 0 ? strictExpression(source, likely, texts) : undefined
    return { source, candidates: likely, ...(strict ? { strict: strict.expression, plainType: strict.plainType } : {}) }
  })
}

/** The columns as their first rows tell them, failing with MISFIT where a later cell is otherwise; undefined where the first rows of one do not tell enough. */
export function strictColumns(guesses: readonly Guess[]): SniffedColumn[] | undefined {
  const columns = guesses.flatMap(({ source, strict, plainType }) => (strict ? [{ source, expression: strict, plainType }] : []))
  return columns.length < guesses.length ? undefined : columns
}

interface LikelyColumn {
  readonly source: string
  readonly texts: readonly string[]
  likely: readonly Candidate[]
}

/** Takes off the likely readings that do not fit, up to the first that does, and a rival of that one. Wider readings are not looked at, nor what is certain: each look has its price. */
async function dropMisfits(connection: DuckDBConnection, sample: string, columns: readonly LikelyColumn[]): Promise<void> {
  let open = columns.filter(({ texts, likely: [first] }) => {
    if (texts.length === 0 || !first) return false
    return RIVALS.has(first.name) || !first.isCertain || !texts.every(first.isCertain)
  })
  while (open.length > 0) {
    const asked = open.flatMap(({ source, likely: [first, ...wider] }) =>
      [first, wider.find(({ name }) => name === RIVALS.get(first?.name ?? ''))].flatMap((candidate) =>
        candidate ? [{ source, candidate }] : [],
      ),
    )
    const verdicts = await haveNoMisfit(connection, sample, asked)
    const wrong = asked.filter((_, index) => !verdicts[index])
    open = open.filter((column) => {
      const [first] = column.likely
      column.likely = column.likely.filter(
        (candidate) => !wrong.some((one) => one.source === column.source && one.candidate === candidate),
      )
      return column.likely.length > 0 && column.likely[0] !== first
    })
  }
}

const trimCell = (text: string): string => text.replaceAll(/^[ \t\r\u00a0]+|[ \t\r\u00a0]+$/g, '')

function strictExpression(source: string, candidates: readonly Candidate[], texts: readonly string[]): SniffedColumn | undefined {
  const t = trimmed(source)
  const misfit = `error(${quoteText(MISFIT)})`
  const [candidate] = candidates
  if (!candidate) return { source, expression: quoteName(source) }
  const also = candidate.alsoOfCell ? candidate.alsoOfCell(texts) : () => 'true'
  if (typeof also === 'string' || candidates.some(({ name }) => name === RIVALS.get(candidate.name))) return undefined
  if (candidate.name !== 'decimal' && candidate.name !== 'money') {
    const value = `CASE WHEN ${also(t)} THEN ${candidate.value(t)} END`
    const { plainType } = candidate
    return { source, plainType, expression: typedValue(source, plainType, `coalesce(${value}, ${misfit})`) }
  }
  const { point = '[.]' } = candidate
  const fraction = new RegExp(`${point}(\\d+)\\D*$`)
  const written = texts.map((text) => fraction.exec(text)?.[1] ?? '')
  const places = Math.max(...written.map((digits) => digits.length))
  const isWhole = places <= 1 && written.every((digits) => /^0*$/.test(digits))
  const wholeDigits = Math.max(...texts.map((text) => text.replaceAll(/\D/g, '').length)) - (isWhole ? 0 : places)
  const type = decimalType({ places, isWhole, wholeDigits })
  const writtenPlaces = `length(regexp_extract(${t}, '${point}(\\d+)\\D*$', 1))`
  const fits = isWhole
    ? `${writtenPlaces} <= 1 AND ${candidate.value(t)} = trunc(${candidate.value(t)})`
    : `${writtenPlaces} <= ${places}`
  const value = `CASE WHEN ${also(t)} AND ${fits} THEN TRY_CAST(${candidate.value(t)} AS ${type}) END`
  const plainType = candidate.name === 'decimal' ? type : undefined
  return { source, plainType, expression: typedValue(source, plainType, `coalesce(${value}, ${misfit})`) }
}

function decimalType({ places, isWhole, wholeDigits }: { places: number; isWhole: boolean; wholeDigits: number }): string {
  if (isWhole) return wholeDigits <= 18 ? 'BIGINT' : 'DECIMAL(38,0)'
  return `DECIMAL(${Math.min(38, Math.max(18, wholeDigits + places))},${places})`
}

/** Types of the text columns of `table`, told from all its rows: of each column the narrowest reading that all cells fit. */
export async function sniffTypes(
  connection: DuckDBConnection,
  table: string,
  guesses: readonly Guess[],
): Promise<SniffedColumn[]> {
  let open = guesses
  const chosen = new Map<string, SniffedColumn>()
  while (open.length > 0) {
    const first = open.flatMap(({ source, candidates }) => (candidates[0] ? [{ source, candidate: candidates[0] }] : []))
    const verdicts = first.length > 0 ? await fits(connection, table, first) : []
    const stillOpen: Guess[] = []
    for (const { source, candidates } of open) {
      const index = first.findIndex((one) => one.source === source)
      const candidate = first[index]?.candidate
      if (!candidate) chosen.set(source, await asText(connection, table, source))
      else if (verdicts[index]) chosen.set(source, await settle(connection, table, source, candidate))
      else stillOpen.push({ source, candidates: candidates.slice(1) })
    }
    open = stillOpen
  }
  return guesses.map(({ source }) => chosen.get(source) ?? { source, expression: quoteName(source) })
}

/** Text as it is; a column in which every cell stands for nothing is nothing throughout. */
async function asText(connection: DuckDBConnection, table: string, source: string): Promise<SniffedColumn> {
  const [row = []] = await readRows(connection, `SELECT count(${present(trimmed(source))}) = 0 FROM ${table}`)
  return { source, expression: row[0] === true ? 'CAST(NULL AS VARCHAR)' : quoteName(source) }
}

interface Asked {
  readonly source: string
  readonly candidate: Candidate
}

const misfits = ({ source, candidate }: Asked): string => {
  const { plainType } = candidate
  const cell = quoteName(source)
  const t = trimmed(source)
  const plain = plainType ? `WHEN ${isPlain(cell, plainType, `TRY_CAST(${cell} AS ${plainType})`)} THEN false ` : ''
  return `count(*) FILTER (CASE ${plain}WHEN ${cell} IS NULL OR ${isMissing(t)} THEN false ELSE (${candidate.value(t)}) IS NULL END)`
}

async function haveNoMisfit(connection: DuckDBConnection, table: string, asked: readonly Asked[]): Promise<boolean[]> {
  const [row = []] = await readRows(connection, `SELECT ${asked.map((one) => `${misfits(one)} = 0`).join(', ')} FROM ${table}`)
  return row.map((verdict: Cell) => verdict === true)
}

async function fits(connection: DuckDBConnection, table: string, asked: readonly Asked[]): Promise<boolean[]> {
  const conditions = asked.map((one) => {
    const t = present(trimmed(one.source))
    return `count(${t}) > 0 AND ${misfits(one)} = 0 AND ${one.candidate.also?.(t) ?? 'true'}`
  })
  const [row = []] = await readRows(connection, `SELECT ${conditions.join(', ')} FROM ${table}`)
  return row.map((verdict: Cell) => verdict === true)
}

/** The last decisions on a column whose cells all fit: how many places its decimals have, which day of two. */
async function settle(connection: DuckDBConnection, table: string, source: string, candidate: Candidate): Promise<SniffedColumn> {
  const t = trimmed(source)
  const value = candidate.value(t)
  if (candidate.name === 'decimal' || candidate.name === 'money') return exactDecimal(connection, table, source, candidate)
  const { plainType } = candidate
  const typed = { source, plainType, expression: typedValue(source, plainType, value) }
  const rivalName = RIVALS.get(candidate.name)
  const rival = CANDIDATES.find((other) => other.name === rivalName)
  if (!rival) return typed
  const [areBoth = false] = await fits(connection, table, [{ source, candidate: rival }])
  if (!areBoth) return typed
  const [areSame = []] = await readRows(
    connection,
    `SELECT count(*) FILTER (${value} IS DISTINCT FROM ${rival.value(t)}) = 0 FROM ${table}`,
  )
  if (areSame[0] === true) return typed
  return {
    source,
    expression: quoteName(source),
    doubt: 'Days and months could be either way round, so these dates stay text. Write them as 2024-12-31 to have them read.',
  }
}

/** DECIMAL with the places that people wrote. Whole numbers stay whole, also those that a program wrote as `3.0`. */
async function exactDecimal(
  connection: DuckDBConnection,
  table: string,
  source: string,
  candidate: Candidate,
): Promise<SniffedColumn> {
  const t = present(trimmed(source))
  const written = `regexp_extract(${t}, '${candidate.point ?? '[.]'}(\\d+)\\D*$', 1)`
  const [row = []] = await readRows(
    connection,
    `SELECT max(length(${written})), max(length(rtrim(${written}, '0'))), max(length(split_part(ltrim(CAST(${candidate.value(t)} AS VARCHAR), '-'), '.', 1))) FROM ${table}`,
  )
  const [places = 0, neededPlaces = 0, wholeDigits = 0] = row.map(Number)
  const type = decimalType({ places, isWhole: neededPlaces === 0 && places <= 1, wholeDigits })
  const value = `CAST(${candidate.value(trimmed(source))} AS ${type})`
  const plainType = candidate.name === 'decimal' ? type : undefined
  return { source, plainType, expression: typedValue(source, plainType, value) }
}
