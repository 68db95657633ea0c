/** The value, or a thrown bug where the program's own logic promised one. */
export function must<Value>(value: Value | null | undefined, what = 'a value'): Value {
  if (value === null || value === undefined) throw new Error(`${what} is missing`)
  return value
}
