import { useState } from 'react'
import { sentenceOf } from '../client/call-error.ts'
import { useConversations } from '../client/queries.ts'
import { Icon } from '../controls/icon.tsx'
import { Skeleton } from '../controls/skeleton.tsx'
import { ConversationEntry } from './conversation-entry.tsx'
import { groupByDate } from './group-by-date.ts'

/** My conversations: the pinned ones, then by date; or those put away. More come as they are asked for. */
export function ConversationList() {
  const [isArchive, setIsArchive] = useState(false)
  const conversations = useConversations(isArchive)
  const items = conversations.data?.pages.flatMap((page) => page.items) ?? []
  const pinned = isArchive ? [] : items.filter((item) => item.isPinned)
  const groups = groupByDate(
    items.filter((item) => !pinned.includes(item)),
    new Date(),
  )
  return (
    <nav aria-label={isArchive ? 'Archived conversations' : 'Conversations by date'}>
      {isArchive && (
        <button type="button" className="btn q back" onClick={() => setIsArchive(false)}>
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
      {conversations.data && items.length === 0 && (
        <p className="meta side-note">{isArchive ? 'Nothing is archived.' : 'No conversations yet. A file starts one.'}</p>
      )}
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
      {!isArchive && (
        <button type="button" className="btn q archive" onClick={() => setIsArchive(true)}>
          <Icon name="archive" />
          Archived
        </button>
      )}
    </nav>
  )
}
