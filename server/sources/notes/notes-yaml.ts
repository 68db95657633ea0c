import { LineCounter, parseDocument, stringify } from 'yaml'
import { Notes, type NotesProblem } from '../../../contract/notes.ts'

const HEADING = `# What people know of this data source. QRY writes this file anew on each save, so comments of your own are not kept.
# tables: name, synonyms, definition, isHidden, date, columns (name, synonyms, definition, isHidden, values)
# metrics: table, expression, filter, synonyms, definition · joins: from, to · questions: question, sql
`
const LONGEST = 500_000

/** The notes as one file. */
export function writeYaml({ tables, metrics, joins, questions }: Notes): string {
  const parts = {
    ...(Object.keys(tables).length > 0 ? { tables } : {}),
    ...(Object.keys(metrics).length > 0 ? { metrics } : {}),
    ...(joins.length > 0 ? { joins } : {}),
    ...(questions.length > 0 ? { questions } : {}),
  }
  return Object.keys(parts).length === 0 ? HEADING : `${HEADING}${stringify(parts, { lineWidth: 100 })}`
}

export type ReadYaml =
  | { readonly notes: Notes; readonly lineOf: (path: NotesProblem['path']) => number | undefined }
  | { readonly problems: NotesProblem[] }

/** Reads the file; what is wrong with it comes with the line it stands in. */
export function readYaml(text: string): ReadYaml {
  if (text.length > LONGEST) return { problems: [{ path: [], message: 'The file is larger than 500 kB.' }] }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const broken = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    path: [],
    line: lines.linePos(pos[0]).line,
    message: `This is no YAML: ${message.replace(/\.?$/, '.')}`,
  }))
  if (broken.length > 0) return { problems: broken }
  const lineOf = (path: NotesProblem['path']): number | undefined => {
    for (let length = path.length; length > 0; length--) {
      const start = startOf(document.contents, path.slice(0, length))
      if (start !== undefined) return lines.linePos(start).line
    }
    return undefined
  }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 50 })
  } catch {
    return { problems: [{ path: [], message: 'The file refers to itself too often.' }] }
  }
  const read = Notes.safeParse(value ?? {})
  if (read.success) return { notes: read.data, lineOf }
  return { problems: read.error.issues.map((issue) => withLine(problemOf(issue), lineOf)) }
}

/** What a schema complains about, in a sentence. */
export function problemOf(issue: { code?: string; path: PropertyKey[]; message: string; keys?: string[] }): NotesProblem {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  if (issue.code === 'unrecognized_keys' && issue.keys?.[0] !== undefined)
    return { path: [...path, issue.keys[0]], message: `Notes have no “${issue.keys[0]}” here.` }
  return { path, message: path.length === 0 ? issue.message : `${path.join(' › ')}: ${issue.message}` }
}

export function withLine(problem: NotesProblem, lineOf: (path: NotesProblem['path']) => number | undefined): NotesProblem {
  const line = lineOf(problem.path)
  return line === undefined ? problem : { ...problem, line }
}

interface Keyed {
  readonly items: readonly { readonly key?: unknown; readonly value?: unknown; readonly range?: readonly number[] | null }[]
}

/** Where the key (or the entry of a list) that a path leads to begins. */
function startOf(node: unknown, path: NotesProblem['path']): number | undefined {
  const [first, ...rest] = path
  if (first === undefined || !hasItems(node)) return undefined
  if (typeof first === 'number') {
    const item = node.items[first]
    return rest.length === 0 ? item?.range?.[0] : startOf(item, rest)
  }
  const pair = node.items.find(({ key }) => keyText(key) === first)
  if (!pair) return undefined
  return rest.length === 0 ? (pair.key as { range?: readonly number[] } | null)?.range?.[0] : startOf(pair.value, rest)
}

const hasItems = (node: unknown): node is Keyed =>
  typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)
const keyText = (key: unknown): string | undefined =>
  typeof key === 'object' && key !== null && 'value' in key ? String(key.value) : undefined
