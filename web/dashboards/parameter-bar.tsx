import { useId, useState } from 'react'
import { type Parameter, valueProblem } from '../../contract/parameter.ts'
import { useAnnounce } from '../controls/announcer.tsx'
import { DateField } from '../controls/date-field.tsx'

export type Values = Readonly<Record<string, string>>

interface ParameterBarProps {
  readonly parameters: readonly Parameter[]
  /** Gets the values of all, one of which is new. */
  readonly onChoose: (values: Values) => void
}

/** What the tiles ask with, for whoever sees the dashboard to choose. */
export function ParameterBar({ parameters, onChoose }: ParameterBarProps) {
  const announce = useAnnounce()
  if (parameters.length === 0) return null
  const valuesOf = (read: (parameter: Parameter) => string): Values =>
    Object.fromEntries(parameters.map((parameter) => [parameter.name, read(parameter)]))
  const choose = (chosen: Parameter, value: string) => {
    announce(`${titleOf(chosen)}: ${value || 'empty'}. Asking.`)
    onChoose(valuesOf((one) => (one.name === chosen.name ? value : one.value)))
  }
  const isMoved = parameters.some(({ value, ...one }) => value !== one.default)
  return (
    <div className="params" role="group" aria-label="Parameters">
      {parameters.map((parameter) => (
        <ValueField
          key={`${parameter.name} ${parameter.type} ${parameter.value}`}
          parameter={parameter}
          onChoose={(value) => choose(parameter, value)}
        />
      ))}
      {isMoved && (
        <button type="button" className="btn q" onClick={() => onChoose(valuesOf((one) => one.default))}>
          Back to the defaults
        </button>
      )}
    </div>
  )
}

export const titleOf = ({ label, name }: Pick<Parameter, 'label' | 'name'>): string => label ?? name

interface ValueFieldProps {
  readonly parameter: Parameter
  readonly onChoose: (value: string) => void
}

/** One value. What is typed is asked for with Enter or when the field is left; a choice at once. */
function ValueField({ parameter, onChoose }: ValueFieldProps) {
  const { type, choices = [], value } = parameter
  const id = useId()
  const [draft, setDraft] = useState(value)
  const [isLeft, setIsLeft] = useState(false)
  const problem = valueProblem(type, choices, draft)
  const commit = (next: string) => {
    if (next !== value && valueProblem(type, choices, next) === undefined) onChoose(next)
  }
  const change = (next: string) => {
    setDraft(next)
    setIsLeft(false)
  }
  if (type === 'date') return <DateField label={titleOf(parameter)} required value={value} onPick={commit} />
  const isWrong = isLeft && problem !== undefined
  return (
    <div className="fld">
      <label className="l" htmlFor={id}>
        {titleOf(parameter)}
      </label>
      {type === 'choice' ? (
        <select id={id} className="field" value={value} onChange={(event) => commit(event.target.value)}>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          className={`field${type === 'text' ? '' : ' num'}`}
          inputMode={type === 'number' ? 'decimal' : undefined}
          maxLength={500}
          autoComplete="off"
          value={draft}
          aria-invalid={isWrong ? true : undefined}
          aria-describedby={isWrong ? `${id}-said` : undefined}
          onChange={(event) => change(type === 'number' ? event.target.value.trim() : event.target.value)}
          onBlur={() => {
            setIsLeft(true)
            commit(draft)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              setIsLeft(true)
              commit(draft)
            }
            if (event.key === 'Escape') setDraft(value)
          }}
        />
      )}
      {isWrong && (
        <p id={`${id}-said`} className="wrong" role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}
