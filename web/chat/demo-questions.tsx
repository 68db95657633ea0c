import { useMutation } from '@tanstack/react-query'
import { endpoints } from '../../contract/endpoints.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useConversationChanges } from '../client/queries.ts'
import { Icon } from '../controls/icon.tsx'

/** Questions of the demo shop that run as they stand, and what comes of them. */
const questions = [
  ['Total revenue by month', 'line, two years'],
  ['Top 10 products by revenue', 'bars, 10 products'],
  ['Number of orders by channel', 'bars, 4 channels'],
  ['Average revenue by country this year', 'bars, 8 countries'],
] as const

/** Starts a conversation on the invented shop and asks the chosen question. */
export function DemoQuestions({ onBegun }: { readonly onBegun: (conversationId: string) => void }) {
  const { refresh } = useConversationChanges()
  const begin = useMutation({
    mutationFn: async (question: string) => {
      const { id } = await call(endpoints.createDemo, {})
      await call(endpoints.ask, { params: { id }, body: { question, uploadIds: [] } })
      return id
    },
    onSuccess: (id) => {
      void refresh()
      onBegun(id)
    },
  })
  return (
    <section className="ask" aria-labelledby="demo">
      <div className="hd2">
        <h2 id="demo">Or try the demo shop</h2>
        <span className="meta">
          {begin.isPending ? 'Reading the demo shop' : 'invented orders of a small outdoor shop, two years up to yesterday'}
        </span>
      </div>
      <ul>
        {questions.map(([question, hint]) => (
          <li key={question}>
            <button type="button" disabled={begin.isPending} onClick={() => begin.mutate(question)}>
              <span>{question}</span>
              <span className="meta num">{hint}</span>
              <Icon name="right" />
            </button>
          </li>
        ))}
      </ul>
      {begin.error && (
        <p className="wrong" role="alert">
          {sentenceOf(begin.error)}
        </p>
      )}
      <p className="meta below">
        These run as they stand. The basic analyst answers by fixed rules and needs no model; by hand, /sql, /chart and /python
        run as written.
      </p>
    </section>
  )
}
