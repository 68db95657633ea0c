export interface DatedGroup<Item> {
  readonly label: string
  readonly items: readonly Item[]
}

const startOfDay = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate())

/** `Today`, `This week` (from Monday), then months, with the year when it is another one. */
function labelOf(at: Date, now: Date): string {
  const today = startOfDay(now)
  if (at >= today) return 'Today'
  const monday = new Date(today)
  monday.setDate(today.getDate() - ((today.getDay() + 6) % 7))
  if (at >= monday) return 'This week'
  const month = at.toLocaleDateString('en-GB', { month: 'long' })
  return at.getFullYear() === now.getFullYear() ? month : `${month} ${at.getFullYear()}`
}

/** Groups what was last touched when, newest first, in the time zone of this machine. */
export function groupByDate<Item extends { readonly updatedAt: string }>(items: readonly Item[], now: Date): DatedGroup<Item>[] {
  const groups = new Map<string, Item[]>()
  const sorted = [...items].sort((left, right) => Date.parse(right.updatedAt) - Date.parse(left.updatedAt))
  for (const item of sorted) {
    const label = labelOf(new Date(item.updatedAt), now)
    const group = groups.get(label)
    if (group) group.push(item)
    else groups.set(label, [item])
  }
  return [...groups].map(([label, grouped]) => ({ label, items: grouped }))
}
