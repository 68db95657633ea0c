/**
 * The name SQL uses for a table of an uploaded file: letters, digits and underscores, lower case, never starting with a digit, unique among `taken`.
 * `Orders 2024 (final)` → `orders_2024_final`.
 */
export function tableName(label: string, taken: ReadonlySet<string>): string {
  const cleaned = label
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60)
  const name = cleaned === '' ? 'table' : /^\p{Number}/u.test(cleaned) ? `t_${cleaned}` : cleaned
  if (!taken.has(name)) return name
  for (let count = 2; ; count++) if (!taken.has(`${name}_${count}`)) return `${name}_${count}`
}
