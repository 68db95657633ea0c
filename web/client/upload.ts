import { Upload } from '../../contract/upload.ts'
import { CallError, callErrorOf, unreachable } from './call-error.ts'

export interface UploadRequest {
  readonly file: File
  readonly conversationId?: string
  readonly signal: AbortSignal
  /** From 0 to 1, as bytes leave this machine; at 1 the server still reads the file. */
  readonly onProgress: (fraction: number) => void
}

/** Sends one file. Throws `CallError`; `cancelled` after an abort. */
export function uploadFile({ file, conversationId, signal, onProgress }: UploadRequest): Promise<Upload> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new CallError('cancelled'))
    const form = new FormData()
    if (conversationId) form.append('conversationId', conversationId)
    form.append('file', file, file.name)
    const request = new XMLHttpRequest()
    request.open('POST', '/api/uploads')
    request.responseType = 'json'
    request.upload.onprogress = (event) => onProgress(event.lengthComputable && event.total > 0 ? event.loaded / event.total : 0)
    request.onerror = () => reject(unreachable())
    request.onabort = () => reject(new CallError('cancelled'))
    request.onload = () => {
      if (request.status !== 201) return reject(callErrorOf(request.status, request.response))
      const upload = Upload.safeParse(request.response)
      if (upload.success) resolve(upload.data)
      else reject(new CallError('internal', 'The server answered in a shape this page does not know. Reload the page.'))
    }
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(form)
  })
}
