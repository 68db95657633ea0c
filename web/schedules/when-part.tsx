import { sentenceOf } from '../client/call-error.ts'
import { useNextTimes } from '../client/schedule-queries.ts'
import { ClockField } from '../controls/clock-field.tsx'
import { DateField } from '../controls/date-field.tsx'
import { today } from '../controls/day.ts'
import { SelectField } from '../controls/select-field.tsx'
import { TextField } from '../controls/text-field.tsx'
import { momentIn, timeOf, type WhenFields, weekdays } from './when-fields.ts'

interface PartProps {
  readonly when: WhenFields
  /** The person's own; null follows this machine. */
  readonly zone: string | null
  readonly onSet: (change: Partial<WhenFields>) => void
}

const often: readonly (readonly [WhenFields['often'], string])[] = [
  ['once', 'Once'],
  ['hour', 'Every hour'],
  ['day', 'Every day'],
  ['weekdays', 'On weekdays, Monday to Friday'],
  ['week', 'Every week'],
  ['month', 'Every month'],
  ['pattern', 'By a cron pattern'],
]
const days = [
  ...Array.from({ length: 31 }, (_, place) => [String(place + 1), String(place + 1)] as const),
  ['L', 'the last one'] as const,
]
/** Monday first. */
const week = [1, 2, 3, 4, 5, 6, 0].map((day) => [String(day), weekdays[day] ?? ''] as const)

/** When, by which clock, and what that comes to. */
export function WhenPart({ when, zone, onSet }: PartProps) {
  const zones = Intl.supportedValuesOf('timeZone')
  const known = zones.includes(when.zone) ? zones : [when.zone, ...zones]
  return (
    <fieldset>
      <legend>When</legend>
      <div className="pair">
        <SelectField
          label="How often"
          value={when.often}
          choices={often}
          onPick={(value) => onSet({ often: often.find(([one]) => one === value)?.[0] ?? 'day' })}
        />
        {when.often === 'once' && (
          <DateField label="Day" required value={when.date} min={today()} onPick={(date) => onSet({ date })} />
        )}
        {when.often === 'week' && (
          <SelectField label="Day of the week" value={when.weekday} choices={week} onPick={(weekday) => onSet({ weekday })} />
        )}
        {when.often === 'month' && (
          <SelectField label="Day of the month" value={when.day} choices={days} onPick={(day) => onSet({ day })} />
        )}
        {when.often === 'pattern' ? (
          <TextField
            label="Pattern"
            className="mono"
            hint="Minute, hour, day of month, month, day of week."
            value={when.pattern}
            onChange={(event) => onSet({ pattern: event.target.value })}
          />
        ) : (
          <ClockField
            label={when.often === 'hour' ? 'At the minute of' : 'At'}
            value={when.clock}
            onPick={(clock) => onSet({ clock })}
          />
        )}
        <SelectField
          label="By the clock of"
          value={when.zone}
          choices={known.map((name) => [name, name.replaceAll('_', ' ')] as const)}
          onPick={(picked) => onSet({ zone: picked })}
        />
      </div>
      <NextTimes when={when} zone={zone} />
    </fieldset>
  )
}

function NextTimes({ when, zone }: Pick<PartProps, 'when' | 'zone'>) {
  const { data, error } = useNextTimes(timeOf(when))
  if (error) return <p className="wrong">{sentenceOf(error)}</p>
  const [next, ...later] = data?.times ?? []
  return (
    <p className="meta num" role="status">
      {next === undefined
        ? data && 'This time does not come any more.'
        : `Next: ${[next, ...later.slice(0, 2)].map((at) => momentIn(at, zone)).join('; ')}${zone && zone !== when.zone ? ` (in your zone, ${zone})` : ''}`}
    </p>
  )
}
