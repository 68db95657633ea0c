import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import type { Continuation } from '../../contract/continuation.ts'
import { endpoints } from '../../contract/endpoints.ts'
import { KnownError } from '../../contract/error.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useConversationChanges } from '../client/queries.ts'
import { useAnnounce } from '../controls/announcer.tsx'
import { Skeleton } from '../controls/skeleton.tsx'
import { TextField } from '../controls/text-field.tsx'
import { ChooseTables } from './choose-tables.tsx'
import './continue.css'

type Open = Extract<Continuation, { state: 'open' }>

/** Where “Continue in QRY” of a shared page leads: what would come along, then a conversation with it. */
export function ContinuePage({ start }: { readonly start: ReactNode }) {
  const [search, setSearch] = useSearchParams()
  const link = search.get('from') ?? ''
  const [password, setPassword] = useState<string>()
  useEffect(() => {
    document.title = 'Continue with the data · QRY'
  }, [])
  const body = { link, ...(password === undefined ? {} : { password }) }
  const found = useQuery({
    queryKey: ['continuation', link, password],
    queryFn: ({ signal }) => call(endpoints.readContinuation, { body, signal }),
    enabled: link !== '',
    retry: false,
    staleTime: 0,
    gcTime: 0,
  })
  const isWrongPassword = found.error instanceof KnownError && found.error.code === 'wrong-credentials'
  const isLocked = isWrongPassword || found.data?.state === 'locked'
  return (
    <>
      <header className="hd">
        {start}
        <h1 className="cut">Continue with the data</h1>
      </header>
      <main id="main" className="cont">
        {link !== '' && found.isPending && <Skeleton lines={4} label="Looking at the shared page" />}
        {isLocked && (
          <Unlock
            error={isWrongPassword ? sentenceOf(found.error) : undefined}
            isBusy={found.isFetching}
            onPassword={setPassword}
          />
        )}
        {found.error && !isWrongPassword && (
          <p className="note bad" role="alert">
            <span className="grow">{sentenceOf(found.error)}</span>
          </p>
        )}
        {(link === '' || (found.error && !isWrongPassword)) && (
          <AskForLink
            key={link}
            given={link}
            onLink={(from) => {
              setPassword(undefined)
              setSearch({ from })
            }}
          />
        )}
        {found.data?.state === 'open' && <Offer page={found.data} body={body} />}
      </main>
    </>
  )
}

function AskForLink({ given, onLink }: { readonly given: string; readonly onLink: (link: string) => void }) {
  const [link, setLink] = useState(given)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (link.trim() !== '') onLink(link.trim())
  }
  return (
    <form onSubmit={submit}>
      <p className="dim">
        Take the frozen tables of a shared page into a conversation of your own and ask further. The source behind them is not
        touched.
      </p>
      <TextField
        label="Link of the shared page"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        value={link}
        onChange={(event) => setLink(event.target.value)}
      />
      <button type="submit" className="btn p" disabled={link.trim() === ''}>
        Look at its tables
      </button>
    </form>
  )
}

interface UnlockProps {
  readonly error: string | undefined
  readonly isBusy: boolean
  readonly onPassword: (password: string) => void
}

function Unlock({ error, isBusy, onPassword }: UnlockProps) {
  const [typed, setTyped] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (typed !== '' && !isBusy) onPassword(typed)
  }
  return (
    <form onSubmit={submit}>
      <p className="dim">This page has a password. Whoever sent you the link knows it.</p>
      <TextField
        label="Password of the page"
        type="password"
        autoComplete="off"
        autoFocus
        value={typed}
        error={error}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit" className="btn p" aria-disabled={isBusy}>
        Look at its tables
      </button>
    </form>
  )
}

function Offer({ page, body }: { readonly page: Open; readonly body: { link: string; password?: string } }) {
  const [, navigate] = useLocation()
  const announce = useAnnounce()
  const { refresh } = useConversationChanges()
  const take = useMutation({
    mutationFn: (tableIds: string[]) => call(endpoints.continueWithTables, { body: { ...body, tableIds } }),
    onSuccess: ({ conversationId }) => {
      announce('The conversation is ready.')
      void refresh()
      navigate(`/c/${conversationId}`)
    },
  })
  return (
    <ChooseTables
      page={page}
      isBusy={take.isPending}
      error={take.error ? sentenceOf(take.error) : undefined}
      onTake={(ids) => take.mutate(ids)}
    />
  )
}
