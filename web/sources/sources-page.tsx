import { type ReactNode, useEffect } from 'react'
import { Link } from 'wouter'
import type { Me } from '../../contract/person.ts'
import type { Source } from '../../contract/source.ts'
import { useSources, useTablesAhead } from '../client/source-queries.ts'
import { counted } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { Loaded } from '../controls/loaded.tsx'
import { kindName } from './source-kinds.ts'
import './sources.css'

/** All data sources that this person may ask. */
export function SourcesPage({ me, start }: { readonly me: Me; readonly start: ReactNode }) {
  const sources = useSources()
  const mayManage = me.permissions.includes('sources:manage')
  useEffect(() => {
    document.title = 'Data sources · QRY'
  }, [])
  const items = sources.data?.items
  return (
    <>
      <header className="hd">
        {start}
        <h1 className="cut">Data sources</h1>
        {mayManage && items && items.length > 0 && (
          <Link className="btn p push" href="/sources/new">
            <Icon name="plus" />
            Add a source
          </Link>
        )}
      </header>
      <main id="main" className="sources">
        <Loaded of={sources} lines={4} label="Loading data sources">
          {({ items }) =>
            items.length === 0 ? (
              <div className="lone">
                <h2 className="qh">No data sources yet</h2>
                <p className="dim">
                  {mayManage
                    ? 'Connect a database and ask it in your own words. QRY only ever reads.'
                    : 'An admin can connect a database. Until then, bring a file into a conversation.'}
                </p>
                {mayManage && (
                  <Link className="btn p" href="/sources/new">
                    <Icon name="plus" />
                    Add a source
                  </Link>
                )}
              </div>
            ) : (
              <ul className="source-list">
                {items.map((source) => (
                  <SourceEntry key={source.id} source={source} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </main>
    </>
  )
}

function SourceEntry({ source }: { readonly source: Source }) {
  const { id, name, kind, state, tableCount } = source
  const fetchAhead = useTablesAhead(id)
  return (
    <li>
      <Link href={`/sources/${id}`} onPointerEnter={fetchAhead} onFocus={fetchAhead}>
        <Icon name="database" />
        <span className="grow">
          <b className="cut">{name}</b>
          <span className="meta cut">
            {kindName(kind)}
            {state?.server && ` · ${state.server}`}
            {tableCount !== undefined && ` · ${counted(tableCount, 'table')}`}
          </span>
        </span>
        {state && !state.ok && <span className="tag bad">Not reached</span>}
        {state?.ok && state.warnings.length > 0 && <span className="tag warn hide-s">Login can write</span>}
        <Icon name="right" />
      </Link>
    </li>
  )
}
