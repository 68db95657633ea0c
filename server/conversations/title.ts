/** The first question on one line, cut at a word near 80 characters. */
export function titleOf(question: string): string {
  const line = question.trim().replace(/\s+/g, ' ')
  if (line.length <= 80) return line
  const cut = line.slice(0, 80)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), 40))}…`
}
