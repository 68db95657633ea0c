import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Link } from 'wouter'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useConversationChanges } from '../client/queries.ts'
import { Icon } from '../controls/icon.tsx'
import { useDroppedFiles } from './drop-files.ts'
import { FileChips } from './file-chips.tsx'
import { useUploadQueue } from './upload-queue.ts'

const ACCEPTED = '.csv,.tsv,.txt,.xlsx,.json,.ndjson,.jsonl,.parquet,.sqlite,.sqlite3,.db'

/** The place to drop files on, or to go on to a database. Once all files are there, a conversation begins with them. */
export function BringData({
  me,
  databasePath,
  onBegun,
}: {
  readonly me: Me
  readonly databasePath: string
  readonly onBegun: (conversationId: string) => void
}) {
  const mayCreate = me.permissions.includes('conversations:create')
  const mayConnect = me.permissions.includes('sources:manage')
  const queue = useUploadQueue()
  const { refresh } = useConversationChanges()
  const picker = useRef<HTMLInputElement>(null)
  const create = useMutation({
    mutationFn: (uploadIds: string[]) => call(endpoints.createConversation, { body: { uploadIds } }),
    onSuccess: ({ id }) => {
      void refresh()
      onBegun(id)
    },
  })
  const { files, isSending, uploads } = queue
  const hasFailed = files.some((file) => file.error)
  const { mutate, isIdle } = create
  const uploadIds = uploads.map((upload) => upload.id).join(' ')
  useEffect(() => {
    if (isIdle && uploadIds !== '' && !isSending && !hasFailed) mutate(uploadIds.split(' '))
  }, [isIdle, uploadIds, isSending, hasFailed, mutate])
  const isOver = useDroppedFiles((dropped) => mayCreate && queue.add(dropped))
  const begin = () => create.mutate(uploads.map((upload) => upload.id))
  return (
    <div className={`drop${isOver ? ' over' : ''}`}>
      <h2>Drop a file here</h2>
      <p className="dim">Up to 100 MB. Each sheet or file becomes a table; column types are shown before you ask.</p>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        accept={ACCEPTED}
        onChange={(event) => {
          queue.add([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <div className="row">
        <button type="button" className="btn p" disabled={!mayCreate} onClick={() => picker.current?.click()}>
          <Icon name="clip" />
          Choose a file
        </button>
        {mayConnect && (
          <Link className="btn" href={databasePath}>
            <Icon name="database" />
            Connect a database
          </Link>
        )}
        {!mayCreate && <span className="meta">Your role ({me.role}) may read, not start conversations.</span>}
      </div>
      <p className="formats-named meta mono">
        {['CSV', 'TSV', 'XLSX', 'JSON', 'Parquet', 'SQLite'].map((name) => (
          <span key={name}>{name}</span>
        ))}
      </p>
      <FileChips files={files} onRemove={queue.remove} />
      {hasFailed && uploads.length > 0 && !isSending && (
        <button type="button" className="btn" onClick={begin}>
          Go on with the rest
        </button>
      )}
      {create.isPending && (
        <p className="meta" role="status">
          Reading columns and types
        </p>
      )}
      {create.error && (
        <div className="note bad" role="alert">
          <span className="grow">{sentenceOf(create.error)}</span>
          <button type="button" className="btn" onClick={begin}>
            Try again
          </button>
        </div>
      )}
    </div>
  )
}
