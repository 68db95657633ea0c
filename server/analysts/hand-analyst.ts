import { ChartKind, type ChartSpec } from '../../contract/chart.ts'
import { chartProblem, chartRules } from '../../contract/chart-rules.ts'
import { KnownError } from '../../contract/error.ts'
import type { Analyst } from './analyst.ts'
import type { Tools } from './tools.ts'

const COMMANDS =
  '`/sql <select>` and `/chart <kind> x=<column> y=<column>[,<column>] [by=<column>] [stack=none|stack|percent] <select>` and `/python <code>`'
const KINDS = ChartKind.options.join(', ')
/** What people may call a kind. */
const otherNames: Readonly<Record<string, ChartKind>> = {
  boxplot: 'box',
  column: 'bar',
  country: 'geo',
  doughnut: 'donut',
  heat: 'heatmap',
  'heat-map': 'heatmap',
  map: 'geo',
  number: 'kpi',
}

/** Runs what a person writes by hand: `/sql`, `/chart` and `/python`. A call that errs makes its turn fail, with the error in its step. */
export function createHandAnalyst(): Analyst {
  return {
    name: 'hand',
    async answer({ text }, tools) {
      const [, command = '', rest = ''] = /^\s*\/(\S*)\s*([\s\S]*)$/.exec(text) ?? []
      switch (command.toLowerCase()) {
        case 'sql':
          return runSql(rest, tools)
        case 'chart':
          return runChart(rest, tools)
        case 'python':
          return runPython(rest, tools)
        default:
          return tools.fail(
            'query',
            'Read the command',
            text.trim(),
            new KnownError(
              'invalid-input',
              `There is no command “/${command}”. The commands are ${COMMANDS.replaceAll('`', '')}.`,
            ),
          )
      }
    },
  }
}

async function runSql(sql: string, tools: Tools): Promise<'answered' | 'failed'> {
  if (sql.trim() === '')
    return tools.fail('query', 'Read the command', '/sql', new KnownError('invalid-input', 'Write a SELECT after /sql.'))
  const outcome = await tools.query(sql, 'Result')
  if (!outcome.ok) throw new KnownError(outcome.error.code, outcome.error.message)
  return 'answered'
}

async function runPython(code: string, tools: Tools): Promise<'answered' | 'failed'> {
  if (code.trim() === '')
    return tools.fail('python', 'Read the command', '/python', new KnownError('invalid-input', 'Write Python after /python.'))
  const { error } = await tools.python(code)
  if (error) throw error
  return 'answered'
}

async function runChart(words: string, tools: Tools): Promise<'answered' | 'failed'> {
  const { spec, sql } = await readChartCommand(words, tools)
  const title = titleOf(spec)
  const outcome = await tools.query(sql, title)
  if (!outcome.ok) throw new KnownError(outcome.error.code, outcome.error.message)
  await tools.chart(spec, title, outcome.table)
  return 'answered'
}

/** What a chart by hand is called: its measures, and what they are split by. */
function titleOf(spec: ChartSpec): string {
  const measures = [...spec.y, ...(spec.y2 ?? [])].join(' and ')
  if (spec.kind === 'histogram') return `Distribution of ${spec.x ?? ''}`
  return spec.x === undefined ? measures : `${measures} by ${[spec.x, ...(spec.by === undefined ? [] : [spec.by])].join(' and ')}`
}

async function readChartCommand(words: string, tools: Tools): Promise<ReturnType<typeof parseChartCommand>> {
  try {
    return parseChartCommand(words)
  } catch (error) {
    if (!(error instanceof KnownError)) throw error
    return tools.fail('chart', 'Read the command', `/chart ${words}`.trim(), error)
  }
}

const name = String.raw`"(?:[^"]|"")+"|[^\s,"]+`
const option = new RegExp(String.raw`^(x|y|y2|by|size|stack|horizontal)\s*=\s*((?:${name})(?:\s*,\s*(?:${name}))*)\s*`, 'i')

/** Takes `bar x=region y=total,"other total" by=year stack=percent SELECT …` apart. Throws `invalid-input` with what to write instead. */
export function parseChartCommand(words: string): { spec: ChartSpec; sql: string } {
  const usage = `Write ${COMMANDS.split(' and ')[1]?.replaceAll('`', '') ?? ''}.`
  const [head = '', kindWord = ''] = /^\s*([^\s=]*)\s*/.exec(words) ?? []
  const word = kindWord.toLowerCase()
  const kind = ChartKind.safeParse(otherNames[word] ?? word)
  if (!kind.success) {
    const problem = word === '' ? 'The kind of chart is missing.' : `There is no chart kind “${kindWord}”.`
    throw new KnownError('invalid-input', `${problem} The kinds are ${KINDS}. ${usage}`)
  }
  let rest = words.slice(head.length)
  const given = new Map<string, string[]>()
  for (let found = option.exec(rest); found; found = option.exec(rest)) {
    const key = (found[1] ?? '').toLowerCase()
    if (given.has(key)) throw new KnownError('invalid-input', `${key}= is given twice. ${usage}`)
    given.set(key, namesIn(found[2] ?? ''))
    rest = rest.slice(found[0].length)
  }
  const stray = /^([A-Za-z]+)\s*=/.exec(rest)
  if (stray) throw new KnownError('invalid-input', `There is no option “${stray[1] ?? ''}=”. ${usage}`)
  const single = (key: string): string | undefined => {
    const names = given.get(key)
    if (names && names.length > 1) throw new KnownError('invalid-input', `${key}= takes one column. ${usage}`)
    return names?.[0]
  }
  const stack = single('stack') ?? 'none'
  if (stack !== 'none' && stack !== 'stack' && stack !== 'percent')
    throw new KnownError('invalid-input', `stack= is none, stack or percent, not “${stack}”.`)
  const horizontal = single('horizontal') ?? 'no'
  if (horizontal !== 'yes' && horizontal !== 'no')
    throw new KnownError('invalid-input', `horizontal= is yes or no, not “${horizontal}”.`)
  const [x, by, size, y2] = [single('x'), single('by'), single('size'), given.get('y2')]
  const spec = withRoles({
    version: 1,
    kind: kind.data,
    ...(x ? { x } : {}),
    y: given.get('y') ?? [],
    ...(y2 ? { y2 } : {}),
    ...(by ? { by } : {}),
    ...(size ? { size } : {}),
    stack,
    horizontal: horizontal === 'yes',
  })
  const problem = chartProblem(spec)
  if (problem !== undefined) throw new KnownError('invalid-input', `${problem} ${usageOf(spec.kind)}`)
  if (rest.trim() === '') throw new KnownError('invalid-input', `The SELECT is missing. ${usageOf(spec.kind)}`)
  return { spec, sql: rest.trim() }
}

/** The last of several columns in y= is what a bubble's size shows, and the line of a combo. */
function withRoles(spec: ChartSpec): ChartSpec {
  const last = spec.y.at(-1)
  if (spec.y.length < 2 || last === undefined) return spec
  if (spec.kind === 'bubble' && spec.size === undefined) return { ...spec, y: spec.y.slice(0, -1), size: last }
  if (spec.kind === 'combo' && spec.y2 === undefined) return { ...spec, y: spec.y.slice(0, -1), y2: [last] }
  return spec
}

/** How a kind is written, with what it may take in brackets. */
function usageOf(kind: ChartKind): string {
  const rule = chartRules[kind]
  const part = (text: string, need: string | undefined): string[] =>
    need === 'must' ? [text] : need === 'may' ? [`[${text}]`] : []
  const parts = [
    ...part('x=<column>', rule.x),
    ...part(`y=<column>${rule.mostY > 1 ? '[,<column>]' : ''}`, rule.leastY > 0 ? 'must' : 'may'),
    ...part('y2=<column>', rule.y2),
    ...part('size=<column>', rule.size),
    ...part('by=<column>', rule.by),
    ...part('stack=none|stack|percent', rule.stacks ? 'may' : undefined),
    ...part('horizontal=yes', rule.liesDown ? 'may' : undefined),
  ]
  return `Write /chart ${kind} ${parts.join(' ')} <select>.`
}

const namesIn = (text: string): string[] =>
  [...text.matchAll(new RegExp(name, 'g'))].map(([found]) =>
    found.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found,
  )
