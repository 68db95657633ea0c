import { type ReactNode, useId } from 'react'

/** What ties a control to its label and to what is said of it. */
export interface FramedControl {
  readonly id: string
  readonly 'aria-invalid': true | undefined
  readonly 'aria-describedby': string | undefined
}

export interface FrameWords {
  readonly label: string
  readonly hint?: string | undefined
  /** What is wrong; it stands in the hint's place. */
  readonly error?: string | undefined
}

/** A control under its label, with a hint or what is wrong with it below. */
export function FieldFrame({
  label,
  hint,
  error,
  children,
}: FrameWords & { readonly children: (control: FramedControl) => ReactNode }) {
  const id = useId()
  const said = error ?? hint
  const saidId = `${id}-said`
  return (
    <div className="fld">
      <label className="l" htmlFor={id}>
        {label}
      </label>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': said ? saidId : undefined })}
      {said && (
        <p id={saidId} className={error ? 'wrong' : 'meta'}>
          {said}
        </p>
      )}
    </div>
  )
}
