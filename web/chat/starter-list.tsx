import { useStarters } from '../client/queries.ts'
import { Icon } from '../controls/icon.tsx'
import { Skeleton } from '../controls/skeleton.tsx'

/** Questions that were worked out from this data and run as they stand. */
export function StarterList({
  conversationId,
  isBusy,
  onAsk,
}: {
  readonly conversationId: string
  readonly isBusy: boolean
  readonly onAsk: (question: string) => void
}) {
  const starters = useStarters(conversationId, true)
  if (starters.isPending) return <Skeleton lines={4} label="Looking for questions" />
  const items = starters.data?.items ?? []
  if (items.length === 0) return null
  return (
    <section className="ask" aria-labelledby="starters">
      <div className="hd2">
        <h2 id="starters">Start with one of these</h2>
        <span className="meta">worked out from the columns; they run as they stand</span>
      </div>
      <ul>
        {items.map(({ question, hint }) => (
          <li key={question}>
            <button type="button" disabled={isBusy} onClick={() => onAsk(question)}>
              <span>{question}</span>
              <span className="meta num">{hint}</span>
              <Icon name="right" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
