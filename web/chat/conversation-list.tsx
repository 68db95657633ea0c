import { useState } from 'react'
import { sentenceOf } from '../client/call-error.ts'
import { type Shelf, useConversations } from '../client/queries.ts'
import { Icon } from '../controls/icon.tsx'
import { Skeleton } from '../controls/skeleton.tsx'
import { ConversationEntry } from './conversation-entry.tsx'
import { groupByDate } from './group-by-date.ts'

const names: Readonly<Record<Shelf, string>> = {
  mine: 'Conversations by date',
  archived: 'Archived conversations',
  shared: 'Conversations that others show me',
}
const nothing: Readonly<Record<Shelf, string>> = {
  mine: 'No conversations yet. A file starts one.',
  archived: 'Nothing is archived.',
  shared: 'Nobody shows you a conversation of theirs yet.',
}

/** My conversations: the pinned ones, then by date; or those put away, or what others show me. More come as they are asked for. */
export function ConversationList() {
  const [shelf, setShelf] = useState<Shelf>('mine')
  const conversations = useConversations(shelf)
  const items = conversations.data?.pages.flatMap((page) => page.items) ?? []
  const pinned = shelf !== 'mine' ? [] : items.filter((item) => item.isPinned)
  const groups = groupByDate(
    items.filter((item) => !pinned.includes(item)),
    new Date(),
  )
  return (
    <nav aria-label={names[shelf]}>
      {shelf !== 'mine' && (
        <button type="button" className="btn q back" onClick={() => setShelf('mine')}>
          <Icon name="left" />
          All conversations
        </button>
      )}
      {conversations.isPending && <Skeleton lines={4} label="Loading conversations" />}
      {conversations.error && (
        <div className="side-note">
          <p className="meta">{sentenceOf(conversations.error)}</p>
          <button type="button" className="btn q" onClick={() => void conversations.refetch()}>
            Try again
          </button>
        </div>
      )}
      {conversations.data && items.length === 0 && <p className="meta side-note">{nothing[shelf]}</p>}
      {[...(pinned.length > 0 ? [{ label: 'Pinned', items: pinned }] : []), ...groups].map(({ label, items: entries }) => (
        <section key={label} aria-label={label}>
          <h2 className="meta">{label}</h2>
          <ul>
            {entries.map((item) => (
              <ConversationEntry key={item.id} conversation={item} />
            ))}
          </ul>
        </section>
      ))}
      {conversations.hasNextPage && (
        <button
          type="button"
          className="btn q"
          disabled={conversations.isFetchingNextPage}
          onClick={() => void conversations.fetchNextPage()}
        >
          {conversations.isFetchingNextPage ? 'Loading' : 'Show older ones'}
        </button>
      )}
      {shelf === 'mine' && (
        <div className="shelves">
          <button type="button" className="btn q" onClick={() => setShelf('shared')}>
            <Icon name="person" />
            Shared with me
          </button>
          <button type="button" className="btn q" onClick={() => setShelf('archived')}>
            <Icon name="archive" />
            Archived
          </button>
        </div>
      )}
    </nav>
  )
}
