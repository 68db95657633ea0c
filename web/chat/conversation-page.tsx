import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { Link } from 'wouter'
import { endpoints } from '../../contract/endpoints.ts'
import { KnownError } from '../../contract/error.ts'
import type { Me } from '../../contract/person.ts'
import type { Reading } from '../../contract/plan.ts'
import type { ShareState } from '../../contract/share.ts'
import type { Turn } from '../../contract/turn.ts'
import type { Upload } from '../../contract/upload.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import type { StreamState } from '../client/events.ts'
import { type Conversation, useConversation, useShare } from '../client/queries.ts'
import { counted, formatMoment } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { useKeptState } from '../controls/kept-state.ts'
import { Skeleton } from '../controls/skeleton.tsx'
import { useToast } from '../controls/toast.tsx'
import { Composer } from './composer.tsx'
import { ConversationHeader } from './conversation-header.tsx'
import { useDroppedFiles } from './drop-files.ts'
import { useFollowedPage } from './follow-page.ts'
import { ShareDialog } from './share-dialog.tsx'
import { StarterList } from './starter-list.tsx'
import { type TurnActions, TurnView } from './turn-view.tsx'
import { useUploadQueue } from './upload-queue.ts'
import { UploadSummary } from './upload-summary.tsx'

interface PageProps {
  readonly id: string
  readonly me: Me
  readonly start: ReactNode
}

export function ConversationPage({ id, me, start }: PageProps) {
  const { data, error, stream, refetch } = useConversation(id)
  const title = data?.title
  useEffect(() => {
    document.title = title ? `${title} · QRY` : 'QRY'
  }, [title])
  if (data) return <OpenConversation conversation={data} stream={stream} me={me} start={start} />
  return (
    <>
      <header className="hd">{start}</header>
      <main id="main" className="cols">
        {error ? (
          <div className="lone">
            <h1 className="qh">
              {error instanceof KnownError && error.code === 'not-found' ? 'No such conversation' : 'This did not load'}
            </h1>
            <p className="dim">{sentenceOf(error)}</p>
            <div className="row">
              <button type="button" className="btn" onClick={() => void refetch()}>
                Try again
              </button>
              <Link className="btn q" href="/">
                New conversation
              </Link>
            </div>
          </div>
        ) : (
          <Skeleton lines={6} label="Loading the conversation" />
        )}
      </main>
    </>
  )
}

interface OpenProps extends Omit<PageProps, 'id'> {
  readonly conversation: Conversation
  readonly stream: StreamState
}

const keptText = (kept: unknown) => (typeof kept === 'string' ? kept : undefined)

function OpenConversation({ conversation, stream, me, start }: OpenProps) {
  const { id, turns, uploads } = conversation
  const share = useShare(id, conversation.access === 'owner').data
  const [text, setText] = useKeptState(`qry-draft-${id}`, '', keptText)
  const queue = useUploadQueue(`qry-files-${id}`)
  const [isSharing, setIsSharing] = useState(false)
  const menuButton = useRef<HTMLButtonElement>(null)
  const pin = useFollowedPage()
  const watch = (started: { turnId: string } | { id: string }) => pin('turnId' in started ? started.turnId : started.id)
  const isOver = useDroppedFiles(queue.add)
  const toast = useToast()

  const ask = useMutation({
    mutationFn: (asked: { question: string; isTyped: boolean; uploadIds: string[] }) =>
      call(endpoints.ask, { params: { id }, body: { question: asked.question, uploadIds: asked.uploadIds } }),
    onSuccess: (started, { isTyped }) => {
      if (isTyped) setText('')
      queue.clear()
      watch(started)
    },
  })
  const onError = (error: unknown) => toast({ text: sentenceOf(error) })
  const cancel = useMutation({
    mutationFn: (turn: Turn) => call(endpoints.cancelTurn, { params: { id, turnId: turn.id } }),
    onError,
  })
  const retry = useMutation({
    mutationFn: (turn: Turn) => call(endpoints.retryTurn, { params: { id, turnId: turn.id } }),
    onError,
    onSuccess: watch,
  })
  const confirm = useMutation({
    mutationFn: ({ turn, reading }: { turn: Turn; reading: Reading | undefined }) =>
      call(endpoints.confirmTurn, { params: { id, turnId: turn.id }, body: reading ? { reading } : {} }),
    onError,
  })
  const uploadIds = queue.uploads.map((upload) => upload.id)
  const askNow = (question: string, isTyped: boolean) => ask.mutate({ question, isTyped, uploadIds })
  const actions: TurnActions = {
    ask: (question) => askNow(question, false),
    edit: (question) => {
      setText(question)
      document.getElementById('ask')?.focus()
    },
    stop: (turn) => cancel.mutate(turn),
    retry: (turn) => retry.mutate(turn),
    confirm: (turn, reading) => confirm.mutate({ turn, reading }),
    isBusy: ask.isPending || cancel.isPending || retry.isPending || confirm.isPending,
  }
  const tables = useMemo(() => [...uploads, ...queue.uploads].flatMap((upload) => upload.tables), [uploads, queue.uploads])
  const hasData = uploads.length > 0 || queue.files.some((file) => !file.error)
  const isRunning = turns.some((turn) => turn.status === 'running')
  const reason =
    conversation.access === 'view'
      ? 'You may read this conversation, not ask in it.'
      : !hasData
        ? 'Attach a file first: there is nothing to ask about yet.'
        : queue.isSending
          ? 'The file is still on its way.'
          : isRunning
            ? 'One question at a time: wait for this one or stop it.'
            : undefined
  return (
    <>
      <ConversationHeader
        conversation={conversation}
        share={share}
        me={me}
        start={start}
        menuButton={menuButton}
        onShare={() => setIsSharing(true)}
      />
      {stream === 'lost' && (
        <p className="offline" role="status">
          The connection is lost; trying again. What you see may be old.
        </p>
      )}
      <main id="main">
        <div className="cols">
          <DataSection
            uploads={[
              ...uploads,
              ...queue.uploads.filter((upload) => turns.length === 0 && !uploads.some((known) => known.id === upload.id)),
            ]}
            isOpen={turns.length === 0}
          />
          {turns.length === 0 && uploads.length > 0 && (
            <StarterList conversationId={id} isBusy={ask.isPending} onAsk={actions.ask} />
          )}
          <Turns turns={turns} share={share} uploads={uploads} actions={actions} />
        </div>
        <Composer
          phrasesFor={async (typed) => (await call(endpoints.listPhrases, { params: { id }, query: { typed } })).items}
          text={text}
          onText={setText}
          queue={queue}
          tables={tables}
          isAsking={ask.isPending}
          reason={reason}
          error={ask.error ? sentenceOf(ask.error) : undefined}
          isOver={isOver}
          onAsk={() => askNow(text.trim(), true)}
        />
      </main>
      {isSharing && <ShareDialog conversation={conversation} me={me} returnTo={menuButton} onClose={() => setIsSharing(false)} />}
    </>
  )
}

/** The data of a conversation: open before the first question, a fold above the turns afterwards. */
function DataSection({ uploads, isOpen }: { readonly uploads: readonly Upload[]; readonly isOpen: boolean }) {
  if (uploads.length === 0) return null
  const list = uploads.map((upload) => <UploadSummary key={upload.id} upload={upload} />)
  if (isOpen)
    return (
      <section className="data" aria-labelledby="data">
        <h2 id="data" className="qh">
          {uploads.length === 1
            ? 'Read as one table'
            : `Read as ${counted(uploads.flatMap((upload) => upload.tables).length, 'table')}`}
        </h2>
        {list}
      </section>
    )
  return (
    <details className="fold data-fold">
      <summary>
        <Icon name="right" />
        <span className="cut">Data: {uploads.map((upload) => upload.name).join(', ')}</span>
        <span className="meta num push">{counted(uploads.length, 'file')}</span>
      </summary>
      <div>{list}</div>
    </details>
  )
}

interface TurnsProps {
  readonly turns: readonly Turn[]
  readonly share: ShareState | undefined
  readonly uploads: readonly Upload[]
  readonly actions: TurnActions
}

function Turns({ turns, share, uploads, actions }: TurnsProps) {
  const sharePoint = share?.visibility === 'public' ? share : undefined
  return turns.map((turn, index) => {
    const isSharePoint = sharePoint?.sharePointTurnId === turn.id
    return (
      <div key={turn.id}>
        <TurnView turn={turn} isLast={isSharePoint || index === turns.length - 1} uploads={uploads} actions={actions} />
        {sharePoint && isSharePoint && (
          <p className="freeze">
            <span>
              The link ends here: version {sharePoint.version}, frozen {formatMoment(sharePoint.sharedAt)}
            </span>
          </p>
        )}
      </div>
    )
  })
}
