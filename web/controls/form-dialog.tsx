import { Dialog } from 'radix-ui'
import type { FormEvent, ReactNode } from 'react'
import { Icon } from './icon.tsx'
import { useReturnFocus } from './return-focus.ts'

export interface FormDialogProps {
  readonly title: string
  /** The verb on the button that does it. */
  readonly act: string
  readonly cancel?: string
  readonly children: ReactNode
  /** Why it was refused. */
  readonly error?: string | undefined
  readonly isBusy?: boolean
  /** What is done cannot be undone, or closes something. */
  readonly isGrave?: boolean
  readonly canAct?: boolean
  readonly onAct: () => void
  readonly onClose: () => void
}

/** A dialog that says what will happen, asks for what it needs, and does one thing. */
export function FormDialog(props: FormDialogProps) {
  const { title, act, cancel = 'Cancel', children, error, isBusy = false, isGrave = false, canAct = true, onAct, onClose } = props
  const onCloseAutoFocus = useReturnFocus()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation()
    if (!isBusy && canAct) onAct()
  }
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="stage">
          <Dialog.Content className="dlg small" aria-describedby={undefined} onCloseAutoFocus={onCloseAutoFocus}>
            <form onSubmit={submit} noValidate>
              <header>
                <Dialog.Title className="grow">{title}</Dialog.Title>
                <Dialog.Close className="btn q icon" aria-label="Close">
                  <Icon name="close" />
                </Dialog.Close>
              </header>
              <div className="dlg-body">
                {children}
                {error && (
                  <p className="note bad" role="alert">
                    <span className="grow">{error}</span>
                  </p>
                )}
              </div>
              <footer>
                <Dialog.Close className="btn q push">{cancel}</Dialog.Close>
                <button type="submit" className={isGrave ? 'btn d' : 'btn p'} disabled={!canAct} aria-disabled={isBusy}>
                  {act}
                </button>
              </footer>
            </form>
          </Dialog.Content>
        </Dialog.Overlay>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
