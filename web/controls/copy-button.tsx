import { useEffect, useState } from 'react'
import { Icon } from './icon.tsx'

/** Copies text and says so for two seconds. Where the clipboard is closed (plain http), `onFail` may select the text instead. */
export function CopyButton({
  text,
  label = 'Copy',
  className = 'btn',
  onFail,
}: {
  text: string
  label?: string
  className?: string
  onFail?: () => void
}) {
  const [isCopied, setIsCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setIsCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [isCopied])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setIsCopied(true)
    } catch {
      onFail?.()
    }
  }
  return (
    <button type="button" className={className} onClick={() => void copy()}>
      <Icon name={isCopied ? 'check' : 'copy'} />
      <span aria-live="polite">{isCopied ? 'Copied' : label}</span>
    </button>
  )
}
