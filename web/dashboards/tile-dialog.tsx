import { Dialog } from 'radix-ui'
import { type FormEvent, useId, useState } from 'react'
import type { Tile, TileInput } from '../../contract/dashboard.ts'
import { SourceId } from '../../contract/id.ts'
import type { Parameter } from '../../contract/parameter.ts'
import { useSources } from '../client/source-queries.ts'
import { Icon } from '../controls/icon.tsx'
import { useReturnFocus } from '../controls/return-focus.ts'

export type TileDraft = { readonly kind: 'text' | 'sql'; readonly tile?: Tile }

interface TileDialogProps {
  readonly draft: TileDraft
  readonly parameters: readonly Parameter[]
  readonly isBusy: boolean
  readonly error: string | undefined
  readonly onAdd: (tile: TileInput) => void
  readonly onChange: (tile: Tile, change: { title: string; markdown?: string; sql?: string }) => void
  readonly onClose: () => void
}

/** A new tile of text or SQL, or another title, text or statement for one that is there. */
export function TileDialog({ draft, parameters, isBusy, error, onAdd, onChange, onClose }: TileDialogProps) {
  const { kind, tile } = draft
  const id = useId()
  const onCloseAutoFocus = useReturnFocus()
  const sources = useSources().data?.items ?? []
  const [title, setTitle] = useState(tile?.title ?? '')
  const [text, setText] = useState(tile?.markdown ?? tile?.sql ?? '')
  const [sourceId, setSourceId] = useState<string>()
  const chosen = SourceId.safeParse(sourceId ?? sources[0]?.id)
  const hasText = kind === 'text' || tile === undefined || tile.sql !== undefined
  const lacksSource = kind === 'sql' && !tile && !chosen.success
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (tile) onChange(tile, { title, ...(!hasText ? {} : kind === 'text' ? { markdown: text } : { sql: text }) })
    else if (kind === 'text') onAdd({ title, markdown: text })
    else if (chosen.success) onAdd({ title, sql: text, sourceId: chosen.data })
  }
  const heading = tile ? 'Edit the tile' : kind === 'text' ? 'Add text' : 'Add a table by SQL'
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="stage">
          <Dialog.Content className="dlg narrow" aria-describedby={undefined} onCloseAutoFocus={onCloseAutoFocus}>
            <header>
              <Dialog.Title className="grow">{heading}</Dialog.Title>
              <Dialog.Close className="btn q icon" aria-label="Close">
                <Icon name="close" />
              </Dialog.Close>
            </header>
            <form className="tile-form" onSubmit={submit}>
              <label htmlFor={`${id}-title`}>Title</label>
              <input
                id={`${id}-title`}
                className="field"
                required
                maxLength={200}
                value={title}
                onChange={(event) => setTitle(event.target.value)}
              />
              {kind === 'sql' && !tile && sources.length > 0 && (
                <>
                  <label htmlFor={`${id}-source`}>Data source</label>
                  <select
                    id={`${id}-source`}
                    className="field"
                    value={sourceId}
                    onChange={(event) => setSourceId(event.target.value)}
                  >
                    {sources.map((source) => (
                      <option key={source.id} value={source.id}>
                        {source.name}
                      </option>
                    ))}
                  </select>
                </>
              )}
              {hasText && (
                <>
                  <label htmlFor={`${id}-text`}>{kind === 'text' ? 'Text, Markdown' : 'SQL, one SELECT'}</label>
                  <textarea
                    id={`${id}-text`}
                    className={`field${kind === 'sql' ? ' mono' : ''}`}
                    rows={8}
                    aria-describedby={kind === 'sql' ? `${id}-hint` : undefined}
                    required
                    value={text}
                    onChange={(event) => setText(event.target.value)}
                  />
                  {kind === 'sql' && (
                    <p id={`${id}-hint`} className="meta">
                      {parameters.length === 0
                        ? 'A parameter of the dashboard stands here as $name.'
                        : `Parameters: ${parameters.map(({ name }) => `$${name}`).join(', ')}.`}
                    </p>
                  )}
                </>
              )}
              {lacksSource && (
                <p className="meta">
                  There is no data source yet. Files are asked in a conversation; its answers can be added here.
                </p>
              )}
              {error && (
                <p className="note bad" role="alert">
                  <span className="grow">{error}</span>
                </p>
              )}
              <footer className="row">
                <button type="button" className="btn q push" onClick={onClose}>
                  Cancel
                </button>
                <button type="submit" className="btn p" disabled={isBusy || lacksSource}>
                  {tile ? 'Save' : 'Add'}
                </button>
              </footer>
            </form>
          </Dialog.Content>
        </Dialog.Overlay>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
