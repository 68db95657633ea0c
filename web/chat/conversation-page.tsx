import { useMutation } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { Checkpoint } from '../../contract/checkpoint.ts'
import { endpoints } from '../../contract/endpoints.ts'
import { KnownError } from '../../contract/error.ts'
import type { Me } from '../../contract/person.ts'
import type { Reading } from '../../contract/plan.ts'
import type { Turn } from '../../contract/turn.ts'
import { cellCode } from '../../render/cell-html.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import type { StreamState } from '../client/events.ts'
import { type Conversation, useCheckpoints, useConversation, useShare } from '../client/queries.ts'
import { useCatalog } from '../client/source-queries.ts'
import { useKeptState } from '../controls/kept-state.ts'
import { Skeleton } from '../controls/skeleton.tsx'
import { useToast } from '../controls/toast.tsx'
import { whoInside } from '../share-dialog/who-inside.ts'
import { AnalystPicker, type ChosenAnalyst, lastAnalyst } from './analyst-picker.tsx'
import { PythonState } from './cell-view.tsx'
import { CheckpointDialog } from './checkpoint-dialog.tsx'
import { Composer } from './composer.tsx'
import { DataSection, Turns } from './conversation-body.tsx'
import { ConversationHeader } from './conversation-header.tsx'
import { useDroppedFiles } from './drop-files.ts'
import { useFollowedPage } from './follow-page.ts'
import { useNamedTurn } from './named-turn.ts'
import { RewindDialog } from './rewind-dialog.tsx'
import { useSaveKey } from './save-key.ts'
import { SourcePicker } from './source-picker.tsx'
import { StarterList } from './starter-list.tsx'
import { Timeline } from './timeline.tsx'
import type { TurnActions } from './turn-view.tsx'
import { useUploadQueue } from './upload-queue.ts'
import { useGoingBack } from './use-going-back.ts'
import { VisibilityDialog } from './visibility-dialog.tsx'

const ShareDialog = lazy(async () => ({ default: (await import('../share-dialog/share-dialog.tsx')).ShareDialog }))

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

interface Asked {
  readonly question: string
  readonly isTyped: boolean
  readonly uploadIds: string[]
  readonly replacesTurnId: string | undefined
}

type OpenDialog = { readonly kind: 'checkpoint' | 'visibility' } | { readonly kind: 'rewind'; readonly chosen?: Checkpoint }

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
  const [chosen, setChosen] = useState<ChosenAnalyst>()
  const analyst = chosen ?? lastAnalyst(turns)
  const isOver = useDroppedFiles(queue.add)
  const toast = useToast()

  const [editedId, setEditedId] = useState<string>()
  const edited = turns.find((turn) => turn.id === editedId)
  const [dialog, setDialog] = useState<OpenDialog>()
  const checkpoints = useCheckpoints(id).data
  const goingBack = useGoingBack(id, {
    give: (question) => {
      setText(question)
      document.getElementById('ask')?.focus()
    },
    takeBack: (question) => {
      if (text === question) setText('')
    },
  })
  useNamedTurn(pin)
  useSaveKey(() => conversation.access !== 'view' && setDialog({ kind: 'checkpoint' }))

  const ask = useMutation({
    mutationFn: ({ question, uploadIds: ids, replacesTurnId }: Asked) =>
      call(endpoints.ask, {
        params: { id },
        body: { question, uploadIds: ids, ...analyst, ...(replacesTurnId ? { replacesTurnId } : {}) },
      }),
    onSuccess: (started, { isTyped }) => {
      if (isTyped) {
        setText('')
        setEditedId(undefined)
      }
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
    onSuccess: watch,
  })
  const uploadIds = queue.uploads.map((upload) => upload.id)
  const askNow = (question: string, isTyped: boolean) =>
    ask.mutate({ question, isTyped, uploadIds, replacesTurnId: isTyped ? edited?.id : undefined })
  const actions: TurnActions = {
    mayAddToDashboard: me.permissions.includes('dashboards:create'),
    teaches: me.permissions.includes('sources:manage') ? conversation.sourceId : undefined,
    ask: (question) => askNow(question, false),
    edit: (turn) => {
      setText(turn.question)
      setEditedId(turn.analyst === 'hand' || turn === turns.at(-1) ? turn.id : undefined)
      document.getElementById('ask')?.focus()
    },
    stop: (turn) => cancel.mutate(turn),
    retry: (turn) => retry.mutate(turn),
    conversationId: conversation.id,
    confirm: (turn, reading) => confirm.mutate({ turn, reading }),
    isBusy: ask.isPending || cancel.isPending || retry.isPending || confirm.isPending,
  }
  const { sourceId } = conversation
  const catalog = useCatalog(sourceId).data
  const tables = useMemo(
    () =>
      catalog?.tables ??
      [...uploads, ...queue.uploads].flatMap((upload) => (upload.importing ? [upload.importing] : upload.tables)),
    [catalog, uploads, queue.uploads],
  )
  const hasData = sourceId !== undefined || uploads.length > 0 || queue.files.some((file) => !file.error)
  const isRunning = turns.some((turn) => turn.status === 'running')
  const passed = (checkpoints?.items ?? []).filter((checkpoint) => checkpoint.turnCount < turns.length)
  const hindrance = isRunning
    ? 'A question is running. Stop it first.'
    : conversation.access === 'view'
      ? 'You may read this conversation, not rewind it.'
      : undefined
  const reason =
    conversation.access === 'view'
      ? 'You may read this conversation, not ask in it.'
      : !hasData && cellCode(text) === undefined
        ? 'Attach a file or choose a data source first: there is nothing to ask about yet.'
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
        onVisibility={() => setDialog({ kind: 'visibility' })}
        onCheckpoint={() => setDialog({ kind: 'checkpoint' })}
        onRewind={passed.length > 0 && !hindrance ? () => setDialog({ kind: 'rewind' }) : undefined}
        onUndoRewind={checkpoints?.undo && !hindrance ? goingBack.undo : undefined}
      />
      {stream === 'lost' && (
        <p className="offline" role="status">
          The connection is lost; trying again. What you see may be old.
        </p>
      )}
      <main id="main">
        <div className={`cols${checkpoints && (turns.length > 0 || checkpoints.undo) ? ' with-tl' : ''}`}>
          <div>
            <DataSection
              uploads={[
                ...uploads,
                ...queue.uploads.filter((upload) => turns.length === 0 && !uploads.some((known) => known.id === upload.id)),
              ]}
              isOpen={turns.length === 0}
            />
            {turns.length === 0 && (sourceId !== undefined || uploads.length > 0) && (
              <StarterList conversationId={id} isBusy={ask.isPending} onAsk={actions.ask} />
            )}
            <Turns turns={turns} share={share} uploads={uploads} actions={actions} />
            {turns.some((turn) => turn.steps.some((step) => step.kind === 'python')) && (
              <PythonState conversationId={id} isRunning={isRunning} />
            )}
          </div>
          {checkpoints && (turns.length > 0 || checkpoints.undo) && (
            <Timeline
              turns={turns}
              checkpoints={checkpoints.items}
              undo={checkpoints.undo}
              share={share}
              hindrance={hindrance}
              isBusy={goingBack.isBusy}
              onRewind={(chosen) => setDialog({ kind: 'rewind', ...(chosen ? { chosen } : {}) })}
              onUndo={goingBack.undo}
            />
          )}
        </div>
        <Composer
          phrasesFor={async (typed) => (await call(endpoints.listPhrases, { params: { id }, query: { typed } })).items}
          text={text}
          onText={setText}
          queue={queue}
          dataPicker={<SourcePicker conversation={conversation} />}
          analystPicker={<AnalystPicker chosen={analyst} onChoose={setChosen} />}
          tables={tables}
          isAsking={ask.isPending}
          reason={reason}
          error={ask.error ? sentenceOf(ask.error) : undefined}
          isOver={isOver}
          onAsk={() => askNow(text.trim(), true)}
          editing={
            edited && {
              number: edited.seq,
              onCancel: () => {
                setEditedId(undefined)
                setText('')
              },
            }
          }
        />
      </main>
      {dialog?.kind === 'visibility' && (
        <VisibilityDialog conversation={conversation} me={me} onClose={() => setDialog(undefined)} />
      )}
      {dialog?.kind === 'checkpoint' && (
        <CheckpointDialog
          turnCount={turns.length}
          onSave={(name) => {
            goingBack.save(name)
            setDialog(undefined)
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog?.kind === 'rewind' && (
        <RewindDialog
          turns={turns}
          checkpoints={passed}
          chosen={dialog.chosen}
          share={share}
          onRewind={(checkpoint) => {
            goingBack.rewind(checkpoint.id, checkpoint.turnCount + 1)
            setEditedId(undefined)
            setDialog(undefined)
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
      {isSharing && (
        <Suspense fallback={null}>
          <ShareDialog
            subject={{
              kind: 'conversation',
              id,
              title: conversation.title,
              revision: conversation.lastEventSeq,
              inside: whoInside(conversation.visibility, me.tenant.name),
              parts: turns.map((turn) => ({ id: turn.id, title: turn.question })),
            }}
            me={me}
            returnTo={menuButton}
            onClose={() => setIsSharing(false)}
          />
        </Suspense>
      )}
    </>
  )
}
