import { memo, useEffect, useId, useRef } from 'react'
import type { ConversationId } from '../../contract/id.ts'
import type { Chip, Reading } from '../../contract/plan.ts'
import type { Turn } from '../../contract/turn.ts'
import type { Upload } from '../../contract/upload.ts'
import { cellCode } from '../../render/cell-html.ts'
import { finishedParagraphs } from '../client/live-turns.ts'
import { useSecondsSince } from '../client/queries.ts'
import { useAnnounce } from '../controls/announcer.tsx'
import { CopyButton } from '../controls/copy-button.tsx'
import { formatBytes, formatMoment, formatTime } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { CellView, ChartView, FigureView, Prose, StepsView, TableView } from '../results/results-view.tsx'
import { AddToDashboard } from './add-to-dashboard.tsx'
import { FailedCell } from './cell-view.tsx'
import { EditableChips } from './editable-chips.tsx'
import { FailureWords } from './failure-words.tsx'
import { Chips, Choices, ConfirmReading, UnknownReading } from './reading-view.tsx'
import { TeachAnswer } from './teach-answer.tsx'
import { TeachWord } from './teach-word.tsx'
import { analystLabel, markUnknown, runningLabel, stateLabel, tokensLabel, tokensTitle } from './turn-text.ts'

export interface TurnActions {
  /** Whether answers may be put on dashboards. */
  readonly mayAddToDashboard: boolean
  /** The data source whose notes may be taught from answers. */
  readonly teaches: string | undefined
  readonly ask: (question: string) => void
  /** Puts the question into the prompt: in its own place where it may be edited there, else as a new one. */
  readonly edit: (turn: Turn) => void
  readonly stop: (turn: Turn) => void
  readonly retry: (turn: Turn) => void
  readonly conversationId: ConversationId
  readonly confirm: (turn: Turn, reading?: Reading) => void
  /** Something was asked of the server and has not been answered yet. */
  readonly isBusy: boolean
}

export interface TurnViewProps {
  readonly turn: Turn
  readonly isLast: boolean
  readonly uploads: readonly Upload[]
  readonly actions: TurnActions
}

/** One question with everything that answered it. */
export const TurnView = memo(function TurnView({ turn, isLast, uploads, actions }: TurnViewProps) {
  const id = useId()
  const isRunning = turn.status === 'running'
  const { reading } = turn
  const unknownWords = reading?.state === 'not-understood' ? reading.unknownWords : []
  const code = cellCode(turn.question)
  useAnnouncedAnswer(turn)
  const readChips = (chips: readonly Chip[]) =>
    isRunning ? (
      <Chips chips={chips} />
    ) : (
      <EditableChips
        chips={chips}
        place={{ id: actions.conversationId, turnId: turn.id }}
        isBusy={actions.isBusy}
        onPick={(edited) => actions.confirm(turn, edited)}
      />
    )
  return (
    <article id={turn.id} className={`turn${isLast ? ' last' : ''}${isRunning ? ' run' : ''}`} aria-labelledby={id}>
      <div className="m">
        <b>
          <span>{turn.seq}</span>
        </b>
      </div>
      <div>
        <h2 className="qh" id={id}>
          {markUnknown(code === undefined ? turn.question : 'Python cell', unknownWords).map((part, index) =>
            part.isUnknown ? (
              <span key={index} className="unk">
                {part.text}
              </span>
            ) : (
              part.text
            ),
          )}
        </h2>
        <p className="by meta">
          {turn.askedBy?.name && <span>{turn.askedBy.name}</span>}
          <time dateTime={turn.startedAt} title={formatMoment(turn.startedAt)}>
            {formatTime(turn.startedAt)}
          </time>
          <span>{analystLabel(turn.analyst)}</span>
          {isRunning ? (
            <RunningSeconds since={turn.startedAt} />
          ) : (
            stateLabel(turn) && <span className="num">{stateLabel(turn)}</span>
          )}
          {turn.use && (
            <span className="num" title={tokensTitle(turn.use)}>
              {tokensLabel(turn.use)}
            </span>
          )}
        </p>
        <TurnFiles ids={turn.files} uploads={uploads} />
        {reading?.state === 'understood' && readChips(reading.chips)}
        {reading?.state === 'my-reading' &&
          (turn.status === 'needs-confirmation' ? (
            <ConfirmReading
              reading={reading}
              isBusy={actions.isBusy}
              onRun={(chosen) => actions.confirm(turn, chosen)}
              chips={readChips(reading.chips)}
            />
          ) : (
            readChips(reading.chips)
          ))}
        {reading?.state === 'not-understood' ? (
          <>
            <UnknownReading reading={reading} isBusy={actions.isBusy} onAsk={actions.ask} />
            {actions.teaches !== undefined && (
              <TeachWord
                words={reading.unknownWords}
                sourceId={actions.teaches}
                isBusy={actions.isBusy}
                onTaught={() => actions.retry(turn)}
              />
            )}
          </>
        ) : (
          <Prose markdown={turn.answer} />
        )}
        {turn.choices && <Choices choices={turn.choices} isBusy={actions.isBusy} onAsk={actions.ask} />}
        {code !== undefined && <CellView code={code} step={turn.steps[0]} />}
        {turn.steps.length > 0 && code === undefined && <StepsView turnId={turn.id} steps={turn.steps} />}
        {turn.charts.map((chart) => (
          <ChartView
            key={chart.id}
            turnId={turn.id}
            chart={chart}
            table={turn.tables.find((table) => table.id === chart.tableId)}
          />
        ))}
        {turn.figures?.map((figure) => (
          <FigureView key={figure.id} turnId={turn.id} figure={figure} />
        ))}
        {turn.tables.map((table) => (
          <TableView key={table.id} turnId={turn.id} table={table} hasSteps={turn.steps.length > 0 && code === undefined} />
        ))}
        {isRunning ? (
          <div className="row run-row">
            <button type="button" className="btn" disabled={actions.isBusy} onClick={() => actions.stop(turn)}>
              <Icon name="stop" />
              Stop
            </button>
            <span className="meta">{runningLabel(turn)}</span>
          </div>
        ) : (
          <TurnEnd turn={turn} actions={actions} />
        )}
      </div>
    </article>
  )
})

function RunningSeconds({ since }: { readonly since: string }) {
  const seconds = useSecondsSince(since, true)
  return <span className="num">running{seconds > 0 && `, ${seconds} s`}</span>
}

function TurnFiles({ ids, uploads }: { readonly ids: readonly string[]; readonly uploads: readonly Upload[] }) {
  const files = uploads.filter((upload) => ids.includes(upload.id))
  if (files.length === 0) return null
  return (
    <ul className="files turn-files" aria-label="Files of this question">
      {files.map((file) => (
        <li key={file.id}>
          <span className="tag" title={file.name}>
            <Icon name="file" />
            <span className="cut">{file.name}</span>
            <span className="num">{formatBytes(file.bytes)}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}

/** What a turn that has ended says last, and what can be done with it. */
function TurnEnd({ turn, actions }: { readonly turn: Turn; readonly actions: TurnActions }) {
  const edit = (
    <button type="button" className="btn" onClick={() => actions.edit(turn)}>
      Edit
    </button>
  )
  const again = (label: string) => (
    <button type="button" className="btn" disabled={actions.isBusy} onClick={() => actions.retry(turn)}>
      {label}
    </button>
  )
  if (turn.status === 'interrupted')
    return (
      <div className="note info">
        <span className="grow">The server restarted while this ran. What came before is kept; nothing was shared.</span>
        {again('Retry')}
      </div>
    )
  if (turn.status === 'failed' && cellCode(turn.question) !== undefined)
    return (
      <FailedCell turn={turn} isBusy={actions.isBusy} onRetry={() => actions.retry(turn)} onEdit={() => actions.edit(turn)} />
    )
  if (turn.status === 'failed')
    return (
      <div className="note bad">
        <FailureWords message={turn.error?.message ?? 'This failed, and the reason is not known.'} />
        <span className="row">
          {again('Run again')}
          {edit}
        </span>
      </div>
    )
  if (turn.status === 'needs-confirmation') return null
  return (
    <div className="row acts">
      {turn.answer !== '' && <CopyButton text={turn.answer} className="btn q" />}
      <button type="button" className="btn q" disabled={actions.isBusy} onClick={() => actions.retry(turn)}>
        <Icon name="again" />
        Run again
      </button>
      {turn.status === 'answered' && turn.reading?.state !== 'not-understood' && actions.mayAddToDashboard && (
        <AddToDashboard conversationId={actions.conversationId} turnId={turn.id} />
      )}
      {actions.teaches !== undefined && <TeachAnswer turn={turn} sourceId={actions.teaches} />}
      <button type="button" className="btn q" onClick={() => actions.edit(turn)}>
        <Icon name="pencil" />
        Edit
      </button>
    </div>
  )
}

/** Says each paragraph that was finished while this window watched, once. */
function useAnnouncedAnswer(turn: Turn): void {
  const announce = useAnnounce()
  const isEnded = turn.status !== 'running'
  const finished = finishedParagraphs(turn.answer, isEnded)
  const said = useRef(finished.length)
  const wasRunning = useRef(!isEnded)
  useEffect(() => {
    for (const paragraph of finished.slice(said.current)) announce(paragraph)
    said.current = finished.length
    if (wasRunning.current && isEnded && turn.status !== 'answered') announce(stateLabel(turn) ?? '')
    wasRunning.current = !isEnded
  })
}
