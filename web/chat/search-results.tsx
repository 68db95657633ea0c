import { Link, useLocation } from 'wouter'
import type { FoundConversation } from '../../contract/search.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useSearch } from '../client/queries.ts'
import { counted } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { Skeleton } from '../controls/skeleton.tsx'

const parts = { question: 'asked', answer: 'answer', code: 'SQL' }

/** Conversations that hold the words, each with the places where they stand. */
export function SearchResults({ sought }: { readonly sought: string }) {
  const found = useSearch(sought)
  const items = found.data?.items
  return (
    <nav aria-label="Search results">
      {found.isPending && <Skeleton lines={4} label="Searching" />}
      {found.error && <p className="meta side-note">{sentenceOf(found.error)}</p>}
      {items && (
        <p className="meta side-note" role="status">
          {items.length === 0
            ? `Nothing holds “${sought}”. Every word is looked for in titles, questions, answers and SQL.`
            : counted(items.length, 'conversation')}
        </p>
      )}
      <ul className="found">
        {items?.map((item) => (
          <Found key={item.id} item={item} />
        ))}
      </ul>
    </nav>
  )
}

function Found({ item }: { readonly item: FoundConversation }) {
  const [path] = useLocation()
  const { id, title, isArchived, hits } = item
  return (
    <li>
      <Link href={`/c/${id}`} aria-current={path === `/c/${id}` ? 'page' : undefined}>
        <span className="cut grow">{title}</span>
        {isArchived && (
          <>
            <span className="sr">, archived</span>
            <Icon name="archive" />
          </>
        )}
      </Link>
      {hits.map(({ turnId, part, before, match, after }) => (
        <Link key={turnId} className="hit" href={`/c/${id}#${turnId}`}>
          <span className="meta">{parts[part]}</span>
          <span>
            {before}
            <mark>{match}</mark>
            {after}
          </span>
        </Link>
      ))}
    </li>
  )
}
