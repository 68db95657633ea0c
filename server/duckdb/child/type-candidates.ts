import { quoteText } from './quote.ts'

/** Words that stand for "nothing here" in a column whose other cells are of a type. In text columns they stay. */
export const MISSING = ['', 'null', '\\n', 'n/a', 'na', '#n/a', 'nan', 'none', 'nil', '-', '--', '?']
/** Decimals with more places are kept as numbers. */
const MOST_PLACES = 6

/** One reading of the cells of a text column. */
export interface Candidate {
  readonly name: string
  /** What a trimmed cell that fits looks like; without it any cell may fit. */
  readonly pattern: string
  /** SQL of the typed value of a trimmed text `t`; null where it does not fit. */
  value(t: string): string
  /** A type whose own text, when it equals the cell, is proof enough: no pattern needs to be looked at. */
  readonly plainType?: 'BIGINT' | 'DOUBLE' | 'DATE' | 'TIMESTAMP'
  /** SQL of a condition over all texts `t` of the column, beside each of them fitting. */
  readonly also?: (t: string) => string
  /** The same for one cell, told from texts of the column: a condition that all cells must meet, or that the texts refute it, or do not tell. */
  readonly alsoOfCell?: (texts: readonly string[]) => ((t: string) => string) | 'refuted' | 'open'
  /** What stands before the decimal places, as a pattern; a point if not said. */
  readonly point?: string
  /** Whether the value of a text that has the pattern is told from the text alone, so that the engine need not be asked. */
  readonly isCertain?: (text: string) => boolean
}

const matching = (pattern: string, value: (t: string) => string): Pick<Candidate, 'pattern' | 'value'> => ({
  pattern,
  value: (t) => `CASE WHEN regexp_full_match(${t}, ${quoteText(pattern)}) THEN ${value(t)} END`,
})
const bothOf = (yes: string, no: string): Candidate => ({
  name: 'boolean',
  pattern: `${yes}|${no}`,
  value: (t) => `CASE lower(${t}) WHEN '${yes}' THEN true WHEN '${no}' THEN false END`,
  ...(yes.length === 1
    ? {
        also: (t) => `count(DISTINCT lower(${t})) FILTER (lower(${t}) IN ('${yes}', '${no}')) = 2`,
        alsoOfCell: (texts) => (new Set(texts.map((text) => text.toLowerCase())).size === 2 ? () => 'true' : 'open'),
      }
    : {}),
})
const date = (pattern: string, ...formats: string[]): Candidate => ({
  name: `date ${formats[0] ?? ''}`,
  ...matching(pattern, (t) => `CAST(coalesce(${formats.map((format) => `try_strptime(${t}, '${format}')`).join(', ')}) AS DATE)`),
})
const timestamp = (pattern: string, ...formats: string[]): Candidate => ({
  name: `timestamp ${formats[0] ?? ''}`,
  ...matching(pattern, (t) => `coalesce(${formats.map((format) => `try_strptime(${t}, '${format}')`).join(', ')})`),
})
const UNIT = '(?:[$€£¥]|EUR|USD|GBP|CHF)'
const unit = new RegExp(UNIT)
const leadingZero = /^-?0\d/
/** Cells with one and the same sign of currency, or none. */
const oneCurrency = (t: string): string => `count(DISTINCT nullif(regexp_extract(${t}, '${UNIT}'), '')) <= 1`
const strip = (t: string): string => `regexp_replace(${t}, '${UNIT}|\\s|\\x{00A0}', '', 'g')`

/** Of a text like `2024-2-29`: whether there is such a day. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number)
  const there = new Date(Date.UTC(year, month - 1, day))
  return year >= 1000 && there.getUTCMonth() === month - 1 && there.getUTCDate() === day
}

const PLAIN = '-?(0|[1-9]\\d*)?\\.\\d+|-?(0|[1-9]\\d*)\\.?'
const INTEGER = '-?(0|[1-9]\\d{0,17})'
const DECIMAL = `-?(0|[1-9]\\d{0,20})(\\.\\d{0,${MOST_PLACES}})?|-?\\.\\d{1,${MOST_PLACES}}`
const ENGLISH = `-?${UNIT}?\\s?-?(\\d{1,3}(,\\d{3})+|\\d{1,15})(\\.\\d{1,${MOST_PLACES}})?\\s?${UNIT}?`
const EUROPEAN = `-?${UNIT}?\\s?-?(\\d{1,3}([.\\s]\\d{3})+|\\d{1,15})(,\\d{1,${MOST_PLACES}})?\\s?${UNIT}?`
const noLeadingZero = (t: string): string => `count(*) FILTER (regexp_matches(${t}, '^-?0\\d')) = 0`

const MONEY: Pick<Candidate, 'also' | 'alsoOfCell'> = {
  also: (t) => `${oneCurrency(t)} AND ${noLeadingZero(t)}`,
  alsoOfCell(texts) {
    const units = new Set(texts.flatMap((text) => unit.exec(text) ?? []))
    if (units.size > 1 || texts.some((text) => leadingZero.test(text))) return 'refuted'
    const allowed = ['', ...units].map(quoteText).join(', ')
    return (t) => `regexp_extract(${t}, '${UNIT}') IN (${allowed}) AND NOT regexp_matches(${t}, '^-?0\\d')`
  },
}

/** From the narrowest to the widest; the first that all cells of a column fit is taken, else it is text. */
export const CANDIDATES: readonly Candidate[] = [
  bothOf('true', 'false'),
  bothOf('yes', 'no'),
  bothOf('y', 'n'),
  bothOf('t', 'f'),
  { name: 'integer', plainType: 'BIGINT', ...matching(INTEGER, (t) => `TRY_CAST(${t} AS BIGINT)`), isCertain: () => true },
  { name: 'decimal', ...matching(DECIMAL, (t) => `TRY_CAST(${t} AS DECIMAL(38,${MOST_PLACES}))`), isCertain: () => true },
  { name: 'number', plainType: 'DOUBLE', ...matching(`(?:${PLAIN})([eE][-+]?\\d+)?`, (t) => `TRY_CAST(${t} AS DOUBLE)`) },
  {
    name: 'money',
    ...matching(ENGLISH, (t) => `TRY_CAST(replace(${strip(t)}, ',', '') AS DECIMAL(38,${MOST_PLACES}))`),
    ...MONEY,
  },
  {
    name: 'money',
    point: ',',
    ...matching(EUROPEAN, (t) => `TRY_CAST(replace(replace(${strip(t)}, '.', ''), ',', '.') AS DECIMAL(38,${MOST_PLACES}))`),
    ...MONEY,
  },
  { ...date('\\d{4}-\\d{1,2}-\\d{1,2}', '%Y-%m-%d'), plainType: 'DATE', isCertain: isDay },
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
    plainType: 'TIMESTAMP',
    ...matching('\\d{4}-\\d{1,2}-\\d{1,2}[ T]\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?', (t) => `TRY_CAST(${t} AS TIMESTAMP)`),
  },
  {
    name: 'timestamp with zone',
    ...matching(
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
  { name: 'time', ...matching('\\d{1,2}:\\d{2}:\\d{2}(\\.\\d{1,6})?', (t) => `TRY_CAST(${t} AS TIME)`) },
  { name: 'time', ...matching('\\d{1,2}:\\d{2}', (t) => `TRY_CAST(${t} || ':00' AS TIME)`) },
]
/** Readings of one text that contradict each other: when both fit the whole column, neither is taken. */
export const RIVALS = new Map([
  ['date %m/%d/%Y', 'date %d/%m/%Y'],
  ['timestamp %m/%d/%Y %H:%M:%S', 'timestamp %d/%m/%Y %H:%M:%S'],
])
