import { useState } from 'react'
import type { CatalogTable } from '../../contract/catalog.ts'
import type { KeptNotes, Notes } from '../../contract/notes.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useNotes, useSaveNotes } from '../client/notes-queries.ts'
import { formatMoment } from '../controls/format-text.ts'
import { Skeleton } from '../controls/skeleton.tsx'
import { useToast } from '../controls/toast.tsx'
import { MetricNotes } from './metric-notes.tsx'
import { NotesFile } from './notes-file.tsx'
import { NotesSuggestions } from './notes-suggestions.tsx'
import { merged } from './notes-words.ts'
import { QuestionNotes } from './question-notes.tsx'
import { TableNotesList } from './table-notes.tsx'
import './notes.css'

const parts = ['Tables', 'Figures', 'Questions', 'File'] as const
type Part = (typeof parts)[number]

interface NotesProps {
  readonly id: string
  readonly tables: readonly CatalogTable[]
  readonly mayManage: boolean
}

/** What people know of a source and its names do not say: read by every analyst, written by those who manage sources. */
export function NotesSection(props: NotesProps) {
  const kept = useNotes(props.id)
  if (kept.isPending) return <Skeleton lines={5} label="Reading the notes" />
  if (kept.error)
    return (
      <div className="note bad" role="alert">
        <span className="grow">{sentenceOf(kept.error)}</span>
        <button type="button" className="btn" onClick={() => void kept.refetch()}>
          Try again
        </button>
      </div>
    )
  return <OpenNotes key={kept.data.version} {...props} kept={kept.data} onReload={() => void kept.refetch()} />
}

interface OpenNotesProps extends NotesProps {
  readonly kept: KeptNotes & { readonly yaml: string }
  readonly onReload: () => void
}

function OpenNotes({ id, tables, mayManage, kept, onReload }: OpenNotesProps) {
  const [part, setPart] = useState<Part>(mayManage ? 'Tables' : 'File')
  const [notes, setNotes] = useState(kept.notes)
  const [yaml, setYaml] = useState(kept.yaml)
  const save = useSaveNotes(id)
  const toast = useToast()
  const isYaml = part === 'File'
  const isChanged = isYaml ? yaml !== kept.yaml : notes !== kept.notes
  const change = (next: Notes) => setNotes(next)
  const submit = () =>
    save.mutate(isYaml ? { version: kept.version, yaml } : { version: kept.version, notes }, {
      onSuccess: () => toast({ text: 'The notes are saved. Analysts read them from now on.' }),
    })
  return (
    <section className="notes" aria-label="Notes">
      <p className="dim">
        Names, words and figures that analysts should know.{' '}
        {kept.changedBy && `${kept.changedBy} changed them ${formatMoment(kept.changedAt ?? '')}.`}
      </p>
      {kept.problems.length > 0 && (
        <div className="note warn">
          <span className="grow">
            The source has changed; this is left out: {kept.problems.map(({ message }) => message).join(' ')}
          </span>
        </div>
      )}
      {mayManage && <NotesSuggestions id={id} notes={notes} onAccept={(added) => change(merged(notes, added))} />}
      {mayManage && (
        <fieldset className="seg soft">
          <legend className="sr">Part of the notes</legend>
          {parts.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="notes-part"
                checked={part === name}
                disabled={isChanged && part !== name && (isYaml || name === 'File')}
                onChange={() => setPart(name)}
              />
              {name}
            </label>
          ))}
        </fieldset>
      )}
      {part === 'Tables' && <TableNotesList tables={tables} notes={notes} onChange={change} />}
      {part === 'Figures' && <MetricNotes tables={tables} notes={notes} onChange={change} />}
      {part === 'Questions' && <QuestionNotes notes={notes} onChange={change} />}
      {isYaml && <NotesFile id={id} yaml={yaml} isReadOnly={!mayManage} error={save.error ?? undefined} onChange={setYaml} />}
      {save.error && (
        <div className="note bad" role="alert">
          <span className="grow">{sentenceOf(save.error)}</span>
          <button
            type="button"
            className="btn"
            onClick={() => {
              save.reset()
              onReload()
            }}
          >
            Load again
          </button>
        </div>
      )}
      {mayManage && isChanged && (
        <div className="notes-save" role="group" aria-label="Unsaved notes">
          <span className="meta grow">Not saved yet.</span>
          <button
            type="button"
            className="btn q"
            onClick={() => {
              setNotes(kept.notes)
              setYaml(kept.yaml)
              save.reset()
            }}
          >
            Discard
          </button>
          <button type="button" className="btn p" disabled={save.isPending} onClick={submit}>
            {save.isPending ? 'Saving' : 'Save notes'}
          </button>
        </div>
      )}
    </section>
  )
}
