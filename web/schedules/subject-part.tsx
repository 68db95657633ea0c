import { useId } from 'react'
import { useDashboards } from '../client/dashboard-queries.ts'
import { useConversation } from '../client/queries.ts'
import { useOwnConversations } from '../client/schedule-queries.ts'
import { SelectField } from '../controls/select-field.tsx'
import type { FormFields } from './form-fields.ts'

interface PartProps {
  readonly fields: FormFields
  readonly onSet: (change: Partial<FormFields>) => void
}

/** What is done: a question in one of my conversations, or one of my dashboards anew. */
export function SubjectPart({ fields, onSet }: PartProps) {
  const name = useId()
  const kinds = [
    ['question', 'Ask a question'],
    ['dashboard', 'Refresh a dashboard'],
  ] as const
  return (
    <div className="schedule-form">
      <div className="seg" role="radiogroup" aria-label="What to do">
        {kinds.map(([kind, words]) => (
          <label key={kind}>
            <input type="radio" name={name} checked={fields.kind === kind} onChange={() => onSet({ kind, tileId: '' })} />
            {words}
          </label>
        ))}
      </div>
      {fields.kind === 'question' ? (
        <QuestionPart fields={fields} onSet={onSet} />
      ) : (
        <DashboardPart fields={fields} onSet={onSet} />
      )}
    </div>
  )
}

function QuestionPart({ fields, onSet }: PartProps) {
  const id = useId()
  const own = useOwnConversations().data?.items ?? []
  return (
    <>
      <SelectField
        label="Conversation"
        hint="Its data is asked, and the answer stands there."
        value={fields.conversationId}
        choices={[['', 'Choose one'], ...own.map((one) => [one.id, one.title] as const)]}
        onPick={(conversationId) => onSet({ conversationId })}
      />
      {fields.conversationId !== '' && (
        <AskedBefore key={fields.conversationId} id={fields.conversationId} onPick={(question) => onSet({ question })} />
      )}
      <div className="fld">
        <label className="l" htmlFor={id}>
          Question
        </label>
        <textarea
          id={id}
          className="field"
          rows={2}
          aria-describedby={`${id}-said`}
          value={fields.question}
          onChange={(event) => onSet({ question: event.target.value })}
        />
        <p id={`${id}-said`} className="meta">
          In full: what was asked before it is not looked at. /sql works too.
        </p>
      </div>
      <label className="tick">
        <input
          className="c"
          type="checkbox"
          checked={fields.keepsOne}
          onChange={(event) => onSet({ keepsOne: event.target.checked })}
        />
        <span>
          Keep one answer, always the latest
          <span className="meta">Else each run adds one to the conversation.</span>
        </span>
      </label>
    </>
  )
}

/** Questions that this conversation answered, to take one. */
function AskedBefore({ id, onPick }: { readonly id: string; readonly onPick: (question: string) => void }) {
  const turns = useConversation(id).data?.turns ?? []
  const asked = [...new Set(turns.filter(({ status }) => status === 'answered').map(({ question }) => question))]
  if (asked.length === 0) return null
  return (
    <SelectField
      label="Take one that was asked there"
      value=""
      choices={[['', 'Or write another below'], ...asked.map((question) => [question, question.slice(0, 120)] as const)]}
      onPick={onPick}
    />
  )
}

function DashboardPart({ fields, onSet }: PartProps) {
  const own = (useDashboards().data?.items ?? []).filter(({ isMine }) => isMine)
  return (
    <SelectField
      label="Dashboard"
      hint="Its data is asked anew. A link that follows refreshes shows the new figures."
      value={fields.dashboardId}
      choices={[['', 'Choose one'], ...own.map(({ id, name }) => [id, name] as const)]}
      onPick={(dashboardId) => onSet({ dashboardId, tileId: '' })}
    />
  )
}
