import { LoggedEvent } from '../../contract/turn.ts'

export type StreamState = 'connecting' | 'live' | 'lost'

export interface EventStreamOptions {
  readonly conversationId: string
  /** Sequence of the last event that is already folded in. */
  readonly after: () => number
  readonly onEvent: (event: LoggedEvent) => void
  readonly onState: (state: StreamState) => void
}

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 15_000

/**
 * Follows the log of a conversation until the returned function is called. The browser resumes a dropped stream by itself with
 * `Last-Event-ID`; a stream that the server refused is opened again from `after()`, at ever longer distances.
 */
export function followEvents({ conversationId, after, onEvent, onState }: EventStreamOptions): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let retryMs = FIRST_RETRY_MS
  let isStopped = false

  const open = () => {
    if (isStopped) return
    source = new EventSource(`/api/conversations/${encodeURIComponent(conversationId)}/events?after=${after()}`)
    source.onopen = () => {
      retryMs = FIRST_RETRY_MS
      onState('live')
    }
    source.addEventListener('turn', (message: MessageEvent<string>) => {
      const logged = LoggedEvent.safeParse(JSON.parse(message.data))
      if (logged.success) onEvent(logged.data)
    })
    source.onerror = () => {
      onState('lost')
      if (source?.readyState !== EventSource.CLOSED) return
      timer = setTimeout(open, retryMs)
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
    }
  }
  const openNow = () => {
    if (source && source.readyState !== EventSource.CLOSED) return
    clearTimeout(timer)
    open()
  }

  onState('connecting')
  open()
  window.addEventListener('online', openNow)
  return () => {
    isStopped = true
    clearTimeout(timer)
    window.removeEventListener('online', openNow)
    source?.close()
  }
}
