import { useId } from 'react'
import type { SharePolicy, SharePolicyChange } from '../../contract/share.ts'

const pad = (part: number) => String(part).padStart(2, '0')
const dayOf = (at: Date) => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`

/** The last moment of a day here, as the server keeps it. */
export const endOfDay = (day: string): string => new Date(`${day}T23:59:59`).toISOString()

/** The rules of a link; each change counts at once when the link exists. */
export function SharePolicyFields({
  policy,
  isBusy,
  onChange,
}: {
  readonly policy: SharePolicy
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
        Files can be downloaded
        <input
          type="checkbox"
          role="switch"
          checked={policy.downloads}
          disabled={isBusy}
          onChange={(event) => onChange({ downloads: event.target.checked })}
        />
      </label>
    </div>
  )
}
