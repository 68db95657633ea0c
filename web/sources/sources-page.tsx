import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Me } from '../../contract/person.ts'
import type { Source } from '../../contract/source.ts'
import { useSources, useTablesAhead } from '../client/source-queries.ts'
import { counted } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { ListPage } from '../controls/list-page.tsx'
import { kindName } from './source-kinds.ts'
import './sources.css'

/** All data sources that this person may ask. */
export function SourcesPage({ me, start }: { readonly me: Me; readonly start: ReactNode }) {
  const sources = useSources()
  const mayManage = me.permissions.includes('sources:manage')
  return (
    <ListPage
      title="Data sources"
      start={start}
      place="sources"
      list={sources}
      action={
        mayManage && (
          <Link className="btn p" href="/sources/new">
            <Icon name="plus" />
            Add a source
          </Link>
        )
      }
      empty={{
        title: 'No data sources yet',
        text: mayManage
          ? 'Connect a database and ask it in your own words. QRY only ever reads.'
          : 'An admin can connect a database. Until then, bring a file into a conversation.',
      }}
    >
      {(source) => <SourceEntry key={source.id} source={source} />}
    </ListPage>
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
