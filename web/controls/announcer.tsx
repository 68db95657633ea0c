import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'

const AnnouncerContext = createContext<(text: string) => void>(() => undefined)

/** Says a finished piece of text to screen readers, once. */
export const useAnnounce = () => useContext(AnnouncerContext)

export function Announcer({ children }: { readonly children: ReactNode }) {
  const [said, setSaid] = useState<readonly { id: number; text: string }[]>([])
  const announce = useCallback(
    (text: string) => setSaid((known) => [...known.slice(-4), { id: (known.at(-1)?.id ?? 0) + 1, text }]),
    [],
  )
  return (
    <AnnouncerContext value={announce}>
      {children}
      <div className="sr" aria-live="polite" aria-relevant="additions" role="log" aria-label="New text">
        {said.map(({ id, text }) => (
          <p key={id}>{text}</p>
        ))}
      </div>
    </AnnouncerContext>
  )
}
