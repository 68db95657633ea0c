import type { ScheduleAlert } from '../../contract/schedule.ts'
import { useDashboard } from '../client/dashboard-queries.ts'
import { SelectField } from '../controls/select-field.tsx'
import { TextField } from '../controls/text-field.tsx'
import type { FormFields } from './form-fields.ts'
import { cooldowns } from './schedule-words.ts'

interface PartProps {
  readonly fields: FormFields
  readonly onSet: (change: Partial<FormFields>) => void
}

const reasons: readonly (readonly ['always' | ScheduleAlert['when'], string])[] = [
  ['always', 'Every time'],
  ['rows', 'Only when the result has rows'],
  ['no-rows', 'Only when the result has no rows'],
  ['above', 'Only when a number is above'],
  ['below', 'Only when a number is below'],
  ['changed', 'Only when the result has changed'],
]

/** When there is a reason to send, and for how long not again. */
export function AlertPart({ fields, onSet }: PartProps) {
  const { alert } = fields
  const comparesNumber = alert === 'above' || alert === 'below'
  return (
    <fieldset>
      <legend>Alert</legend>
      <div className="pair">
        <SelectField
          label="Send"
          value={alert}
          choices={reasons}
          onPick={(value) => onSet({ alert: reasons.find(([one]) => one === value)?.[0] ?? 'always' })}
        />
        {comparesNumber && (
          <TextField
            label="Number"
            inputMode="decimal"
            value={fields.value}
            onChange={(event) => onSet({ value: event.target.value })}
          />
        )}
        {alert !== 'always' && fields.kind === 'dashboard' && fields.dashboardId !== '' && (
          <TilePick fields={fields} onSet={onSet} />
        )}
        {comparesNumber && (
          <TextField
            label="Column"
            hint="Empty: the last column of numbers."
            value={fields.column}
            onChange={(event) => onSet({ column: event.target.value })}
          />
        )}
        {alert !== 'always' && (
          <SelectField
            label="After a message, quiet for"
            value={fields.cooldown}
            choices={cooldowns}
            onPick={(cooldown) => onSet({ cooldown })}
          />
        )}
      </div>
    </fieldset>
  )
}

function TilePick({ fields, onSet }: PartProps) {
  const tiles = (useDashboard(fields.dashboardId).data?.tiles ?? []).filter(({ table }) => table)
  return (
    <SelectField
      label="Looks at"
      value={fields.tileId}
      choices={[
        ['', fields.alert === 'changed' ? 'All tiles' : 'The first table'],
        ...tiles.map(({ id, title }) => [id, title] as const),
      ]}
      onPick={(tileId) => onSet({ tileId })}
    />
  )
}
