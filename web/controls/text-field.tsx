import { type InputHTMLAttributes, useId } from 'react'

export interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
}

/** A labelled field; what is wrong with it stands under it and is tied to it. */
export function TextField({ label, hint, error, ...input }: TextFieldProps) {
  const id = useId()
  const said = error ?? hint
  return (
    <div className="fld">
      <label className="l" htmlFor={id}>
        {label}
      </label>
      <input
        {...input}
        id={id}
        className="field"
        aria-invalid={error ? true : undefined}
        aria-describedby={said ? `${id}-said` : undefined}
      />
      {said && (
        <p id={`${id}-said`} className={error ? 'wrong' : 'meta'}>
          {said}
        </p>
      )}
    </div>
  )
}
