import { type ReactNode, useState } from 'react'
import type { Chip, Reading } from '../../contract/plan.ts'
import { listed } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'

/** How the question was read: one chip per part, doubtful ones marked. */
export function Chips({ chips, label = 'Read as' }: { readonly chips: readonly Chip[]; readonly label?: string }) {
  if (chips.length === 0) return null
  return (
    <div className="reading" role="group" aria-label="How the question was read">
      <b>{label}</b>
      {chips.map((chip, index) => (
        <span key={`${chip.part}-${index}`} className={`chip still${chip.unsure ? ' unsure' : ''}`}>
          <i>{chip.part}</i> {chip.value}
          {chip.unsure && (
            <>
              ?<span className="sr"> not sure</span>
            </>
          )}
        </span>
      ))}
    </div>
  )
}

type MyReading = Extract<Reading, { state: 'my-reading' }>
type NotUnderstood = Extract<Reading, { state: 'not-understood' }>

export interface ConfirmProps {
  readonly reading: MyReading
  readonly isBusy: boolean
  readonly chips: ReactNode
  /** Without a reading the first one runs. */
  readonly onRun: (reading?: Reading) => void
}

/** A reading that waits for Run, with the other ones behind a fold. */
export function ConfirmReading({ reading, isBusy, chips, onRun }: ConfirmProps) {
  const [areOthersShown, setAreOthersShown] = useState(false)
  const { alternatives } = reading
  return (
    <>
      <p>My reading. Check the marked parts, then run it.</p>
      {reading.why && <p className="dim why">{reading.why}</p>}
      {chips}
      <div className="row">
        <button type="button" className="btn p" disabled={isBusy} onClick={() => onRun()}>
          Run
        </button>
        {alternatives.length > 0 && (
          <button
            type="button"
            className="btn q"
            aria-expanded={areOthersShown}
            onClick={() => setAreOthersShown(!areOthersShown)}
          >
            {alternatives.length === 1 ? '1 other reading' : `${alternatives.length} other readings`}
          </button>
        )}
      </div>
      {areOthersShown && (
        <ul className="others">
          {alternatives.map((other, index) => (
            <li key={index}>
              <Chips chips={other.chips} label={`Reading ${index + 2}`} />
              <button type="button" className="btn" disabled={isBusy} onClick={() => onRun({ state: 'understood', ...other })}>
                Run this
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** Answers to a question back; each is asked as it stands. */
export function Choices({
  choices,
  isBusy,
  onAsk,
}: {
  readonly choices: readonly string[]
  readonly isBusy: boolean
  readonly onAsk: (question: string) => void
}) {
  return (
    <ul className="alts" aria-label="Answers to choose from">
      {choices.map((choice) => (
        <li key={choice}>
          <button type="button" disabled={isBusy} onClick={() => onAsk(choice)}>
            {choice}
            <Icon name="right" />
          </button>
        </li>
      ))}
    </ul>
  )
}

/** What the analyst did not know, and questions that work instead. */
export function UnknownReading({
  reading,
  isBusy,
  onAsk,
}: {
  readonly reading: NotUnderstood
  readonly isBusy: boolean
  readonly onAsk: (question: string) => void
}) {
  const { unknownWords, nearest, suggestions, message } = reading
  return (
    <>
      {message ? <p>{message}</p> : <p>I do not know {listed(unknownWords)}, so nothing was run.</p>}
      {nearest.length > 0 && (
        <p className="dim near">
          Names in this data:{' '}
          {nearest.map((name, index) => (
            <span key={name}>
              {index > 0 && ', '}
              <code className="mono">{name}</code>
            </span>
          ))}
        </p>
      )}
      {suggestions.length > 0 && (
        <>
          <p className="dim near">These work on this data:</p>
          <ul className="alts">
            {suggestions.map((question) => (
              <li key={question}>
                <button type="button" disabled={isBusy} onClick={() => onAsk(question)}>
                  {question}
                  <Icon name="right" />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}
