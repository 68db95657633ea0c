import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useConversationChanges } from '../client/queries.ts'
import { Icon } from '../controls/icon.tsx'
import { useDroppedFiles } from './drop-files.ts'
import { FileChips } from './file-chips.tsx'
import { useUploadQueue } from './upload-queue.ts'

/** The empty start: bring a file, and a conversation begins with it. */
export function StartPage({ me, start }: { readonly me: Me; readonly start: ReactNode }) {
  const mayCreate = me.permissions.includes('conversations:create')
  const queue = useUploadQueue()
  const [, navigate] = useLocation()
  const { refresh } = useConversationChanges()
  const picker = useRef<HTMLInputElement>(null)
  const open = ({ id }: { readonly id: string }) => {
    void refresh()
    navigate(`/c/${id}`)
  }
  const demo = useMutation({ mutationFn: () => call(endpoints.createDemo, {}), onSuccess: open })
  const create = useMutation({
    mutationFn: (uploadIds: string[]) => call(endpoints.createConversation, { body: { uploadIds } }),
    onSuccess: open,
  })
  const { files, isSending, uploads } = queue
  const hasFailed = files.some((file) => file.error)
  const { mutate, isIdle } = create
  const uploadIds = uploads.map((upload) => upload.id).join(' ')
  useEffect(() => {
    if (isIdle && uploadIds !== '' && !isSending && !hasFailed) mutate(uploadIds.split(' '))
  }, [isIdle, uploadIds, isSending, hasFailed, mutate])
  useEffect(() => {
    document.title = 'Start · QRY'
  }, [])
  const isOver = useDroppedFiles((dropped) => mayCreate && queue.add(dropped))
  return (
    <div className="st">
      <header>
        {start}
        <span className="meta push">{me.tenant.name}</span>
      </header>
      <main id="main">
        <section className="hero">
          <div>
            <h1>Ask your data. Share the answer, frozen.</h1>
            <p className="l1">
              Drop a file and ask in your own words. QRY shows how it read the question, runs it, and keeps the result exactly as
              it came.
            </p>
          </div>
          <div className={`drop${isOver ? ' over' : ''}`}>
            <h2>Drop a file here</h2>
            <p className="dim">Each file becomes a table; column types are shown before you ask.</p>
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              accept=".csv,.tsv,.txt,.xlsx,.json,.ndjson,.jsonl,.parquet,.sqlite,.sqlite3,.db"
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
              {!mayCreate && <span className="meta">Your role ({me.role}) may read, not start conversations.</span>}
            </div>
            <p className="kinds meta mono">
              <span>CSV, Excel, JSON, Parquet or SQLite</span>
              <span>TSV</span>
            </p>
            <FileChips files={files} onRemove={queue.remove} />
            {hasFailed && uploads.length > 0 && !isSending && (
              <button type="button" className="btn" onClick={() => create.mutate(uploads.map((upload) => upload.id))}>
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
                <button type="button" className="btn" onClick={() => create.mutate(uploads.map((upload) => upload.id))}>
                  Try again
                </button>
              </div>
            )}
          </div>
        </section>
        {mayCreate && (
          <section className="ask" aria-labelledby="demo">
            <div className="hd2">
              <h2 id="demo">Or try the demo shop</h2>
              <span className="meta">invented data of a small outdoor shop, two years up to yesterday</span>
            </div>
            <ul>
              <li>
                <button type="button" disabled={demo.isPending} onClick={() => demo.mutate()}>
                  <span>{demo.isPending ? 'Reading the demo shop' : 'Start a conversation on the demo shop'}</span>
                  <span className="meta">with questions that run as they stand</span>
                  <Icon name="right" />
                </button>
              </li>
            </ul>
            {demo.error && (
              <p className="wrong" role="alert">
                {sentenceOf(demo.error)}
              </p>
            )}
            <p className="meta below">
              The basic analyst answers by fixed rules and needs no model; one can be connected under Models. By hand, /sql and
              /chart run as written.
            </p>
          </section>
        )}
      </main>
    </div>
  )
}
