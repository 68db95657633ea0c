import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me } from '../../contract/person.ts'
import type { Source } from '../../contract/source.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useConversationChanges } from '../client/queries.ts'
import { useCatalog, useSourceChanges, useSources, useTables } from '../client/source-queries.ts'
import { FormDialog } from '../controls/form-dialog.tsx'
import { formatMoment } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { Loaded } from '../controls/loaded.tsx'
import { Skeleton } from '../controls/skeleton.tsx'
import { useToast } from '../controls/toast.tsx'
import { CatalogExplorer } from './catalog-explorer.tsx'
import { ConnectionState } from './connection-state.tsx'
import { NotesSection } from './notes-section.tsx'
import { SourceForm } from './source-form.tsx'
import './sources.css'

interface PageProps {
  readonly id: string
  readonly me: Me
  readonly start: ReactNode
}

/** One source: what it holds, and what can be done with it. */
export function SourcePage({ id, me, start }: PageProps) {
  const { source, isPending } = useOneSource(id)
  useEffect(() => {
    document.title = `${source?.name ?? 'Data source'} · QRY`
  }, [source?.name])
  if (source) return <OpenSource source={source} me={me} start={start} />
  return (
    <>
      <header className="hd">{start}</header>
      <main id="main" className="sources">
        {isPending ? (
          <Skeleton lines={6} label="Loading the data source" />
        ) : (
          <div className="lone">
            <h1 className="qh">No such data source</h1>
            <p className="dim">It was removed, or it is not for you.</p>
            <Link className="btn" href="/sources">
              All data sources
            </Link>
          </div>
        )}
      </main>
    </>
  )
}

/** The form of a source that is there. */
export function ChangeSourcePage({ id, start }: Omit<PageProps, 'me'>) {
  const { source } = useOneSource(id)
  return source ? <SourceForm source={source} start={start} /> : null
}

function useOneSource(id: string): { source: Source | undefined; isPending: boolean } {
  const { data, isPending } = useSources()
  return { source: data?.items.find((source) => source.id === id), isPending }
}

function OpenSource({ source, me, start }: Omit<PageProps, 'id'> & { readonly source: Source }) {
  const { id, name, state } = source
  const mayManage = me.permissions.includes('sources:manage')
  const [isRemoving, setIsRemoving] = useState(false)
  const [part, setPart] = useState<'catalog' | 'notes'>('catalog')
  const read = useTables(id, '').data?.pages[0]
  const { refreshCatalog, test, remove } = useSourceChanges()
  const { refresh } = useConversationChanges()
  const [, navigate] = useLocation()
  const toast = useToast()
  const onError = (error: unknown) => toast({ text: sentenceOf(error) })
  const open = useMutation({
    mutationFn: () => call(endpoints.createConversation, { body: { sourceId: id } }),
    onSuccess: (conversation) => {
      void refresh()
      navigate(`/c/${conversation.id}`)
    },
    onError,
  })
  return (
    <>
      <header className="hd">
        {start}
        <h1 className="cut">{name}</h1>
        {me.permissions.includes('conversations:create') && (
          <button type="button" className="btn p push" disabled={open.isPending} onClick={() => open.mutate()}>
            Open in chat
          </button>
        )}
      </header>
      <main id="main" className="sources">
        {state && !(state.ok && state.warnings.length === 0) && <ConnectionState state={state} />}
        <div className="row source-acts">
          <span className="meta grow">
            {state?.server}
            {read && ` · read ${formatMoment(read.readAt)}`}
            {read && !read.isProfiled && ' · looking into the tables behind the scenes'}
          </span>
          <button
            type="button"
            className="btn q"
            disabled={refreshCatalog.isPending}
            onClick={() => refreshCatalog.mutate(id, { onError })}
          >
            <Icon name="again" />
            {refreshCatalog.isPending ? 'Reading' : 'Refresh'}
          </button>
          {mayManage && (
            <>
              <button type="button" className="btn q" disabled={test.isPending} onClick={() => test.mutate(id, { onError })}>
                <Icon name="check" />
                {test.isPending ? 'Testing' : 'Test connection'}
              </button>
              <Link className="btn q" href={`/sources/${id}/access`}>
                <Icon name="person" />
                Access
              </Link>
              <Link className="btn q" href={`/sources/${id}/edit`}>
                <Icon name="pencil" />
                Change
              </Link>
              <button type="button" className="btn q" onClick={() => setIsRemoving(true)}>
                <Icon name="bin" />
                Remove…
              </button>
            </>
          )}
        </div>
        {read && (
          <fieldset className="seg source-parts">
            <legend className="sr">Show</legend>
            {(['catalog', 'notes'] as const).map((name) => (
              <label key={name}>
                <input type="radio" name="source-part" checked={part === name} onChange={() => setPart(name)} />
                {name === 'catalog' ? 'Catalog' : 'Notes'}
              </label>
            ))}
          </fieldset>
        )}
        {isRemoving && (
          <FormDialog
            title={`Remove ${name}?`}
            act="Remove the source"
            cancel="Keep it"
            isGrave
            isBusy={remove.isPending}
            error={remove.error ? sentenceOf(remove.error) : undefined}
            onClose={() => setIsRemoving(false)}
            onAct={() =>
              remove.mutate(id, {
                onSuccess: () => {
                  toast({ text: `${name} was removed. Kept results stay.` })
                  navigate('/sources')
                },
              })
            }
          >
            <p className="dim">
              Nobody can ask it any more, and its login is forgotten: to ask it again, add it anew. Answers that were given stay,
              and the database itself is not touched.
            </p>
          </FormDialog>
        )}
        {part === 'catalog' ? <CatalogExplorer sourceId={id} /> : <SourceNotes id={id} mayManage={mayManage} />}
      </main>
    </>
  )
}

const SourceNotes = ({ id, mayManage }: { readonly id: string; readonly mayManage: boolean }) => (
  <Loaded of={useCatalog(id)} label="Reading the catalog">
    {({ tables }) => <NotesSection id={id} tables={tables} mayManage={mayManage} />}
  </Loaded>
)
