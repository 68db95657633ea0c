import { type ReactNode, useEffect } from 'react'
import { Link } from 'wouter'

/** What an address shows that leads nowhere: mistyped, or of a page that went. */
export function LostPage({ start }: { readonly start: ReactNode }) {
  useEffect(() => {
    document.title = 'Nothing here · QRY'
  }, [])
  return (
    <>
      <header className="hd">{start}</header>
      <main id="main" className="cols">
        <div className="lone">
          <h1 className="qh">Nothing is at this address</h1>
          <p className="dim">It may be mistyped, or what stood here has moved. Conversations and pages are listed at the side.</p>
          <div className="row">
            <Link className="btn" href="/">
              New conversation
            </Link>
          </div>
        </div>
      </main>
    </>
  )
}
