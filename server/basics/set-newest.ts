/** Sets an entry as the newest of at most `most`: where there would be more, the oldest goes. Answers with the value. */
export function setNewest<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): Value {
  map.delete(key)
  map.set(key, value)
  const oldest = map.keys().next()
  if (map.size > most && !oldest.done) map.delete(oldest.value)
  return value
}
