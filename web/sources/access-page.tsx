import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { Link } from 'wouter'
import { BuiltInRole } from '../../contract/permission.ts'
import type { Source, SourceAccess } from '../../contract/source.ts'
import { hasRowPolicies } from '../../contract/source-kind.ts'
import { useAccessChange, useSourceAccess } from '../client/access-queries.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useDirectory, useRoles } from '../client/settings-queries.ts'
import { useCatalog, useSources } from '../client/source-queries.ts'
import { Skeleton } from '../controls/skeleton.tsx'
import { TickList } from '../controls/tick-list.tsx'
import { useToast } from '../controls/toast.tsx'
import { type DraftPolicy, PolicyEditor } from './policy-editor.tsx'
import './sources.css'

/** Who may ask a source, and which of its rows they see. */
export function AccessPage({ id, start }: { readonly id: string; readonly start: ReactNode }) {
  const source = useSources().data?.items.find((one) => one.id === id)
  const access = useSourceAccess(id)
  useEffect(() => {
    document.title = `Access to ${source?.name ?? 'a data source'} · QRY`
  }, [source?.name])
  return (
    <>
      <header className="hd">
        {start}
        <h1 className="cut">{source ? `Access to ${source.name}` : 'Access'}</h1>
        <Link className="btn q push" href={`/sources/${id}`}>
          To the source
        </Link>
      </header>
      <main id="main" className="sources">
        {access.error && (
          <p className="note bad" role="alert">
            <span className="grow">{sentenceOf(access.error)}</span>
          </p>
        )}
        {source && access.data ? (
          <AccessForm key={access.dataUpdatedAt} source={source} access={access.data} />
        ) : (
          !access.error && <Skeleton lines={6} label="Loading who may ask" />
        )}
      </main>
    </>
  )
}

function AccessForm({ source, access }: { readonly source: Source; readonly access: SourceAccess }) {
  const { id, kind, name } = source
  const [draft, setDraft] = useState(access)
  const [policies, setPolicies] = useState<readonly DraftPolicy[]>(() =>
    access.policies.map((policy) => ({ ...policy, key: crypto.randomUUID() })),
  )
  const directory = useDirectory()
  const roles = useRoles()
  const catalog = useCatalog(id)
  const toast = useToast()
  const save = useAccessChange(id)
  const people = directory.data?.people ?? []
  const roleNames = roles.data?.items.map((role) => role.name) ?? BuiltInRole.options
  const change = (part: Partial<SourceAccess>) => setDraft((now) => ({ ...now, ...part }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (save.isPending) return
    save.mutate(
      { ...draft, policies: policies.map(({ table, filter }) => ({ table, filter: filter.trim() })) },
      { onSuccess: () => toast({ text: `Access to ${name} is saved. It holds from the next question on.` }) },
    )
  }
  return (
    <form className="source-form access" aria-label={`Access to ${name}`} onSubmit={submit} noValidate>
      <section aria-labelledby="who">
        <h2 id="who" className="qh">
          Who may ask
        </h2>
        <p className="dim">Who manages data sources may always ask, and sees every row.</p>
        <fieldset className="ticks">
          <legend className="sr">Who may ask</legend>
          <label>
            <input type="radio" name="who" checked={draft.isForEveryone} onChange={() => change({ isForEveryone: true })} />
            <span>
              Everyone
              <span className="meta">All members of the organisation, also those who come later.</span>
            </span>
          </label>
          <label>
            <input type="radio" name="who" checked={!draft.isForEveryone} onChange={() => change({ isForEveryone: false })} />
            <span>
              Only these
              <span className="meta">
                For all others the source is not there: not in the list, not in the chat, not by its address.
              </span>
            </span>
          </label>
        </fieldset>
        {!draft.isForEveryone && (
          <div className="grants">
            <TickList
              legend="Roles"
              items={roleNames.map((role) => ({ id: role, name: role }))}
              chosen={draft.roles}
              onChange={(chosen) => change({ roles: chosen })}
            />
            {directory.data && directory.data.groups.length > 0 && (
              <TickList
                legend="Groups"
                items={directory.data.groups}
                chosen={draft.groups}
                onChange={(chosen) => change({ groups: chosen })}
              />
            )}
            <TickList
              legend="People"
              items={people.map((person) => ({
                id: person.id,
                name: person.name || person.email,
                more: person.name ? person.email : undefined,
              }))}
              chosen={draft.people}
              onChange={(chosen) => change({ people: chosen })}
            />
          </div>
        )}
      </section>
      <section aria-labelledby="rows">
        <h2 id="rows" className="qh">
          Row policies
        </h2>
        {hasRowPolicies(kind) ? (
          <PolicyEditor
            sourceId={id}
            tables={catalog.data?.tables.map((table) => table.name) ?? []}
            policies={policies}
            people={people}
            onChange={setPolicies}
          />
        ) : (
          <p className="dim">
            Not for this kind: they were proven for PostgreSQL, MySQL, SQLite and DuckDB. Let the database keep rows apart.
          </p>
        )}
      </section>
      {save.error && (
        <p className="note bad" role="alert">
          <span className="grow">{sentenceOf(save.error)}</span>
        </p>
      )}
      <div className="row source-acts">
        <button type="submit" className="btn p" disabled={save.isPending}>
          {save.isPending ? 'Saving' : 'Save'}
        </button>
        <Link className="btn q" href={`/sources/${id}`}>
          Cancel
        </Link>
      </div>
    </form>
  )
}
