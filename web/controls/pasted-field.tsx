import { useId } from 'react'

interface PastedFieldProps {
  readonly label: string
  readonly hint?: string | undefined
  /** How such a text begins. */
  readonly placeholder: string
  readonly value: string
  readonly onType: (text: string) => void
}

/** A long text that is pasted whole: a key, say. */
export function PastedField({ label, hint, placeholder, value, onType }: PastedFieldProps) {
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
        placeholder={placeholder}
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
