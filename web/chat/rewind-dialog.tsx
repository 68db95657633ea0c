import { Dialog } from 'radix-ui'
import { useState } from 'react'
import type { Checkpoint } from '../../contract/checkpoint.ts'
import type { ShareState } from '../../contract/share.ts'
import type { Turn } from '../../contract/turn.ts'
import { counted, formatMoment, listed } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { useReturnFocus } from '../controls/return-focus.ts'
import { placeOf } from './timeline.tsx'

export interface RewindDialogProps {
  readonly turns: readonly Turn[]
  /** Those that something comes after, in order. */
  readonly checkpoints: readonly Checkpoint[]
  readonly chosen: Checkpoint | undefined
  readonly share: ShareState | undefined
  readonly onRewind: (checkpoint: Checkpoint) => void
  readonly onClose: () => void
}

/** Says exactly what a rewind hides, before it does. */
export function RewindDialog({ turns, checkpoints, chosen, share, onRewind, onClose }: RewindDialogProps) {
  const [choice, setChoice] = useState(chosen ?? checkpoints.at(-1))
  const returnFocus = useReturnFocus()
  const gone = choice ? turns.slice(choice.turnCount) : []
  const linkTurn = share?.visibility === 'public' ? turns.findIndex((turn) => turn.id === share.sharePointTurnId) : -1
  const kept = choice ? Math.max(0, linkTurn + 1 - choice.turnCount) : 0
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="stage">
          <Dialog.Content className="dlg" aria-describedby={undefined} onCloseAutoFocus={returnFocus}>
            <header>
              <div className="grow">
                <p className="meta">Checkpoints</p>
                <Dialog.Title>Rewind</Dialog.Title>
              </div>
              <Dialog.Close className="btn q icon" aria-label="Close">
                <Icon name="close" />
              </Dialog.Close>
            </header>
            <div className="two">
              <div role="radiogroup" aria-label="Rewind to" className="pick">
                <h2>Back to</h2>
                {checkpoints.toReversed().map((checkpoint) => (
                  <label key={checkpoint.id}>
                    <input
                      type="radio"
                      name="checkpoint"
                      checked={checkpoint.id === choice?.id}
                      onChange={() => setChoice(checkpoint)}
                    />
                    <span>
                      {checkpoint.name ?? `Before question ${checkpoint.turnCount + 1}`}
                      <span className="meta">
                        {checkpoint.name === null ? '' : `${placeOf(checkpoint)}, `}
                        {formatMoment(checkpoint.createdAt)}
                      </span>
                    </span>
                  </label>
                ))}
              </div>
              <div>
                <h2>What goes</h2>
                <ol className="goes">
                  {gone.map((turn) => (
                    <li key={turn.id}>
                      <span className="num">{turn.seq}</span>
                      <span>
                        {turn.question}
                        <span className="meta">{holdings(turn)}</span>
                      </span>
                    </li>
                  ))}
                </ol>
                <p className="meta">
                  Nothing is erased: it is kept for 30 days (60 with a named checkpoint), and Undo rewind brings it back. Question{' '}
                  {choice ? choice.turnCount + 1 : 1} goes back into the prompt. Files that were brought stay.
                </p>
                {kept > 0 && (
                  <p className="note">
                    <span className="grow">
                      The link keeps {kept === 1 ? 'one of these turns' : `${kept} of these turns`}: it shows what was frozen
                      until you update it or close it.
                    </span>
                  </p>
                )}
              </div>
            </div>
            <footer>
              <span className="meta grow" />
              <Dialog.Close className="btn q">Cancel</Dialog.Close>
              <button
                type="button"
                className="btn p"
                disabled={!choice || gone.length === 0}
                onClick={() => {
                  if (choice) onRewind(choice)
                }}
              >
                Rewind, hide {counted(gone.length, 'question')}
              </button>
            </footer>
          </Dialog.Content>
        </Dialog.Overlay>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** `1 table and 1 chart`, `no results`. */
function holdings(turn: Turn): string {
  const parts = [
    ...(turn.tables.length > 0 ? [counted(turn.tables.length, 'table')] : []),
    ...(turn.charts.length > 0 ? [counted(turn.charts.length, 'chart')] : []),
  ]
  return parts.length > 0 ? listed(parts) : 'no results'
}
