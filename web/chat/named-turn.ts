import { useEffect, useRef } from 'react'
import { useLocationProperty } from 'wouter/use-browser-location'

/** Shows the turn that the address names after `#`, such as a hit of a search. `pin` brings an element into view and holds it there. */
export function useNamedTurn(pin: (id: string) => void): void {
  const name = useLocationProperty(() => window.location.hash.slice(1))
  const latest = useRef(pin)
  useEffect(() => {
    latest.current = pin
  })
  useEffect(() => {
    if (name !== '') latest.current(name)
  }, [name])
}
