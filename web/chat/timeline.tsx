import type { Checkpoint, HiddenByRewind } from '../../contract/checkpoint.ts'
import type { ShareState } from '../../contract/share.ts'
import type { Turn } from '../../contract/turn.ts'
import { counted, formatDay, formatTime } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'

export interface TimelineProps {
  readonly turns: readonly Turn[]
  readonly checkpoints: readonly Checkpoint[]
  readonly undo: HiddenByRewind | null
  readonly share: ShareState | undefined
  /** Why nothing can go back right now. */
  readonly hindrance: string | undefined
  readonly isBusy: boolean
  readonly onRewind: (checkpoint?: Checkpoint) => void
  readonly onUndo: () => void
}

/** Where a checkpoint stands: `before question 2`, `after question 2`. */
export const placeOf = ({ kind, turnCount }: Checkpoint): string =>
  kind === 'automatic' || turnCount === 0 ? `before question ${turnCount + 1}` : `after question ${turnCount}`

/** The way so far beside the conversation: faint dots, stars, the share point as a double line, and a ring for now. */
export function Timeline({ turns, checkpoints, undo, share, hindrance, isBusy, onRewind, onUndo }: TimelineProps) {
  const shareTurn = share?.visibility === 'public' ? turns.findIndex((turn) => turn.id === share.sharePointTurnId) : -1
  const passed = checkpoints.filter((checkpoint) => checkpoint.turnCount < turns.length)
  const before = checkpoints.filter((checkpoint) => shareTurn < 0 || checkpoint.turnCount <= shareTurn)
  const entry = (checkpoint: Checkpoint) => (
    <CheckpointEntry
      key={checkpoint.id}
      checkpoint={checkpoint}
      canGo={passed.includes(checkpoint) && !hindrance}
      onRewind={onRewind}
    />
  )
  return (
    <aside className="tl" aria-labelledby="checkpoints">
      <h2 className="meta" id="checkpoints">
        Checkpoints
      </h2>
      <ol>
        {before.map(entry)}
        {shareTurn >= 0 && share?.visibility === 'public' && (
          <li className="fz">
            <i />
            <span>
              Link ends here
              <span className="meta">
                version {share.version}, {formatDay(share.sharedAt)}
              </span>
            </span>
          </li>
        )}
        {checkpoints.filter((checkpoint) => !before.includes(checkpoint)).map(entry)}
        {shareTurn < 0 && share?.visibility === 'public' && (
          <li className="fz">
            <i />
            <span>
              Link holds more
              <span className="meta">{counted(share.goneTurns, 'turn')} no longer here</span>
            </span>
          </li>
        )}
        <li className="now" aria-current="step">
          <i />
          <span>Now</span>
        </li>
      </ol>
      <button
        type="button"
        className="btn"
        disabled={passed.length === 0 || hindrance !== undefined || isBusy}
        onClick={() => onRewind()}
      >
        <Icon name="again" />
        Rewind…
      </button>
      {hindrance && passed.length > 0 && <p className="meta">{hindrance}</p>}
      {undo && (
        <div className="undo">
          <button type="button" className="btn q" disabled={isBusy || hindrance !== undefined} onClick={onUndo}>
            Undo rewind
          </button>
          <p className="meta">
            Brings back {counted(undo.turnIds.length, 'question')}. Kept until {formatDay(undo.until)}.
          </p>
        </div>
      )}
    </aside>
  )
}

function CheckpointEntry({
  checkpoint,
  canGo,
  onRewind,
}: {
  readonly checkpoint: Checkpoint
  readonly canGo: boolean
  readonly onRewind: (checkpoint: Checkpoint) => void
}) {
  const { kind, name, createdAt } = checkpoint
  return (
    <li className={kind === 'named' ? 'st-named' : undefined}>
      {kind === 'named' ? <Icon name="star" /> : <i />}
      <button type="button" disabled={!canGo} title={canGo ? 'Rewind to here…' : undefined} onClick={() => onRewind(checkpoint)}>
        {name ?? formatTime(createdAt)}
        <span className="meta">{kind === 'named' ? `named, ${formatTime(createdAt)}` : placeOf(checkpoint)}</span>
      </button>
    </li>
  )
}
