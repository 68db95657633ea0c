import { type SelectHTMLAttributes, useId } from 'react'

export interface SelectFieldProps extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id' | 'onChange'> {
  readonly label: string
  readonly hint?: string | undefined
  /** Values and the words that stand for them. */
  readonly choices: readonly (readonly [value: string, words: string])[]
  readonly onPick: (value: string) => void
}

/** A labelled choice of one from many. */
export function SelectField({ label, hint, choices, onPick, ...select }: SelectFieldProps) {
  const id = useId()
  return (
    <div className="fld">
      <label className="l" htmlFor={id}>
        {label}
      </label>
      <select
        {...select}
        id={id}
        className="field"
        aria-describedby={hint ? `${id}-said` : undefined}
        onChange={(event) => onPick(event.target.value)}
      >
        {choices.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
      {hint && (
        <p id={`${id}-said`} className="meta">
          {hint}
        </p>
      )}
    </div>
  )
}
