import type { DuckDBConnection } from '@duckdb/node-api'
import type { Cell } from '../../../contract/column.ts'
import { quoteName, quoteText } from './quote.ts'
import { readRows } from './written-table.ts'

/** Words that stand for "nothing here" in a column whose other cells are of a type. In text columns they stay. */
const MISSING = ['', 'null', '\\n', 'n/a', 'na', '#n/a', 'nan', 'none', 'nil', '-', '--', '?']
const SAMPLE_ROWS = 2000
/** Decimals with more places are kept as numbers. */
const MOST_PLACES = 6

interface Candidate {
  readonly name: string
  /** SQL of the typed value of a trimmed text `t`; null where it does not fit. */
  value(t: string): string
  /** SQL of a condition over all texts `t` of the column, beside each of them fitting. */
  readonly also?: (t: string) => string
  /** What stands before the decimal places, as a pattern; a point if not said. */
  readonly point?: string
}

const matching = (pattern: string, value: (t: string) => string) => (t: string) =>
  `CASE WHEN regexp_full_match(${t}, ${quoteText(pattern)}) THEN ${value(t)} END`
const bothOf = (yes: string, no: string): Candidate => ({
  name: 'boolean',
  value: (t) => `CASE lower(${t}) WHEN '${yes}' THEN true WHEN '${no}' THEN false END`,
  also: (t) => (yes.length === 1 ? `count(DISTINCT lower(${t})) FILTER (lower(${t}) IN ('${yes}', '${no}')) = 2` : 'true'),
})
const date = (pattern: string, ...formats: string[]): Candidate => ({
  name: `date ${formats[0] ?? ''}`,
  value: matching(
    pattern,
    (t) => `CAST(coalesce(${formats.map((format) => `try_strptime(${t}, '${format}')`).join(', ')}) AS DATE)`,
  ),
})
const timestamp = (pattern: string, ...formats: string[]): Candidate => ({
  name: `timestamp ${formats[0] ?? ''}`,
  value: matching(pattern, (t) => `coalesce(${formats.map((format) => `try_strptime(${t}, '${format}')`).join(', ')})`),
})
const UNIT = '(?:[$€£¥]|EUR|USD|GBP|CHF)'
/** Cells with one and the same sign of currency, or none. */
const oneCurrency = (t: string): string => `count(DISTINCT nullif(regexp_extract(${t}, '${UNIT}'), '')) <= 1`
const strip = (t: string): string => `regexp_replace(${t}, '${UNIT}|\\s|\\x{00A0}', '', 'g')`

const PLAIN = '-?(0|[1-9]\\d*)?\\.\\d+|-?(0|[1-9]\\d*)\\.?'
const INTEGER = '-?(0|[1-9]\\d{0,17})'
const DECIMAL = `-?(0|[1-9]\\d{0,20})(\\.\\d{0,${MOST_PLACES}})?|-?\\.\\d{1,${MOST_PLACES}}`
const ENGLISH = `-?${UNIT}?\\s?-?(\\d{1,3}(,\\d{3})+|\\d{1,15})(\\.\\d{1,${MOST_PLACES}})?\\s?${UNIT}?`
const EUROPEAN = `-?${UNIT}?\\s?-?(\\d{1,3}([.\\s]\\d{3})+|\\d{1,15})(,\\d{1,${MOST_PLACES}})?\\s?${UNIT}?`
const noLeadingZero = (t: string): string => `count(*) FILTER (regexp_matches(${t}, '^-?0\\d')) = 0`

/** From the narrowest to the widest; the first that all cells of a column fit is taken, else it is text. */
const CANDIDATES: readonly Candidate[] = [
  bothOf('true', 'false'),
  bothOf('yes', 'no'),
  bothOf('y', 'n'),
  bothOf('t', 'f'),
  { name: 'integer', value: matching(INTEGER, (t) => `TRY_CAST(${t} AS BIGINT)`) },
  { name: 'decimal', value: matching(DECIMAL, (t) => `TRY_CAST(${t} AS DECIMAL(38,${MOST_PLACES}))`) },
  { name: 'number', value: matching(`(?:${PLAIN})([eE][-+]?\\d+)?`, (t) => `TRY_CAST(${t} AS DOUBLE)`) },
  {
    name: 'money',
    value: matching(ENGLISH, (t) => `TRY_CAST(replace(${strip(t)}, ',', '') AS DECIMAL(38,${MOST_PLACES}))`),
    also: (t) => `${oneCurrency(t)} AND ${noLeadingZero(t)}`,
  },
  {
    name: 'money',
    point: ',',
    value: matching(EUROPEAN, (t) => `TRY_CAST(replace(replace(${strip(t)}, '.', ''), ',', '.') AS DECIMAL(38,${MOST_PLACES}))`),
    also: (t) => `${oneCurrency(t)} AND ${noLeadingZero(t)}`,
  },
  date('\\d{4}-\\d{1,2}-\\d{1,2}', '%Y-%m-%d'),
  date('\\d{4}/\\d{1,2}/\\d{1,2}', '%Y/%m/%d'),
  date('\\d{1,2}\\.\\d{1,2}\\.\\d{4}', '%d.%m.%Y'),
  date('\\d{1,2}\\.\\d{1,2}\\.\\d{2}', '%d.%m.%y'),
  date('\\d{1,2}/\\d{1,2}/\\d{4}', '%m/%d/%Y'),
  date('\\d{1,2}/\\d{1,2}/\\d{4}', '%d/%m/%Y'),
  date('\\d{1,2}-\\d{1,2}-\\d{4}', '%d-%m-%Y'),
  date('\\d{1,2}[- ][A-Za-z]{3,9}[- ]\\d{4}', '%d-%b-%Y', '%d %b %Y', '%d %B %Y', '%d-%B-%Y'),
  date('[A-Za-z]{3,9} \\d{1,2}, ?\\d{4}', '%b %d, %Y', '%B %d, %Y', '%b %d,%Y', '%B %d,%Y'),
  {
    name: 'timestamp',
    value: matching('\\d{4}-\\d{1,2}-\\d{1,2}[ T]\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?', (t) => `TRY_CAST(${t} AS TIMESTAMP)`),
  },
  {
    name: 'timestamp with zone',
    value: matching(
      '\\d{4}-\\d{2}-\\d{2}[ T]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)? ?(Z|UTC|[-+]\\d{2}(:?\\d{2})?)',
      (t) => `TRY_CAST(${t} AS TIMESTAMPTZ)`,
    ),
  },
  timestamp('\\d{4}/\\d{1,2}/\\d{1,2} \\d{1,2}:\\d{2}(:\\d{2})?', '%Y/%m/%d %H:%M:%S', '%Y/%m/%d %H:%M'),
  timestamp(
    '\\d{1,2}\\.\\d{1,2}\\.\\d{4},? \\d{1,2}:\\d{2}(:\\d{2})?',
    '%d.%m.%Y %H:%M:%S',
    '%d.%m.%Y %H:%M',
    '%d.%m.%Y, %H:%M:%S',
    '%d.%m.%Y, %H:%M',
  ),
  timestamp(
    '\\d{1,2}/\\d{1,2}/\\d{4},? \\d{1,2}:\\d{2}(:\\d{2})?( [AaPp][Mm])?',
    '%m/%d/%Y %H:%M:%S',
    '%m/%d/%Y %H:%M',
    '%m/%d/%Y %I:%M:%S %p',
    '%m/%d/%Y %I:%M %p',
  ),
  timestamp('\\d{1,2}/\\d{1,2}/\\d{4},? \\d{1,2}:\\d{2}(:\\d{2})?', '%d/%m/%Y %H:%M:%S', '%d/%m/%Y %H:%M'),
  { name: 'time', value: matching('\\d{1,2}:\\d{2}:\\d{2}(\\.\\d{1,6})?', (t) => `TRY_CAST(${t} AS TIME)`) },
  { name: 'time', value: matching('\\d{1,2}:\\d{2}', (t) => `TRY_CAST(${t} || ':00' AS TIME)`) },
]
/** Readings of one text that contradict each other: when both fit the whole column, neither is taken. */
const RIVALS = new Map([
  ['date %m/%d/%Y', 'date %d/%m/%Y'],
  ['timestamp %m/%d/%Y %H:%M:%S', 'timestamp %d/%m/%Y %H:%M:%S'],
])

export interface SniffedColumn {
  readonly source: string
  /** SQL of the typed value. */
  readonly expression: string
  /** Said to people when the type could not be told. */
  readonly doubt?: string
}

const trimmed = (source: string): string => `trim(${quoteName(source)}, ' \t\r\u00a0')`
const present = (t: string): string => `CASE WHEN lower(${t}) NOT IN (${MISSING.map(quoteText).join(', ')}) THEN ${t} END`

const NUMBERS = new Set(['integer', 'decimal', 'number', 'money'])
/** Numbers that nobody adds up and that begin with a zero elsewhere: they stay text. */
const CODE_HEADING = /(^|[^a-z])(phone|telephone|tel|mobile|fax|zip|zip ?code|post ?code|postal|postal ?code|plz)([^a-z]|$)/i
const isCode = (heading: string): boolean =>
  CODE_HEADING.test(heading.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' '))

/** Types of the text columns `c0`, `c1` ... of `table`, told from all its rows; `headings` are their names. */
export async function sniffTypes(
  connection: DuckDBConnection,
  table: string,
  headings: readonly string[],
): Promise<SniffedColumn[]> {
  const sources = headings.map((_, index) => `c${index}`)
  const sample = `(SELECT * FROM ${table} LIMIT ${SAMPLE_ROWS})`
  let open = new Map<string, readonly Candidate[]>()
  for (const [index, source] of sources.entries()) {
    const candidates = isCode(headings[index] ?? '') ? CANDIDATES.filter((candidate) => !NUMBERS.has(candidate.name)) : CANDIDATES
    open.set(source, await fitting(connection, sample, source, candidates))
  }
  const chosen = new Map<string, SniffedColumn>()
  while (open.size > 0) {
    const asked = [...open].map(([source, candidates]) => ({ source, first: candidates[0], rest: candidates.slice(1) }))
    const verdicts = await fits(
      connection,
      table,
      asked.map(({ source, first }) => ({ source, candidate: first })),
    )
    const stillOpen = new Map<string, readonly Candidate[]>()
    for (const [index, { source, first, rest }] of asked.entries()) {
      if (first && !verdicts[index]) stillOpen.set(source, rest)
      else chosen.set(source, first ? await settle(connection, table, source, first) : await asText(connection, table, source))
    }
    open = stillOpen
  }
  return sources.map((source) => chosen.get(source) ?? { source, expression: quoteName(source) })
}

/** Text as it is; a column in which every cell stands for nothing is nothing throughout. */
async function asText(connection: DuckDBConnection, table: string, source: string): Promise<SniffedColumn> {
  const [row = []] = await readRows(connection, `SELECT count(${present(trimmed(source))}) = 0 FROM ${table}`)
  return { source, expression: row[0] === true ? 'CAST(NULL AS VARCHAR)' : quoteName(source) }
}

async function fitting(
  connection: DuckDBConnection,
  table: string,
  source: string,
  candidates: readonly Candidate[],
): Promise<Candidate[]> {
  const verdicts = await fits(
    connection,
    table,
    candidates.map((candidate) => ({ source, candidate: { ...candidate, also: () => 'true' } })),
  )
  return candidates.filter((_, index) => verdicts[index])
}

async function fits(
  connection: DuckDBConnection,
  table: string,
  asked: readonly { source: string; candidate: Candidate | undefined }[],
): Promise<boolean[]> {
  const conditions = asked.map(({ source, candidate }) => {
    if (!candidate) return 'true'
    const t = present(trimmed(source))
    const also = candidate.also ? candidate.also(t) : 'true'
    return `count(${t}) > 0 AND count(${t}) = count(${candidate.value(t)}) AND ${also}`
  })
  const [row = []] = await readRows(connection, `SELECT ${conditions.join(', ')} FROM ${table}`)
  return row.map((verdict: Cell) => verdict === true)
}

/** The last decisions on a column whose cells all fit: how many places its decimals have, which day of two. */
async function settle(connection: DuckDBConnection, table: string, source: string, candidate: Candidate): Promise<SniffedColumn> {
  const t = present(trimmed(source))
  const value = candidate.value(t)
  if (candidate.name === 'decimal' || candidate.name === 'money')
    return { source, expression: await exactDecimal(connection, table, t, candidate) }
  const rivalName = RIVALS.get(candidate.name)
  const rival = CANDIDATES.find((other) => other.name === rivalName)
  if (!rival) return { source, expression: value }
  const [areBoth = false] = await fits(connection, table, [{ source, candidate: rival }])
  if (!areBoth) return { source, expression: value }
  const [areSame = []] = await readRows(
    connection,
    `SELECT count(*) FILTER (${value} IS DISTINCT FROM ${rival.value(t)}) = 0 FROM ${table}`,
  )
  if (areSame[0] === true) return { source, expression: value }
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
  t: string,
  { value, point = '[.]' }: Candidate,
): Promise<string> {
  const written = `regexp_extract(${t}, '${point}(\\d+)\\D*$', 1)`
  const [row = []] = await readRows(
    connection,
    `SELECT max(length(${written})), max(length(rtrim(${written}, '0'))), max(length(split_part(ltrim(CAST(${value(t)} AS VARCHAR), '-'), '.', 1))) FROM ${table}`,
  )
  const [places = 0, neededPlaces = 0, wholeDigits = 0] = row.map(Number)
  if (neededPlaces === 0 && places <= 1) return `CAST(${value(t)} AS ${wholeDigits <= 18 ? 'BIGINT' : 'DECIMAL(38,0)'})`
  return `CAST(${value(t)} AS DECIMAL(${Math.min(38, Math.max(18, wholeDigits + places))},${places}))`
}
