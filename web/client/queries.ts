import {
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Conversation as WireConversation } from '../../contract/conversation.ts'
import { endpoints } from '../../contract/endpoints.ts'
import type { TurnEvent, TurnHistory } from '../../contract/turn.ts'
import { call } from './call.ts'
import { followEvents, type StreamState } from './events.ts'
import { foldLive, keepNewerTurns } from './live-turns.ts'
import { checkShare, listRecipients, readShare } from './share-calls.ts'
import { untilRead } from './upload.ts'

/** A conversation as this window holds it: read once, then kept up by the event stream. */
export type Conversation = Omit<WireConversation, 'turns'> & TurnHistory

export const keys = {
  setup: ['setup'] as const,
  me: ['me'] as const,
  ownTenants: ['own-tenants'] as const,
  conversations: ['conversations'] as const,
  conversation: (id: string) => ['conversation', id] as const,
  checkpoints: (id: string) => ['checkpoints', id] as const,
  starters: (id: string) => ['starters', id] as const,
  visibility: (id: string) => ['visibility', id] as const,
  share: (id: string) => ['share', id] as const,
  shareCheck: (id: string, lastEventSeq: number) => ['share-check', id, lastEventSeq] as const,
  recipients: (id: string) => ['recipients', id] as const,
  table: (digest: string) => ['table', digest] as const,
}

export const useSetup = () => useQuery({ queryKey: keys.setup, queryFn: ({ signal }) => call(endpoints.readSetup, { signal }) })
export const useMe = (isEnabled: boolean) =>
  useQuery({ queryKey: keys.me, queryFn: ({ signal }) => call(endpoints.me, { signal }), enabled: isEnabled, staleTime: 60_000 })

/** The tenants that I am a member of. */
export const useOwnTenants = () =>
  useQuery({
    queryKey: keys.ownTenants,
    queryFn: ({ signal }) => call(endpoints.listOwnTenants, { signal }),
    staleTime: 300_000,
  })

/** Where a conversation is listed: mine, mine put away, or what others show me. */
export type Shelf = 'mine' | 'archived' | 'shared'

/** The conversations of a shelf, a page at a time. */
export const useConversations = (shelf: Shelf = 'mine') =>
  useInfiniteQuery({
    queryKey: [...keys.conversations, shelf],
    queryFn: ({ signal, pageParam }) =>
      call(endpoints.listConversations, {
        query: {
          limit: 100,
          of: shelf === 'shared' ? 'shared' : 'mine',
          archived: shelf === 'archived' ? '1' : '0',
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  })

/** Typing goes on until it rests this long. */
const SEARCH_PAUSE_MS = 200

/** Conversations that hold the words; asked once typing rests, what was found before stays until then. */
export function useSearch(sought: string) {
  const [rested, setRested] = useState(sought)
  useEffect(() => {
    const timer = setTimeout(() => setRested(sought), SEARCH_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [sought])
  return useQuery({
    queryKey: [...keys.conversations, 'search', rested],
    queryFn: ({ signal }) => call(endpoints.searchConversations, { query: { q: rested }, signal }),
    placeholderData: keepPreviousData,
  })
}

export const useCheckpoints = (id: string) =>
  useQuery({
    queryKey: keys.checkpoints(id),
    queryFn: ({ signal }) => call(endpoints.listCheckpoints, { params: { id }, signal }),
  })

export const useStarters = (id: string, isEnabled: boolean) =>
  useQuery({
    queryKey: keys.starters(id),
    queryFn: ({ signal }) => call(endpoints.listStarters, { params: { id }, signal }),
    enabled: isEnabled,
  })

export const useShare = (id: string, isEnabled = true) =>
  useQuery({
    queryKey: keys.share(id),
    queryFn: ({ signal }) => readShare(id, signal),
    enabled: isEnabled,
  })

export const useShareCheck = (id: string, lastEventSeq: number) =>
  useQuery({
    queryKey: keys.shareCheck(id, lastEventSeq),
    queryFn: ({ signal }) => checkShare(id, signal),
  })

export const useRecipients = (id: string) =>
  useQuery({
    queryKey: keys.recipients(id),
    queryFn: ({ signal }) => listRecipients(id, signal),
  })

/** The first rows of a kept result. Results never change. */
export const useFirstRows = (digest: string, isEnabled: boolean) =>
  useQuery({
    queryKey: keys.table(digest),
    queryFn: ({ signal }) => call(endpoints.readTable, { params: { digest }, query: { limit: 25 }, signal }),
    enabled: isEnabled,
    staleTime: Number.POSITIVE_INFINITY,
  })

const conversationQuery = (client: QueryClient, id: string) => ({
  queryKey: keys.conversation(id),
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Conversation> => {
    const fresh: Conversation = { ...(await call(endpoints.readConversation, { params: { id }, signal })), hidden: [] }
    return keepNewerTurns(client.getQueryData<Conversation>(keys.conversation(id)), fresh)
  },
})

/** Events after which more than the turn itself looks different. */
const changesTheList: ReadonlySet<TurnEvent['type']> = new Set(['turn-start', 'turn-end', 'rewind', 'undo-rewind'])

/** Reads a conversation and follows it: what another window asks appears here, too. */
export function useConversation(id: string) {
  const client = useQueryClient()
  const query = useQuery(conversationQuery(client, id))
  const [stream, setStream] = useState<StreamState>('connecting')
  const isRead = query.data !== undefined
  useEffect(() => {
    if (!isRead) return
    return followEvents({
      conversationId: id,
      after: () => client.getQueryData<Conversation>(keys.conversation(id))?.lastEventSeq ?? 0,
      onState: setStream,
      onEvent: (logged) => {
        client.setQueryData<Conversation>(keys.conversation(id), (known) => known && foldLive(known, logged))
        const { type } = logged.event
        if (!changesTheList.has(type)) return
        void client.invalidateQueries({ queryKey: keys.conversations })
        void client.invalidateQueries({ queryKey: keys.conversation(id), exact: true })
        void client.invalidateQueries({ queryKey: keys.checkpoints(id) })
        if (type !== 'turn-start') void client.invalidateQueries({ queryKey: keys.share(id) })
      },
    })
  }, [client, id, isRead])
  useReading(client, id, query.data)
  return { ...query, stream }
}

/** Shows the tables of files that the server is still reading as soon as it has read them. */
function useReading(client: QueryClient, id: string, conversation: Conversation | undefined): void {
  const importing = (conversation?.uploads ?? []).flatMap((upload) => (upload.importing ? [upload.id] : [])).join(' ')
  useEffect(() => {
    if (importing === '') return
    const leaving = new AbortController()
    const read = async (): Promise<void> => {
      await Promise.allSettled(importing.split(' ').map((uploadId) => untilRead(uploadId, leaving.signal)))
      if (leaving.signal.aborted) return
      await client.invalidateQueries({ queryKey: keys.conversation(id), exact: true })
      await client.invalidateQueries({ queryKey: keys.starters(id) })
    }
    void read()
    return () => leaving.abort()
  }, [client, id, importing])
}

/** Mutations that change how conversations are listed. */
export function useConversationChanges() {
  const client = useQueryClient()
  const refresh = (id?: string) =>
    Promise.all([
      client.invalidateQueries({ queryKey: keys.conversations }),
      ...(id
        ? [client.invalidateQueries({ queryKey: keys.conversation(id) }), client.invalidateQueries({ queryKey: keys.share(id) })]
        : []),
    ])
  const change = useMutation({
    mutationFn: ({ id, ...body }: { id: string; title?: string; isPinned?: boolean; isArchived?: boolean }) =>
      call(endpoints.changeConversation, { params: { id }, body }),
    onSuccess: ({ id, title, isPinned, isArchived }) => {
      client.setQueryData<Conversation>(keys.conversation(id), (known) => known && { ...known, title, isPinned, isArchived })
    },
    onSettled: (_, __, { id }) => refresh(id),
  })
  const remove = useMutation({
    mutationFn: (id: string) => call(endpoints.deleteConversation, { params: { id } }),
    onSettled: () => refresh(),
  })
  const restore = useMutation({
    mutationFn: (id: string) => call(endpoints.restoreConversation, { params: { id } }),
    onSettled: (_, __, id) => refresh(id),
  })
  return { change, remove, restore, refresh }
}

/** How many seconds have passed since `since`, counted on while `isRunning`. */
export function useSecondsSince(since: string, isRunning: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  const skew = useRef(0)
  useEffect(() => {
    if (!isRunning) return
    // The server's clock may be ahead of this one: a turn never runs for less than no time.
    skew.current = Math.max(0, Date.parse(since) - Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [since, isRunning])
  return Math.max(0, Math.round((now + skew.current - Date.parse(since)) / 1_000))
}
