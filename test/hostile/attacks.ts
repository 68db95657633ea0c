import { readFileSync } from 'node:fs'

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')
const lines = (name: string): string[] =>
  read(name)
    .split('\n')
    .filter((line) => line !== '')
const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\' }
/** `\n`, `\r`, `\t`, `\\` and `\u0000` in a line stand for what they stand for everywhere. */
const unescaped = (line: string): string =>
  line.replace(/\\(?:([nrt\\])|u([0-9a-f]{4}))/gi, (_, letter: string | undefined, code: string | undefined) =>
    letter === undefined ? String.fromCharCode(Number.parseInt(code ?? '0', 16)) : (letters[letter] ?? letter),
  )

/** What strangers, models and data may try (P3), one attack a line in the files beside this one. All call `alert`, or ask `evil.example` for something. */
export const markup = lines('markup.txt')
export const markdown = lines('markdown.txt').map(unescaped)
export const names = lines('names.txt').map(unescaped)
export const formulas = lines('formulas.txt').map(unescaped)
/** Values of parameters and filters, that try to be a part of a statement. */
export const values = lines('values.txt').map(unescaped)
export const statements = lines('statements.txt')
/** Chart specifications, of other libraries too, none of which may pass as one of ours. */
export const charts = JSON.parse(read('charts.json')) as unknown[]
