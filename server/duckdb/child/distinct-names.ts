/** Names as they are, repeated ones (without regard to case) as `name_2`, empty ones as `column_3`. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  const all = new Set(names.map((name) => name.toLowerCase()))
  return names.map((name, index) => {
    const wanted = name.trim() === '' ? `column_${index + 1}` : name
    let free = wanted
    for (let count = 2; taken.has(free.toLowerCase()) || (free !== wanted && all.has(free.toLowerCase())); count++)
      free = `${wanted}_${count}`
    taken.add(free.toLowerCase())
    return free
  })
}
