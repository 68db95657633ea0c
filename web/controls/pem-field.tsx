import { useId } from 'react'

interface PemFieldProps {
  readonly label: string
  readonly hint?: string | undefined
  /** What stands behind BEGIN; a text in braces is JSON. */
  readonly begin: string
  readonly value: string
  readonly onType: (text: string) => void
}

/** A certificate or a key, pasted as text. */
export function PemField({ label, hint, begin, value, onType }: PemFieldProps) {
  const id = useId()
  return (
    <div className="fld">
      <label className="l" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className="field mono"
        rows={3}
        placeholder={begin.startsWith('{') ? begin : `-----BEGIN ${begin}-----`}
        spellCheck={false}
        autoComplete="off"
        aria-describedby={hint ? `${id}-said` : undefined}
        value={value}
        onChange={(event) => onType(event.target.value)}
      />
      {hint && (
        <p id={`${id}-said`} className="meta">
          {hint}
        </p>
      )}
    </div>
  )
}
