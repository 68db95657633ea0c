import type { SelectHTMLAttributes } from 'react'
import { FieldFrame, type FrameWords } from './field-frame.tsx'

export interface SelectFieldProps extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id' | 'onChange'>, FrameWords {
  /** Values and the words that stand for them. */
  readonly choices: readonly (readonly [value: string, words: string])[]
  readonly onPick: (value: string) => void
}

/** A labelled choice of one from many. */
export const SelectField = ({ label, hint, error, choices, onPick, ...select }: SelectFieldProps) => (
  <FieldFrame label={label} hint={hint} error={error}>
    {(control) => (
      <select {...select} {...control} className="field" onChange={(event) => onPick(event.target.value)}>
        {choices.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    )}
  </FieldFrame>
)
