import { type FormEvent, type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { Icon } from '../controls/icon.tsx'
import { applyCompletion, type Completion, complete, type KnownTable } from './completion.ts'
import { FileChips } from './file-chips.tsx'
import type { UploadQueue } from './upload-queue.ts'

/** Typing goes on until it rests this long. */
const PHRASE_PAUSE_MS = 150

export interface ComposerProps {
  readonly text: string
  readonly onText: (text: string) => void
  readonly queue: UploadQueue
  /** Chooses the data that is asked. */
  readonly dataPicker: ReactNode
  readonly tables: readonly KnownTable[]
  readonly isAsking: boolean
  /** Why nothing can be asked right now. */
  readonly reason: string | undefined
  readonly error: string | undefined
  readonly isOver: boolean
  /** Questions that begin with the text and run as they stand. */
  readonly phrasesFor: (typed: string) => Promise<readonly string[]>
  readonly onAsk: () => void
  /** The question whose place the next one takes. */
  readonly editing: { readonly number: number; readonly onCancel: () => void } | undefined
}

export function Composer(props: ComposerProps) {
  const { text, onText, queue, dataPicker, tables, isAsking, reason, error, isOver, phrasesFor, onAsk, editing } = props
  const area = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [completion, setCompletion] = useState<Completion>()
  const [chosen, setChosen] = useState(-1)
  const canAsk = reason === undefined && !isAsking && text.trim() !== ''

  useLayoutEffect(() => {
    const element = area.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${text === '' ? element.clientHeight : Math.min(element.scrollHeight, 240)}px`
  }, [text])

  const look = (value: string, caret: number) => {
    setCompletion(complete(value, caret, tables))
    setChosen(-1)
    clearTimeout(waiting.current)
    if (value.startsWith('/') || caret < value.length || value.trim().length < 2) return
    const typed = value
    waiting.current = setTimeout(() => {
      phrasesFor(typed).then(
        (phrases) => {
          if (area.current?.value !== typed || phrases.length === 0) return
          setCompletion({
            from: 0,
            label: 'These run as they stand',
            options: phrases.map((phrase) => ({ value: phrase, hint: '' })),
          })
        },
        () => undefined,
      )
    }, PHRASE_PAUSE_MS)
  }
  const take = (value: string) => {
    if (!completion || !area.current) return
    const applied = applyCompletion(text, area.current.selectionStart, completion.from, value)
    onText(applied.text)
    look(applied.text, applied.caret)
    requestAnimationFrame(() => {
      area.current?.focus()
      area.current?.setSelectionRange(applied.caret, applied.caret)
    })
  }
  const send = () => {
    clearTimeout(waiting.current)
    setCompletion(undefined)
    if (canAsk) onAsk()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    const options = completion?.options ?? []
    if (options.length > 0) {
      const isMove = event.key === 'ArrowDown' || event.key === 'ArrowUp'
      if (isMove) {
        event.preventDefault()
        return setChosen(
          (known) => (known + (event.key === 'ArrowDown' ? 1 : known < 0 ? 0 : -1) + options.length) % options.length,
        )
      }
      if (event.key === 'Escape') {
        event.preventDefault()
        return setCompletion(undefined)
      }
      const option = options[Math.max(chosen, 0)]
      if (option && !event.shiftKey && (event.key === 'Tab' || (event.key === 'Enter' && chosen >= 0))) {
        event.preventDefault()
        return take(option.value)
      }
    }
    if (event.key === 'Escape' && editing) editing.onCancel()
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      send()
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send()
  }
  const said = reason ?? error
  return (
    <form className={`comp${isOver ? ' over' : ''}`} aria-label="Ask" onSubmit={submit}>
      {completion && <CompletionMenu completion={completion} chosen={chosen} onTake={take} />}
      <div className="box">
        {editing && (
          <p className="edit-strip">
            <Icon name="pencil" />
            Editing question {editing.number}. It runs again in its place.
            <button type="button" className="btn q" onClick={editing.onCancel}>
              Cancel
            </button>
          </p>
        )}
        <FileChips files={queue.files} onRemove={queue.remove} />
        <label className="sr" htmlFor="ask">
          Your question
        </label>
        <textarea
          ref={area}
          id="ask"
          rows={1}
          className="field"
          placeholder={isOver ? 'Drop the file to attach it' : 'Ask about the data'}
          maxLength={20_000}
          value={text}
          aria-autocomplete="list"
          aria-controls={completion ? 'completion' : undefined}
          aria-activedescendant={completion && chosen >= 0 ? `completion-${chosen}` : undefined}
          aria-describedby={said ? 'ask-said' : undefined}
          onChange={(event) => {
            onText(event.target.value)
            look(event.target.value, event.target.selectionStart)
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setCompletion(undefined)}
        />
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            queue.add([...(event.target.files ?? [])])
            event.target.value = ''
          }}
        />
        <div className="row">
          <button type="button" className="btn q icon" aria-label="Attach a file" onClick={() => picker.current?.click()}>
            <Icon name="clip" />
          </button>
          {dataPicker}
          <span className="dim hide-s analyst">Basic analyst</span>
          <span className="meta push hide-s">/sql, /chart and /python run by hand</span>
          <button type="submit" className="btn p icon ask-button" aria-label="Ask" disabled={!canAsk}>
            <Icon name="up" />
          </button>
        </div>
      </div>
      <p id="ask-said" className={reason ? 'meta said' : 'wrong said'} role={error ? 'alert' : undefined} hidden={!said}>
        {said}
      </p>
    </form>
  )
}

function CompletionMenu({
  completion,
  chosen,
  onTake,
}: {
  readonly completion: Completion
  readonly chosen: number
  readonly onTake: (value: string) => void
}) {
  return (
    <div className="ta menu">
      <p className="meta" id="completion-label">
        {completion.label}
      </p>
      <ul id="completion" role="listbox" aria-labelledby="completion-label">
        {completion.options.map(({ value, hint }, index) => (
          <li key={value} role="presentation">
            <button
              type="button"
              id={`completion-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              className={index === Math.max(chosen, 0) ? 'on' : undefined}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => onTake(value)}
            >
              <span className="cut">
                <b>{value.trim()}</b> <span className="meta">{hint}</span>
              </span>
              {index === Math.max(chosen, 0) && <kbd>{chosen >= 0 ? 'Enter' : 'Tab'}</kbd>}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
