import { FieldFrame, type FrameWords } from './field-frame.tsx'

interface PastedFieldProps extends FrameWords {
  /** How such a text begins. */
  readonly placeholder: string
  readonly value: string
  readonly onType: (text: string) => void
}

/** A long text that is pasted whole: a key, say. */
export const PastedField = ({ placeholder, value, onType, ...words }: PastedFieldProps) => (
  <FieldFrame {...words}>
    {(control) => (
      <textarea
        {...control}
        className="field mono"
        rows={3}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={(event) => onType(event.target.value)}
      />
    )}
  </FieldFrame>
)
