import { type ReactNode, useEffect } from 'react'
import { Mark } from '../controls/icon.tsx'

/** The page around the two forms of the way in. */
export function EntryFrame({
  title,
  lead,
  children,
}: {
  readonly title: string
  readonly lead: string
  readonly children?: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · QRY`
  }, [title])
  return (
    <div className="entry">
      <header>
        <Mark />
      </header>
      <main>
        <h1>{title}</h1>
        <p className="l1">{lead}</p>
        {children}
      </main>
    </div>
  )
}
