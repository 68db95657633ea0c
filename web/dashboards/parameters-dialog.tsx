import { useId, useState } from 'react'
import { type GivenParameter, type Parameter, ParameterInputs, ParameterType } from '../../contract/parameter.ts'
import { DateField } from '../controls/date-field.tsx'
import { FormDialog } from '../controls/form-dialog.tsx'
import { Icon } from '../controls/icon.tsx'
import { SelectField } from '../controls/select-field.tsx'
import { TextField } from '../controls/text-field.tsx'

const typeWords: Readonly<Record<ParameterType, string>> = {
  text: 'Text',
  number: 'Number',
  date: 'Day',
  choice: 'One of a list',
}

interface Draft {
  readonly key: number
  readonly name: string
  readonly label: string
  readonly type: ParameterType
  readonly choices: string
  readonly default: string
  /** What is chosen now, as long as it can be. */
  readonly value?: string
}

interface ParametersDialogProps {
  readonly parameters: readonly Parameter[]
  readonly isBusy: boolean
  readonly error: string | undefined
  readonly onSave: (parameters: GivenParameter[]) => void
  readonly onClose: () => void
}

/** The parameters of a dashboard: their names in SQL, what people read, what may be chosen and what stands there first. */
export function ParametersDialog({ parameters, isBusy, error, onSave, onClose }: ParametersDialogProps) {
  const [drafts, setDrafts] = useState<readonly Draft[]>(() =>
    parameters.length > 0 ? parameters.map(draftOf) : [emptyDraft(0)],
  )
  const [problem, setProblem] = useState<string>()
  const set = (key: number, change: Partial<Draft>) =>
    setDrafts((all) => all.map((one) => (one.key === key ? { ...one, ...change } : one)))
  const save = () => {
    const inputs = drafts.map(inputOf)
    const read = ParameterInputs.safeParse(inputs)
    const [issue] = read.success ? [] : read.error.issues
    const place = typeof issue?.path[0] === 'number' ? drafts[issue.path[0]] : undefined
    setProblem(issue && `${place ? `${place.label || place.name || 'A parameter'}: ` : ''}${issue.message}`)
    if (!issue) onSave(inputs)
  }
  return (
    <FormDialog title="Parameters" act="Save" isBusy={isBusy} error={problem ?? error} onAct={save} onClose={onClose}>
      <p className="meta">
        In the SQL of a tile <code>$name</code> stands for the value that is chosen. It is bound, never written into the
        statement.
      </p>
      {drafts.map((draft) => (
        <DraftFields
          key={draft.key}
          draft={draft}
          onChange={(change) => set(draft.key, change)}
          onRemove={() => setDrafts((all) => all.filter((one) => one.key !== draft.key))}
        />
      ))}
      <button
        type="button"
        className="btn q"
        disabled={drafts.length >= 20}
        onClick={() => setDrafts((all) => [...all, emptyDraft(Math.max(0, ...all.map(({ key }) => key + 1)))])}
      >
        <Icon name="plus" />
        Add a parameter
      </button>
    </FormDialog>
  )
}

interface DraftFieldsProps {
  readonly draft: Draft
  readonly onChange: (change: Partial<Draft>) => void
  readonly onRemove: () => void
}

function DraftFields({ draft, onChange, onRemove }: DraftFieldsProps) {
  const { name, label, type, choices, default: first } = draft
  const id = useId()
  return (
    <fieldset className="param-draft">
      <legend className="sr">{label || name || 'New parameter'}</legend>
      <div className="pair">
        <TextField
          label="Name in SQL"
          value={name}
          maxLength={40}
          autoComplete="off"
          spellCheck={false}
          placeholder="region"
          onChange={(event) => onChange({ name: event.target.value.trim().replace(/^\$/, '') })}
        />
        <TextField
          label="What people read"
          value={label}
          maxLength={80}
          placeholder={name}
          onChange={(event) => onChange({ label: event.target.value })}
        />
      </div>
      <div className="pair">
        <SelectField
          label="Kind"
          value={type}
          choices={ParameterType.options.map((one) => [one, typeWords[one]] as const)}
          onPick={(value) => onChange({ type: ParameterType.parse(value) })}
        />
        {type === 'date' ? (
          <DateField label="Default" required value={first} onPick={(day) => onChange({ default: day })} />
        ) : (
          <TextField
            label="Default"
            inputMode={type === 'number' ? 'decimal' : undefined}
            value={first}
            maxLength={500}
            hint={type === 'choice' ? 'The first of the list, unless you say another.' : undefined}
            onChange={(event) => onChange({ default: event.target.value })}
          />
        )}
      </div>
      {type === 'choice' && (
        <div className="fld">
          <label className="l" htmlFor={id}>
            What can be chosen, one to a line
          </label>
          <textarea
            id={id}
            className="field"
            rows={4}
            value={choices}
            onChange={(event) => onChange({ choices: event.target.value })}
          />
        </div>
      )}
      <button type="button" className="btn q" aria-label={`Remove ${label || name || 'this parameter'}`} onClick={onRemove}>
        <Icon name="bin" />
        Remove
      </button>
    </fieldset>
  )
}

const emptyDraft = (key: number): Draft => ({ key, name: '', label: '', type: 'text', choices: '', default: '' })

const draftOf = ({ label = '', choices = [], ...parameter }: Parameter, key: number): Draft => ({
  ...parameter,
  key,
  label,
  choices: choices.join('\n'),
})

/** What was chosen stays, unless its kind or its list no longer has it; then the default is chosen. */
function inputOf({ name, label, type, choices, default: first, value }: Draft): GivenParameter {
  const list = choices
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const input: GivenParameter = {
    name,
    type,
    ...(label.trim() ? { label: label.trim() } : {}),
    ...(type === 'choice' ? { choices: list } : {}),
    ...(first === '' && type === 'choice' ? {} : { default: type === 'number' ? first.trim() : first }),
  }
  return value !== undefined && ParameterInputs.safeParse([{ ...input, value }]).success ? { ...input, value } : input
}
