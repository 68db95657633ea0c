import { useEffect, useRef, useState } from 'react'
import { KnownError } from '../../contract/error.ts'
import { Upload } from '../../contract/upload.ts'
import { sentenceOf } from '../client/call-error.ts'
import { untilRead, uploadFile } from '../client/upload.ts'

export interface QueuedFile {
  readonly key: string
  readonly name: string
  readonly bytes: number
  readonly fraction: number
  readonly upload?: Upload
  readonly error?: string
}

export interface UploadQueue {
  readonly files: readonly QueuedFile[]
  readonly isSending: boolean
  readonly uploads: readonly Upload[]
  readonly add: (files: Iterable<File>) => void
  /** Forgets a file, and stops it when it is still on its way. */
  readonly remove: (key: string) => void
  readonly clear: () => void
}

/** Sends files one after another as they come. `keepAs` brings finished ones back after a reload of this tab. */
export function useUploadQueue(keepAs?: string): UploadQueue {
  const [files, setFiles] = useState<readonly QueuedFile[]>(() => (keepAs ? readKept(keepAs) : []))
  const running = useRef(new Map<string, AbortController>())
  const turn = useRef<Promise<void>>(Promise.resolve())
  useEffect(() => {
    if (keepAs) keep(keepAs, files)
  }, [keepAs, files])
  useEffect(() => {
    const controllers = running.current
    return () => {
      for (const controller of controllers.values()) controller.abort()
    }
  }, [])

  const importing = files.flatMap(({ upload }) => (upload?.importing ? [upload.id] : [])).join(' ')
  useEffect(() => {
    if (importing === '') return
    const leaving = new AbortController()
    const changeTo = (id: string, part: Partial<QueuedFile>) =>
      setFiles((known) => known.map((file) => (file.upload?.id === id ? { ...file, ...part } : file)))
    const read = async (id: string) => {
      try {
        const upload = await untilRead(id, leaving.signal)
        const error = upload.table ? undefined : upload.problems[0]?.message
        changeTo(id, { upload, ...(error === undefined ? {} : { error }) })
      } catch (error) {
        if (!leaving.signal.aborted) changeTo(id, { error: sentenceOf(error) })
      }
    }
    for (const id of importing.split(' ')) void read(id)
    return () => leaving.abort()
  }, [importing])

  const change = (key: string, part: Partial<QueuedFile>) =>
    setFiles((known) => known.map((file) => (file.key === key ? { ...file, ...part } : file)))
  const remove = (key: string) => {
    running.current.get(key)?.abort()
    setFiles((known) => known.filter((file) => file.key !== key))
  }
  const send = async (key: string, file: File, controller: AbortController) => {
    try {
      const upload = await uploadFile({ file, signal: controller.signal, onProgress: (fraction) => change(key, { fraction }) })
      change(key, { upload, fraction: 1 })
    } catch (error) {
      if (error instanceof KnownError && error.code === 'cancelled') return
      change(key, { error: sentenceOf(error) })
    } finally {
      running.current.delete(key)
    }
  }
  const add = (added: Iterable<File>) => {
    for (const file of added) {
      const key = crypto.getRandomValues(new Uint32Array(2)).join('-')
      const controller = new AbortController()
      running.current.set(key, controller)
      setFiles((known) => [...known, { key, name: file.name, bytes: file.size, fraction: 0 }])
      turn.current = turn.current.then(() => send(key, file, controller))
    }
  }
  return {
    files,
    isSending: files.some((file) => !file.upload && !file.error),
    uploads: files.flatMap((file) => (file.upload && !file.error ? [file.upload] : [])),
    add,
    remove,
    clear: () => setFiles([]),
  }
}

function readKept(name: string): QueuedFile[] {
  try {
    const kept = Upload.array().safeParse(JSON.parse(sessionStorage.getItem(name) ?? '[]'))
    return (kept.data ?? []).map((upload) => ({ key: upload.id, name: upload.name, bytes: upload.bytes, fraction: 1, upload }))
  } catch {
    return []
  }
}

function keep(name: string, files: readonly QueuedFile[]): void {
  try {
    sessionStorage.setItem(name, JSON.stringify(files.flatMap((file) => (file.upload ? [file.upload] : []))))
  } catch {
    // NOTE: storage may be full or switched off; then a reload forgets the files not yet asked about.
  }
}
