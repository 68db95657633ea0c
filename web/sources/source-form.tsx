import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import { endpoints } from '../../contract/endpoints.ts'
import type { Source, SourceConfig } from '../../contract/source.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useSourceChanges } from '../client/source-queries.ts'
import { TextField } from '../controls/text-field.tsx'
import { ConnectionState } from './connection-state.tsx'
import { ProtectionFields, protectionOf, protectionSaid } from './protection-fields.tsx'
import { ServiceFields, serviceSaid } from './service-fields.tsx'
import { type OfferedKind, offeredKinds } from './source-kinds.ts'
import './sources.css'

/** Adds a source, or changes the connection of one: kind, form, test, save. */
export function SourceForm({ source, start }: { readonly source?: Source | undefined; readonly start: ReactNode }) {
  const known = source && offeredKinds.find(({ kind }) => kind === source.kind)
  const [chosen, setChosen] = useState<OfferedKind | undefined>(known)
  useEffect(() => {
    document.title = `${source ? source.name : 'Add a source'} · QRY`
  }, [source])
  return (
    <>
      <header className="hd">
        {start}
        <h1 className="cut">{source ? `Change ${source.name}` : 'Add a source'}</h1>
      </header>
      <main id="main" className="sources narrow">
        {chosen ? (
          <ConnectionForm offered={chosen} source={source} onBack={source ? undefined : () => setChosen(undefined)} />
        ) : (
          <section aria-labelledby="kinds">
            <h2 id="kinds" className="qh">
              What is it?
            </h2>
            <p className="dim">QRY only ever reads. Give it a login that can do no more than that.</p>
            <ul className="kind-list">
              {offeredKinds.map((offered) => (
                <li key={offered.kind}>
                  <button type="button" onClick={() => setChosen(offered)}>
                    <b>{offered.name}</b>
                    <span className="meta">{offered.hint}</span>
                  </button>
                </li>
              ))}
            </ul>
            <p className="meta">CSV, Excel, JSON and Parquet need no source: drop them into a conversation.</p>
          </section>
        )}
      </main>
    </>
  )
}

interface FormProps {
  readonly offered: OfferedKind
  readonly source: Source | undefined
  readonly onBack: (() => void) | undefined
}

function ConnectionForm({ offered, source, onBack }: FormProps) {
  const { kind, isFile } = offered
  const config = source?.config
  const [name, setName] = useState(source?.name ?? '')
  const [fields, setFields] = useState({
    host: config?.host ?? '',
    port: String(config?.port ?? offered.port ?? ''),
    database: config?.database ?? '',
    user: config?.user ?? '',
    password: '',
    path: config?.path ?? '',
    warehouse: config?.warehouse ?? '',
    role: config?.role ?? '',
    signingKey: '',
  })
  const [protection, setProtection] = useState(() => protectionOf(config))
  const [, navigate] = useLocation()
  const isFirst = new URLSearchParams(useSearch()).get('then') === 'welcome'
  const { refresh } = useSourceChanges()
  const field = (key: keyof typeof fields) => ({
    value: fields[key],
    onChange: (event: { target: { value: string } }) => setFields((now) => ({ ...now, [key]: event.target.value })),
  })
  const said = (): SourceConfig => {
    if (isFile) return { path: fields.path.trim() }
    if (offered.service) return serviceSaid(offered.service, fields)
    const { host, port, database, user, password } = fields
    return {
      host: host.trim(),
      ...(port.trim() ? { port: Number(port) } : {}),
      ...(database.trim() ? { database: database.trim() } : {}),
      ...(user.trim() ? { user: user.trim() } : {}),
      ...(password ? { password } : {}),
      ...protectionSaid(protection, config?.ssh !== undefined),
    }
  }
  const test = useMutation({
    mutationFn: () =>
      call(endpoints.tryConnection, { body: { kind, config: said(), ...(source ? { sourceId: source.id } : {}) } }),
    onSuccess: ({ sshFingerprint: fingerprint }) => {
      if (fingerprint) setProtection((now) => ({ ...now, fingerprint }))
    },
  })
  const save = useMutation({
    mutationFn: () =>
      source
        ? call(endpoints.changeSource, { params: { id: source.id }, body: { name: name.trim(), config: said() } })
        : call(endpoints.createSource, { body: { kind, name: name.trim() || offered.name, config: said() } }),
    onSuccess: ({ id }) => {
      void refresh()
      navigate(isFirst ? `/welcome?source=${id}` : `/sources/${id}`)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!save.isPending) save.mutate()
  }
  const isBusy = save.isPending || test.isPending
  const error = save.error ?? test.error
  return (
    <form className="source-form" aria-label={offered.name} onSubmit={submit} noValidate>
      <TextField
        label="Name"
        placeholder={offered.name}
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      {isFile ? (
        <TextField
          label="Path of the file"
          className="field mono"
          placeholder={kind === 'duckdb' ? '/data/shop.duckdb' : '/data/shop.sqlite'}
          hint="On the machine that runs QRY. A file of your own: drop it into a conversation."
          spellCheck={false}
          {...field('path')}
        />
      ) : offered.service ? (
        <ServiceFields
          service={offered.service}
          kept={config}
          value={fields}
          onChange={(change) => setFields((now) => ({ ...now, ...change }))}
        />
      ) : (
        <>
          <div className="pair">
            <TextField label="Host" placeholder="db.example.com" spellCheck={false} autoCapitalize="none" {...field('host')} />
            <TextField label="Port" inputMode="numeric" {...field('port')} />
          </div>
          <TextField
            label="Database"
            spellCheck={false}
            autoCapitalize="none"
            hint={kind === 'mysql' ? 'Leave it empty to see every database that the login may read.' : undefined}
            {...field('database')}
          />
          <TextField label="User" autoComplete="off" spellCheck={false} autoCapitalize="none" {...field('user')} />
          <TextField
            label="Password"
            type="password"
            autoComplete="new-password"
            hint={config?.hasPassword ? 'Left empty, the kept one stays.' : 'Kept encrypted. It never comes back.'}
            {...field('password')}
          />
          <ProtectionFields
            kept={config}
            value={protection}
            onChange={(change) => setProtection((now) => ({ ...now, ...change }))}
          />
        </>
      )}
      {test.data && <ConnectionState state={test.data} />}
      {error && (
        <p className="note bad" role="alert">
          <span className="grow">{sentenceOf(error)}</span>
        </p>
      )}
      <div className="row source-acts">
        <button type="submit" className="btn p" disabled={isBusy}>
          {save.isPending ? 'Saving' : 'Save'}
        </button>
        <button type="button" className="btn" disabled={isBusy} onClick={() => test.mutate()}>
          {test.isPending ? 'Testing the connection' : 'Test connection'}
        </button>
        {onBack ? (
          <button type="button" className="btn q" onClick={onBack}>
            Another kind
          </button>
        ) : (
          <Link className="btn q" href={`/sources/${source?.id ?? ''}`}>
            Cancel
          </Link>
        )}
      </div>
    </form>
  )
}
