import { type ReactNode, useEffect } from 'react'
import { Loaded, type Read } from './loaded.tsx'

interface ListPageProps<Item> {
  readonly title: string
  /** What stands before the title: the way to the side bar. */
  readonly start: ReactNode
  /** The class of the page's own styles. */
  readonly place: string
  readonly list: Read<{ readonly items: readonly Item[] }>
  /** Makes a new one; left out for who may not. */
  readonly action?: ReactNode
  /** Said while there is none. */
  readonly empty: { readonly title: string; readonly text: ReactNode; readonly more?: ReactNode }
  /** Stands above the list, empty or not. */
  readonly before?: ReactNode
  /** Stands below the list where there is one. */
  readonly after?: ReactNode
  /** One item as a list item. */
  readonly children: (item: Item) => ReactNode
}

/** A page that lists things of one kind, or says how the first one comes about. */
export function ListPage<Item>({ title, start, place, list, action, empty, before, after, children }: ListPageProps<Item>) {
  useEffect(() => {
    document.title = `${title} · QRY`
  }, [title])
  const isFilled = (list.data?.items.length ?? 0) > 0
  return (
    <>
      <header className="hd">
        {start}
        <h1 className="cut">{title}</h1>
        {action && isFilled && <div className="push">{action}</div>}
      </header>
      <main id="main" className={place}>
        <Loaded of={list} lines={4} label={`Loading ${title.toLowerCase()}`}>
          {({ items }) => (
            <>
              {items.length === 0 && (
                <div className="lone">
                  <h2 className="qh">{empty.title}</h2>
                  <p className="dim">{empty.text}</p>
                  {action}
                  {empty.more}
                </div>
              )}
              {before}
              {items.length > 0 && <ul className="entries">{items.map(children)}</ul>}
              {items.length > 0 && after}
            </>
          )}
        </Loaded>
      </main>
    </>
  )
}
