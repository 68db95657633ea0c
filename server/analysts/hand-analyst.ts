import { ChartKind, type ChartSpec } from '../../contract/chart.ts'
import { KnownError } from '../../contract/error.ts'
import type { Analyst } from './analyst.ts'
import type { Tools } from './tools.ts'

const COMMANDS =
  '`/sql <select>` and `/chart <kind> x=<column> y=<column>[,<column>] [by=<column>] [stack=none|stack|percent] <select>` and `/python <code>`'

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
  const title = `${spec.y.join(' and ')} by ${spec.x}`
  const outcome = await tools.query(sql, title)
  if (!outcome.ok) throw new KnownError(outcome.error.code, outcome.error.message)
  await tools.chart(spec, title, outcome.table)
  return 'answered'
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
const option = new RegExp(String.raw`^(x|y|by|stack)\s*=\s*((?:${name})(?:\s*,\s*(?:${name}))*)\s*`, 'i')

/** Takes `bar x=region y=total,"other total" by=year stack=percent SELECT …` apart. Throws `invalid-input` with what to write instead. */
export function parseChartCommand(words: string): { spec: ChartSpec; sql: string } {
  const usage = `Write ${COMMANDS.split(' and ')[1]?.replaceAll('`', '') ?? ''}.`
  const [head = '', kindWord = ''] = /^\s*([^\s=]*)\s*/.exec(words) ?? []
  const kind = ChartKind.safeParse(kindWord.toLowerCase())
  if (!kind.success)
    throw new KnownError(
      'invalid-input',
      `There is no chart kind “${kindWord}”. The kinds are ${ChartKind.options.join(', ')}. ${usage}`,
    )
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
  const [x, y, by, stack] = [single('x'), given.get('y'), single('by'), single('stack') ?? 'none']
  if (!x) throw new KnownError('invalid-input', `x= is missing. ${usage}`)
  if (!y) throw new KnownError('invalid-input', `y= is missing. ${usage}`)
  if (y.length > 8) throw new KnownError('invalid-input', 'A chart shows at most eight columns.')
  if (stack !== 'none' && stack !== 'stack' && stack !== 'percent')
    throw new KnownError('invalid-input', `stack= is none, stack or percent, not “${stack}”.`)
  if (rest.trim() === '') throw new KnownError('invalid-input', `The SELECT is missing. ${usage}`)
  return { spec: { version: 1, kind: kind.data, x, y, ...(by ? { by } : {}), stack, horizontal: false }, sql: rest.trim() }
}

const namesIn = (text: string): string[] =>
  [...text.matchAll(new RegExp(name, 'g'))].map(([found]) =>
    found.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found,
  )
