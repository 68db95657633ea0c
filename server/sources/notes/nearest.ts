/** The name that looks most like a misspelt one; nothing where none comes near. */
export function nearest(wanted: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, far: distance(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(2, Math.floor(Math.max(wanted.length, name.length) / 2)))
    .sort((one, two) => one.far - two.far)
  return ranked[0]?.name
}

/** Letters that have to be changed, added or left out (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let line = 1; line <= one.length; line++) {
    const next = [line]
    for (let at = 1; at <= other.length; at++)
      next[at] = Math.min(
        (row[at] ?? 0) + 1,
        (next[at - 1] ?? 0) + 1,
        (row[at - 1] ?? 0) + (one[line - 1] === other[at - 1] ? 0 : 1),
      )
    row = next
  }
  return row[other.length] ?? 0
}
