import { counted, formatBytes } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import type { QueuedFile } from './upload-queue.ts'

/** Files on their way or waiting for the next question. */
export function FileChips({
  files,
  onRemove,
}: {
  readonly files: readonly QueuedFile[]
  readonly onRemove: (key: string) => void
}) {
  if (files.length === 0) return null
  return (
    <ul className="files" aria-label="Files for the next question">
      {files.map((file) => (
        <li key={file.key}>
          <span className={`tag${file.error ? ' bad' : ''}`} title={file.name}>
            <Icon name="file" />
            <span className="cut">{file.name}</span>
            <FileState file={file} />
            <button type="button" aria-label={`Remove ${file.name}`} onClick={() => onRemove(file.key)}>
              <Icon name="close" />
            </button>
          </span>
          {file.error && (
            <p className="wrong" role="alert">
              {file.error}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}

function FileState({ file }: { readonly file: QueuedFile }) {
  if (file.error) return <span>{file.upload ? 'not read' : 'not sent'}</span>
  const rowCount = file.upload?.table?.rowCount
  if (file.upload)
    return (
      <span className="num">
        {formatBytes(file.bytes)}
        {rowCount !== undefined && `, ${counted(rowCount, 'row')}`}
        {file.upload.importing && ', reading the rows'}
      </span>
    )
  const percent = Math.round(file.fraction * 100)
  return (
    <>
      <span className="num">{formatBytes(file.bytes)}</span>
      <progress className="prog" aria-label={`Upload of ${file.name}`} max={100} value={percent} />
      <span className="num">{percent < 100 ? `${percent} %` : 'reading'}</span>
    </>
  )
}
