import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { Icon } from '../controls/icon.tsx'
import { useReturnFocus } from '../controls/return-focus.ts'

/** Asks for the name of a checkpoint. */
export function CheckpointDialog({
  turnCount,
  onSave,
  onClose,
}: {
  readonly turnCount: number
  readonly onSave: (name: string) => void
  readonly onClose: () => void
}) {
  const [name, setName] = useState('')
  const returnFocus = useReturnFocus()
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="stage">
          <Dialog.Content className="dlg narrow" aria-describedby={undefined} onCloseAutoFocus={returnFocus}>
            <form
              onSubmit={(event) => {
                event.preventDefault()
                if (name.trim() !== '') onSave(name.trim())
              }}
            >
              <header>
                <div className="grow">
                  <p className="meta">{turnCount === 0 ? 'Before the first question' : `After question ${turnCount}`}</p>
                  <Dialog.Title>Save checkpoint</Dialog.Title>
                </div>
                <Dialog.Close className="btn q icon" aria-label="Close">
                  <Icon name="close" />
                </Dialog.Close>
              </header>
              <div className="dlg-wait fld">
                <label className="l" htmlFor="checkpoint-name">
                  Name
                </label>
                <input
                  id="checkpoint-name"
                  className="field"
                  maxLength={120}
                  placeholder="Baseline agreed"
                  value={name}
                  onChange={(event) => setName(event.target.value)}
                />
                <p className="meta">What a rewind to it hides is kept for 60 days instead of 30.</p>
              </div>
              <footer>
                <span className="grow" />
                <Dialog.Close className="btn q" type="button">
                  Cancel
                </Dialog.Close>
                <button type="submit" className="btn p" disabled={name.trim() === ''}>
                  Save checkpoint
                </button>
              </footer>
            </form>
          </Dialog.Content>
        </Dialog.Overlay>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
