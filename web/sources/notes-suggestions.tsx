import { useState } from 'react'
import type { Notes, NotesSuggestion } from '../../contract/notes.ts'
import { useNotesSuggestions } from '../client/notes-queries.ts'
import { counted } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'

interface SuggestionsProps {
  readonly id: string
  readonly notes: Notes
  readonly onAccept: (added: Notes) => void
}

/** What the data suggests; a person takes it or leaves it. */
export function NotesSuggestions({ id, onAccept }: SuggestionsProps) {
  const { data } = useNotesSuggestions(id, true)
  const [done, setDone] = useState<readonly string[]>([])
  const open = (data?.items ?? []).filter((item) => !done.includes(item.id))
  if (open.length === 0) return null
  const finish = (item: NotesSuggestion) => setDone((before) => [...before, item.id])
  return (
    <details className="fold suggestions">
      <summary>
        <Icon name="right" />
        <b>{counted(open.length, 'suggestion')} from the data</b>
        <span className="meta push">Nothing holds before you take it</span>
      </summary>
      <ul>
        {open.map((item) => (
          <li key={item.id}>
            <span className="grow">{item.why}</span>
            <button
              type="button"
              className="btn"
              aria-label={`Take: ${item.why}`}
              onClick={() => {
                onAccept(item.notes)
                finish(item)
              }}
            >
              Take
            </button>
            <button type="button" className="btn q" aria-label={`Leave: ${item.why}`} onClick={() => finish(item)}>
              Leave
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}
