/** The line that an error speaks of, with a caret under the place. `at` counts characters from 0. */
export function placeInStatement(sql: string, at: number): string {
  const before = sql.slice(0, at)
  const lineStart = before.lastIndexOf('\n') + 1
  const line = sql.slice(lineStart).split('\n', 1)[0] ?? ''
  const lead = `LINE ${before.split('\n').length}: `
  return `${lead}${line}\n${' '.repeat(lead.length + at - lineStart)}^`
}
