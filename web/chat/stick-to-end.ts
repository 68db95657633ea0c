import { useEffect, useRef } from 'react'

const NEAR_PX = 120

/** Keeps the end of the page in view while it grows, but only for somebody who is there. Answers a function that goes there. */
export function useStickToEnd(): () => void {
  const isAtEnd = useRef(false)
  useEffect(() => {
    const root = document.scrollingElement ?? document.documentElement
    const look = () => {
      isAtEnd.current = root.scrollHeight - root.scrollTop - root.clientHeight < NEAR_PX
    }
    look()
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) root.scrollTop = root.scrollHeight
    })
    observer.observe(document.body)
    window.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      window.removeEventListener('scroll', look)
    }
  }, [])
  return () => {
    isAtEnd.current = true
    const root = document.scrollingElement ?? document.documentElement
    root.scrollTop = root.scrollHeight
  }
}
