import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { type StepName, setFirstSteps, steps, useFirstSteps } from '../client/first-steps.ts'
import { useModels } from '../client/model-queries.ts'
import { useConversation, useConversationChanges } from '../client/queries.ts'
import { counted } from '../controls/format-text.ts'
import { Icon, Mark } from '../controls/icon.tsx'
import { Skeleton } from '../controls/skeleton.tsx'
import { BringData } from './bring-data.tsx'
import { DemoQuestions } from './demo-questions.tsx'
import { StarterList } from './starter-list.tsx'
import './first-steps.css'

const titles: Readonly<Record<StepName, string>> = { data: 'Bring data', model: 'Connect a model', ask: 'Ask' }

/** Three steps after the owner account is made. Each can be passed over, all can be left, and the start page leads back to them. */
export function FirstStepsPage({ me }: { readonly me: Me }) {
  const { id: userId } = me.user
  const kept = useFirstSteps(userId)
  const step = kept?.step ?? 'data'
  const conversationId = kept?.conversationId
  const [, navigate] = useLocation()
  const heading = useRef<HTMLDivElement>(null)
  const shown = useRef(step)
  const go = (to: StepName, conversation = conversationId) =>
    setFirstSteps(userId, { step: to, ...(conversation ? { conversationId: conversation } : {}) })
  const finish = (path: string) => {
    setFirstSteps(userId, undefined)
    navigate(path)
  }
  useEffect(() => {
    document.title = `${titles[step]} · QRY`
    if (shown.current === step) return
    shown.current = step
    heading.current?.focus()
    window.scrollTo(0, 0)
  }, [step])
  const arrival = useArrival(go)
  const place = steps.indexOf(step)
  return (
    <div className="st first">
      <header>
        <Mark />
        <span className="meta push">
          Step {place + 1} of {steps.length}: {titles[step].toLowerCase()}
        </span>
        <button type="button" className="btn q" onClick={() => finish('/')}>
          Skip all
        </button>
      </header>
      <main id="main" ref={heading} tabIndex={-1}>
        <ol className="steps-line" aria-label="Steps">
          {steps.map((name, at) => (
            <li key={name} aria-current={name === step ? 'step' : undefined}>
              <button type="button" disabled={at > place} onClick={() => go(name)}>
                <b>{at < place ? <Icon name="check" /> : at + 1}</b>
                {titles[name]}
              </button>
            </li>
          ))}
        </ol>
        {arrival}
        {step === 'data' && (
          <DataStep
            me={me}
            onBrought={(id) => go('model', id)}
            onDemo={(id) => {
              go('model', id)
              navigate(`/c/${id}`)
            }}
            onPass={() => go('model')}
          />
        )}
        {step === 'model' && <ModelStep me={me} onPass={() => go('ask')} />}
        {step === 'ask' && <AskStep conversationId={conversationId} onBack={() => go('data')} onFinish={finish} />}
      </main>
    </div>
  )
}

/** What the forms of sources and models come back with: a source becomes a conversation, a model is enough. */
function useArrival(go: (to: StepName, conversationId?: string) => void): ReactNode {
  const said = new URLSearchParams(useSearch())
  const sourceId = said.get('source')
  const hasModel = said.has('model')
  const [, navigate] = useLocation()
  const { refresh } = useConversationChanges()
  const open = useMutation({
    mutationFn: (id: string) => call(endpoints.createConversation, { body: { sourceId: id } }),
    onSuccess: ({ id }) => {
      void refresh()
      go('model', id)
    },
    onSettled: () => navigate('/welcome', { replace: true }),
  })
  const { mutate, isIdle, error } = open
  useEffect(() => {
    if (sourceId && isIdle) mutate(sourceId)
    if (hasModel) {
      go('ask')
      navigate('/welcome', { replace: true })
    }
  }, [sourceId, hasModel, isIdle, mutate, go, navigate])
  if (!error) return null
  return (
    <p className="note bad" role="alert">
      <span className="grow">{sentenceOf(error)}</span>
    </p>
  )
}

function DataStep({
  me,
  onBrought,
  onDemo,
  onPass,
}: {
  readonly me: Me
  readonly onBrought: (conversationId: string) => void
  readonly onDemo: (conversationId: string) => void
  readonly onPass: () => void
}) {
  return (
    <>
      <section className="hero">
        <div>
          <h1>Ask your data. Share the answer, frozen.</h1>
          <p className="l1">
            Drop a file and ask in your own words. QRY shows how it read the question, runs it, and keeps the result exactly as it
            came.
          </p>
          <button type="button" className="btn q pass" onClick={onPass}>
            Bring data later
          </button>
        </div>
        <BringData me={me} databasePath="/sources/new?then=welcome" onBegun={onBrought} />
      </section>
      <DemoQuestions onBegun={onDemo} />
    </>
  )
}

function ModelStep({ me, onPass }: { readonly me: Me; readonly onPass: () => void }) {
  const models = useModels().data?.items ?? []
  const mayConnect = me.permissions.includes('models:manage')
  return (
    <section className="hero">
      <div>
        <h1>A model, if you like.</h1>
        <p className="l1">
          The basic analyst answers by fixed rules, offline and without a key. A language model reads freer questions; it uses the
          same read-only tools, and every answer says who gave it.
        </p>
      </div>
      <div className="drop plain">
        <h2>{models.length > 0 ? `${models[0]?.name ?? 'A model'} is connected` : 'Connect a model'}</h2>
        <p className="dim">
          Anthropic, OpenAI, Google, or a server of your own. It is sent the question, names and sample values of the tables, and
          the first rows of results. The key is encrypted and never comes back.
        </p>
        <div className="row">
          {models.length === 0 && mayConnect && (
            <Link className="btn p" href="/models/new?then=welcome">
              <Icon name="talk" />
              Connect a model
            </Link>
          )}
          <button type="button" className={models.length > 0 ? 'btn p' : 'btn'} onClick={onPass}>
            {models.length > 0 ? 'Go on' : 'Go on without'}
          </button>
        </div>
        <p className="meta">Models can be added, changed and removed later, under Models.</p>
      </div>
    </section>
  )
}

function AskStep({
  conversationId,
  onBack,
  onFinish,
}: {
  readonly conversationId: string | undefined
  readonly onBack: () => void
  readonly onFinish: (path: string) => void
}) {
  if (!conversationId)
    return (
      <div className="hero">
        <div>
          <h1>Nothing to ask about yet.</h1>
          <p className="l1">Bring a file or connect a database, and questions that fit it stand here.</p>
          <div className="row run-row">
            <button type="button" className="btn p" onClick={onBack}>
              Bring data
            </button>
            <button type="button" className="btn" onClick={() => onFinish('/')}>
              Finish
            </button>
          </div>
        </div>
      </div>
    )
  return <FirstQuestion conversationId={conversationId} onFinish={onFinish} />
}

function FirstQuestion({
  conversationId,
  onFinish,
}: {
  readonly conversationId: string
  readonly onFinish: (path: string) => void
}) {
  const { data, error } = useConversation(conversationId)
  const path = `/c/${conversationId}`
  const ask = useMutation({
    mutationFn: (question: string) => call(endpoints.ask, { params: { id: conversationId }, body: { question, uploadIds: [] } }),
    onSuccess: () => onFinish(path),
  })
  const tables = data?.uploads.flatMap((upload) => (upload.importing ? [upload.importing] : upload.tables)) ?? []
  const isReading = data?.uploads.some((upload) => upload.importing) ?? false
  const rowCount = data?.uploads.flatMap((upload) => upload.tables).reduce((sum, table) => sum + table.rowCount, 0) ?? 0
  return (
    <>
      <section className="hero short">
        <div>
          <h1>Ask the first question.</h1>
          <p className="l1">
            {tables.length > 0
              ? `${tables.map((table) => table.label).join(', ')}: ${isReading ? 'the rows are being read' : counted(rowCount, 'row')}. Choose a question, or write your own.`
              : 'Choose a question, or write your own.'}
          </p>
          <div className="row run-row">
            <button type="button" className="btn p" onClick={() => onFinish(path)}>
              <Icon name="pencil" />
              Write my own question
            </button>
          </div>
        </div>
      </section>
      {error && (
        <p className="note bad" role="alert">
          <span className="grow">{sentenceOf(error)}</span>
        </p>
      )}
      {ask.error && (
        <p className="note bad" role="alert">
          <span className="grow">{sentenceOf(ask.error)}</span>
        </p>
      )}
      {data ? (
        <StarterList conversationId={conversationId} isBusy={ask.isPending} onAsk={(question) => ask.mutate(question)} />
      ) : (
        !error && <Skeleton lines={4} label="Loading the conversation" />
      )}
    </>
  )
}
