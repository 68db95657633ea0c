import { type ReactNode, useEffect, useRef } from 'react'

/** One page of the settings: its heading, a line on what it is for, and at most one thing to begin. */
export function Section({
  title,
  lead,
  action,
  children,
}: {
  readonly title: string
  readonly lead: ReactNode
  readonly action?: ReactNode
  readonly children: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => keepFocus(heading.current), [])
  useEffect(() => {
    document.title = `${title} · QRY`
  }, [title])
  return (
    <>
      <header className="section-head">
        <div className="grow">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          <p className="dim">{lead}</p>
        </div>
        {action}
      </header>
      {children}
    </>
  )
}

/** When what has the focus is taken away, as a revoked key is, the heading has it: who works by keyboard is not sent back to the page's start. */
function keepFocus(heading: HTMLElement | null): (() => void) | undefined {
  const page = heading?.closest('main')
  if (!heading || !page) return undefined
  let last: EventTarget | null = null
  const note = ({ target }: FocusEvent) => {
    last = target
  }
  const gone = new MutationObserver(() => {
    if (document.activeElement === document.body && last instanceof Node && !last.isConnected) heading.focus()
    if (last instanceof Node && !last.isConnected) last = null
  })
  page.addEventListener('focusin', note)
  gone.observe(page, { childList: true, subtree: true })
  return () => {
    gone.disconnect()
    page.removeEventListener('focusin', note)
  }
}

/** A part of a page: what it is about at the left, its controls beside it. */
export function Block({ title, children }: { readonly title?: string; readonly children: ReactNode }) {
  return (
    <section className="block">
      {title && <h2>{title}</h2>}
      <div>{children}</div>
    </section>
  )
}

/** A sheet with a table in it, that scrolls sideways where it must. */
export function Sheet({
  label,
  heads,
  foot,
  children,
}: {
  readonly label: string
  /** Names of the columns; what ends in `#` stands right, an empty one holds buttons. */
  readonly heads: readonly string[]
  readonly foot?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section className="tbl" aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="scroll" tabIndex={0} aria-label={`${label}, scrolls sideways`}>
        <table>
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col" className={head.endsWith('#') ? 'n' : undefined}>
                  <span>{head === '' ? <span className="sr">Actions</span> : head.replace('#', '')}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </section>
      {foot && <div className="pager">{foot}</div>}
    </section>
  )
}

/** A moment in a cell; a dash where it never came. */
export const MomentCell = ({ children }: { readonly children: string | undefined }) => (
  <td className={children ? 'n' : 'n null'}>{children ?? '–'}</td>
)
