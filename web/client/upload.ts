import { endpoints } from '../../contract/endpoints.ts'
import { KnownError } from '../../contract/error.ts'
import { Upload } from '../../contract/upload.ts'
import { call } from './call.ts'
import { CallError, callErrorOf, unreachable } from './call-error.ts'

const RETRY_MS = 2_000

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
    form.append('import', 'behind')
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

/** The upload once the server has read all of it; a lost connection is tried again. Throws `CallError` where it is not there any more. */
export async function untilRead(id: string, signal: AbortSignal): Promise<Upload> {
  for (;;) {
    try {
      const upload = await call(endpoints.readUpload, { params: { id }, query: { wait: '1' }, signal })
      if (!upload.importing) return upload
    } catch (error) {
      if (signal.aborted) throw new CallError('cancelled')
      if (error instanceof KnownError && error.code !== 'unavailable' && error.code !== 'internal') throw error
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}
