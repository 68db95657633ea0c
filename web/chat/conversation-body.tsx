import type { ShareState } from '../../contract/share.ts'
import type { Turn } from '../../contract/turn.ts'
import type { Upload } from '../../contract/upload.ts'
import { counted, formatMoment } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { type TurnActions, TurnView } from './turn-view.tsx'
import { UploadSummary } from './upload-summary.tsx'

/** The data of a conversation: open before the first question, a fold above the turns afterwards. */
export function DataSection({ uploads, isOpen }: { readonly uploads: readonly Upload[]; readonly isOpen: boolean }) {
  if (uploads.length === 0) return null
  const list = uploads.map((upload) => <UploadSummary key={upload.id} upload={upload} />)
  if (isOpen)
    return (
      <section className="data" aria-labelledby="data">
        <h2 id="data" className="qh">
          {headingOf(uploads)}
        </h2>
        {list}
      </section>
    )
  return (
    <details className="fold data-fold">
      <summary>
        <Icon name="right" />
        <span className="cut">Data: {uploads.map((upload) => upload.name).join(', ')}</span>
        <span className="meta num push">{counted(uploads.length, 'file')}</span>
      </summary>
      <div>{list}</div>
    </details>
  )
}

function headingOf(uploads: readonly Upload[]): string {
  const tables = uploads.reduce((count, upload) => count + upload.tables.length + (upload.importing ? 1 : 0), 0)
  return tables === 0 ? 'Nothing could be read' : tables === 1 ? 'Read as one table' : `Read as ${counted(tables, 'table')}`
}

interface TurnsProps {
  readonly turns: readonly Turn[]
  readonly share: ShareState | undefined
  readonly uploads: readonly Upload[]
  readonly actions: TurnActions
}

export function Turns({ turns, share, uploads, actions }: TurnsProps) {
  const sharePoint = share?.visibility === 'public' ? share : undefined
  return turns.map((turn, index) => {
    const isSharePoint = sharePoint?.sharePointTurnId === turn.id
    return (
      <div key={turn.id}>
        <TurnView turn={turn} isLast={isSharePoint || index === turns.length - 1} uploads={uploads} actions={actions} />
        {sharePoint && isSharePoint && (
          <p className="freeze">
            <span>
              The link ends here: version {sharePoint.version}, frozen {formatMoment(sharePoint.sharedAt)}
            </span>
          </p>
        )}
      </div>
    )
  })
}
