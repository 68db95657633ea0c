import { useEffect, useState } from 'react'

/** Like `useState`, but a reload of this tab brings the value back. `parse` answers undefined for what it does not know. */
export function useKeptState<Value>(key: string, initial: Value, parse: (kept: unknown) => Value | undefined) {
  const [value, setValue] = useState<Value>(() => {
    try {
      const kept = sessionStorage.getItem(key)
      return kept === null ? initial : (parse(JSON.parse(kept)) ?? initial)
    } catch {
      return initial
    }
  })
  useEffect(() => {
    try {
      sessionStorage.setItem(key, JSON.stringify(value))
    } catch {
      // NOTE: storage may be full or switched off; then a reload forgets, nothing else breaks.
    }
  }, [key, value])
  return [value, setValue] as const
}
