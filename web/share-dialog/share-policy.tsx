import { useId } from 'react'
import { type SharePolicy, type SharePolicyChange, TurnOrTileId } from '../../contract/share.ts'
import { partNames, type ShareSubject } from './share-subject.ts'

const pad = (part: number) => String(part).padStart(2, '0')
const dayOf = (at: Date) => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`

/** The last moment of a day here, as the server keeps it. */
export const endOfDay = (day: string): string => new Date(`${day}T23:59:59`).toISOString()

/** The rules of a link; each change counts at once when the link exists. */
export function SharePolicyFields({
  policy,
  charts,
  subject,
  isBusy,
  onChange,
}: {
  readonly policy: SharePolicy
  /** What a link preview may show. */
  readonly charts: readonly { readonly id: string; readonly title: string }[]
  readonly subject: ShareSubject
  readonly isBusy: boolean
  readonly onChange: (change: SharePolicyChange) => void
}) {
  const id = useId()
  const closesOn = policy.expiresAt ? dayOf(new Date(policy.expiresAt)) : ''
  return (
    <div className="set">
      <div className="r">
        <label htmlFor={id}>Closes on</label>
        <input
          id={id}
          type="date"
          className="field"
          min={dayOf(new Date())}
          max="9999-12-31"
          disabled={isBusy}
          key={closesOn}
          defaultValue={closesOn}
          onBlur={(event) => {
            const day = event.target.value
            if (day !== closesOn && (day === '' || event.target.validity.valid))
              onChange({ expiresAt: day === '' ? null : endOfDay(day) })
          }}
        />
      </div>
      <p className="meta r-said">
        {closesOn ? 'After this day readers get a plain 404.' : 'No day: the link stays until you close it.'}
      </p>
      <PasswordRow hasPassword={policy.hasPassword} isBusy={isBusy} onChange={(password) => onChange({ password })} />
      <div className="r">
        <label htmlFor={`${id}-title`}>Title</label>
        <input
          id={`${id}-title`}
          className="field"
          placeholder={`The ${subject.kind}’s`}
          maxLength={200}
          disabled={isBusy}
          key={policy.title ?? ''}
          defaultValue={policy.title ?? ''}
          onBlur={(event) => {
            const title = event.target.value.trim()
            if (title !== (policy.title ?? '')) onChange({ title: title === '' ? null : title })
          }}
        />
      </div>
      <p className="meta r-said">Link previews show it too; without one they say only who shared.</p>
      {charts.length > 0 && (
        <div className="r r-last">
          <label htmlFor={`${id}-card`}>Preview picture</label>
          <select
            id={`${id}-card`}
            className="field"
            disabled={isBusy}
            value={policy.cardChartId ?? ''}
            onChange={(event) => onChange({ cardChartId: event.target.value === '' ? null : event.target.value })}
          >
            <option value="">None</option>
            {charts.map((chart) => (
              <option key={chart.id} value={chart.id}>
                {chart.title}
              </option>
            ))}
          </select>
        </div>
      )}
      {subject.kind === 'dashboard' && (
        <label className="sw">
          Follow refreshes: readers see the last stored one
          <input
            type="checkbox"
            role="switch"
            checked={policy.refreshed}
            disabled={isBusy}
            onChange={(event) => onChange({ refreshed: event.target.checked })}
          />
        </label>
      )}
      <label className="sw">
        Answers only, no SQL or tool calls
        <input
          type="checkbox"
          role="switch"
          checked={policy.answersOnly}
          disabled={isBusy}
          onChange={(event) => onChange({ answersOnly: event.target.checked })}
        />
      </label>
      <label className="sw">
        Files and tables can be taken along
        <input
          type="checkbox"
          role="switch"
          checked={policy.downloads}
          disabled={isBusy}
          onChange={(event) => onChange({ downloads: event.target.checked })}
        />
      </label>
      <label className="sw">
        Programs can read it as JSON and Markdown
        <input
          type="checkbox"
          role="switch"
          checked={policy.twins}
          disabled={isBusy}
          onChange={(event) => onChange({ twins: event.target.checked })}
        />
      </label>
      <label className="sw">
        Readers can step back to older versions
        <input
          type="checkbox"
          role="switch"
          checked={policy.versionsVisible}
          disabled={isBusy}
          onChange={(event) => onChange({ versionsVisible: event.target.checked })}
        />
      </label>
      <LeftOutTurns
        subject={subject}
        left={policy.excludeTurnIds}
        isBusy={isBusy}
        onChange={(excludeTurnIds) => onChange({ excludeTurnIds })}
      />
    </div>
  )
}

function PasswordRow({
  hasPassword,
  isBusy,
  onChange,
}: {
  readonly hasPassword: boolean
  readonly isBusy: boolean
  readonly onChange: (password: string | null) => void
}) {
  const id = useId()
  return (
    <div className="r r-last">
      <label htmlFor={id}>Password</label>
      <input
        id={id}
        type="password"
        className="field"
        placeholder={hasPassword ? 'Set' : 'None'}
        autoComplete="new-password"
        minLength={4}
        maxLength={200}
        disabled={isBusy}
        key={String(hasPassword)}
        onBlur={(event) => {
          if (event.target.value !== '' && event.target.validity.valid) onChange(event.target.value)
        }}
      />
      {hasPassword && (
        <button type="button" className="btn q" disabled={isBusy} onClick={() => onChange(null)}>
          Remove
        </button>
      )}
    </div>
  )
}

/** Questions that are not on the page, with the files that came with them. */
function LeftOutTurns({
  subject,
  left,
  isBusy,
  onChange,
}: {
  readonly subject: ShareSubject
  readonly left: SharePolicy['excludeTurnIds']
  readonly isBusy: boolean
  readonly onChange: (left: SharePolicy['excludeTurnIds']) => void
}) {
  return (
    <details className="fold leave">
      <summary>
        <span>{partNames[subject.kind].leave}</span>
        <span className="meta push">{left.length === 0 ? 'all' : `${left.length} left out`}</span>
      </summary>
      <div>
        {subject.parts.map((part) => (
          <label key={part.id} className="sw">
            <span className="cut">{part.title}</span>
            <input
              type="checkbox"
              checked={!left.some((id) => id === part.id)}
              disabled={isBusy}
              onChange={(event) =>
                onChange(event.target.checked ? left.filter((id) => id !== part.id) : [...left, TurnOrTileId.parse(part.id)])
              }
            />
          </label>
        ))}
      </div>
    </details>
  )
}
