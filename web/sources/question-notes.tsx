import { useId, useState } from 'react'
import type { ConfirmedPair, Notes } from '../../contract/notes.ts'
import { FormDialog } from '../controls/form-dialog.tsx'
import { TextField } from '../controls/text-field.tsx'

interface QuestionNotesProps {
  readonly notes: Notes
  readonly onChange: (notes: Notes) => void
}

/** Questions whose SQL somebody found right: asked again, they are answered by it. */
export function QuestionNotes({ notes, onChange }: QuestionNotesProps) {
  const [asked, setAsked] = useState<ConfirmedPair | 'new'>()
  const { questions } = notes
  const others = (pair: ConfirmedPair) => questions.filter((one) => one !== pair)
  return (
    <>
      {questions.length === 0 && (
        <p className="dim">No confirmed questions yet. “That’s right” under an answer adds one, or write it here.</p>
      )}
      <ul className="column-notes" aria-label="Confirmed questions">
        {questions.map((pair) => (
          <li key={`${pair.question} ${pair.sql}`}>
            <span className="grow">
              <b>{pair.question}</b>
              <span className="meta mono cut">{pair.sql}</span>
              {pair.by && (
                <span className="meta">
                  Confirmed by {pair.by} on {pair.on}
                </span>
              )}
            </span>
            <button type="button" className="btn q" aria-label={`Change ${pair.question}`} onClick={() => setAsked(pair)}>
              Change…
            </button>
            <button
              type="button"
              className="btn q"
              aria-label={`Remove ${pair.question}`}
              onClick={() => onChange({ ...notes, questions: others(pair) })}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      <button type="button" className="btn" onClick={() => setAsked('new')}>
        Add a question…
      </button>
      {asked && (
        <QuestionDialog
          pair={asked === 'new' ? { question: '', sql: '' } : asked}
          onClose={() => setAsked(undefined)}
          onSave={(pair) => {
            onChange({ ...notes, questions: [...(asked === 'new' ? questions : others(asked)), pair] })
            setAsked(undefined)
          }}
        />
      )}
    </>
  )
}

interface QuestionDialogProps {
  readonly pair: ConfirmedPair
  readonly onSave: (pair: ConfirmedPair) => void
  readonly onClose: () => void
}

function QuestionDialog({ pair, onSave, onClose }: QuestionDialogProps) {
  const [question, setQuestion] = useState(pair.question)
  const [sql, setSql] = useState(pair.sql)
  const fieldId = useId()
  return (
    <FormDialog
      title={pair.question === '' ? 'Add a question' : 'Change the question'}
      act="Done"
      canAct={question.trim() !== '' && sql.trim() !== ''}
      onClose={onClose}
      onAct={() => onSave({ question: question.trim(), sql: sql.trim() })}
    >
      <TextField label="Question" maxLength={1000} value={question} onChange={(event) => setQuestion(event.target.value)} />
      <div className="fld">
        <label className="l" htmlFor={fieldId}>
          The SQL that answers it
        </label>
        <textarea id={fieldId} className="field mono" rows={6} value={sql} onChange={(event) => setSql(event.target.value)} />
      </div>
    </FormDialog>
  )
}
