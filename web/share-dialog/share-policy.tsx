import { type SharePolicy, type SharePolicyChange, TurnOrTileId } from '../../contract/share.ts'
import { DateField } from '../controls/date-field.tsx'
import { today } from '../controls/day.ts'
import { SelectField } from '../controls/select-field.tsx'
import { TextField } from '../controls/text-field.tsx'
import { partNames, type ShareSubject } from './share-subject.ts'

/** Rules that are on or off. */
const switches = [
  { rule: 'refreshed', words: 'Follow refreshes: readers see the last stored one' },
  { rule: 'answersOnly', words: 'Answers only, no SQL or tool calls' },
  { rule: 'downloads', words: 'Files and tables can be taken along' },
  { rule: 'twins', words: 'Programs can read it as JSON and Markdown' },
  { rule: 'versionsVisible', words: 'Readers can step back to older versions' },
] as const

/** The last moment of a day here, as the server keeps it. */
const endOfDay = (day: string): string => new Date(`${day}T23:59:59`).toISOString()

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
  const closesOn = policy.expiresAt ? today(new Date(policy.expiresAt)) : ''
  return (
    <div className="set">
      <DateField
        label="Closes on"
        hint={closesOn ? 'After this day readers get a plain 404.' : 'No day: the link stays until you close it.'}
        value={closesOn}
        min={today()}
        disabled={isBusy}
        onPick={(day) => onChange({ expiresAt: day === '' ? null : endOfDay(day) })}
      />
      <PasswordRow hasPassword={policy.hasPassword} isBusy={isBusy} onChange={(password) => onChange({ password })} />
      <TextField
        label="Title"
        hint="Link previews show it too; without one they say only who shared."
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
      {charts.length > 0 && (
        <SelectField
          label="Preview picture"
          disabled={isBusy}
          value={policy.cardChartId ?? ''}
          choices={[['', 'None'], ...charts.map((chart) => [chart.id, chart.title] as const)]}
          onPick={(chartId) => onChange({ cardChartId: chartId === '' ? null : chartId })}
        />
      )}
      {switches
        .filter(({ rule }) => rule !== 'refreshed' || subject.kind === 'dashboard')
        .map(({ rule, words }) => (
          <label key={rule} className="sw">
            {words}
            <input
              type="checkbox"
              role="switch"
              checked={policy[rule]}
              disabled={isBusy}
              onChange={(event) => onChange({ [rule]: event.target.checked })}
            />
          </label>
        ))}
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
  return (
    <div className="r">
      <TextField
        label="Password"
        type="password"
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
