import { useEffect, useRef } from 'react'

const NEAR_PX = 120
/** What somebody does who wants to look elsewhere. */
const intents = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const

/**
 * Keeps in view what somebody watches while the page grows: the end, but only for somebody who is there, or the element that `pin` named,
 * with its head at the top, until they touch the page. Answers `pin`, which takes an element's id; it may appear later.
 */
export function useFollowedPage(): (id: string) => void {
  const isAtEnd = useRef(false)
  const pinned = useRef<string>(undefined)
  useEffect(() => {
    const root = document.scrollingElement ?? document.documentElement
    const look = () => {
      isAtEnd.current = root.scrollHeight - root.scrollTop - root.clientHeight < NEAR_PX
    }
    const unpin = () => {
      pinned.current = undefined
    }
    const follow = () => {
      const element = pinned.current === undefined ? null : document.getElementById(pinned.current)
      if (element) element.scrollIntoView({ block: 'start' })
      else if (isAtEnd.current) root.scrollTop = root.scrollHeight
    }
    look()
    const observer = new ResizeObserver(follow)
    observer.observe(document.body)
    window.addEventListener('scroll', look, { passive: true })
    for (const intent of intents) window.addEventListener(intent, unpin, { passive: true, capture: true })
    return () => {
      observer.disconnect()
      window.removeEventListener('scroll', look)
      for (const intent of intents) window.removeEventListener(intent, unpin, { capture: true })
    }
  }, [])
  return (id) => {
    pinned.current = id
    document.getElementById(id)?.scrollIntoView({ block: 'start' })
  }
}
