import { useId } from 'react'
import { CallError } from '../client/call-error.ts'

interface NotesFileProps {
  readonly id: string
  readonly yaml: string
  readonly isReadOnly: boolean
  readonly error: Error | undefined
  readonly onChange: (yaml: string) => void
}

/** All notes as one YAML file, with what is wrong and where. */
export function NotesFile({ id, yaml, isReadOnly, error, onChange }: NotesFileProps) {
  const fieldId = useId()
  const problems = problemsOf(error)
  return (
    <div className="fld notes-file">
      <label className="l" htmlFor={fieldId}>
        Notes as YAML
      </label>
      <textarea
        id={fieldId}
        className="field mono"
        rows={Math.min(28, Math.max(12, yaml.split('\n').length + 1))}
        spellCheck={false}
        readOnly={isReadOnly}
        aria-invalid={problems.length > 0 ? true : undefined}
        aria-describedby={`${fieldId}-said`}
        value={yaml}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`${fieldId}-said`} className="meta">
        QRY writes the file anew on each save: comments of your own are not kept.{' '}
        <a href={`/api/sources/${id}/notes.yaml`} download>
          Download notes.yaml
        </a>
      </p>
      {problems.length > 0 && (
        <ul className="wrong" aria-label="What is wrong in the file">
          {problems.map(({ line, message }) => (
            <li key={`${line ?? ''} ${message}`}>
              {line !== undefined && <b>Line {line}: </b>}
              {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

interface Problem {
  readonly line?: number
  readonly message: string
}

function problemsOf(error: Error | undefined): readonly Problem[] {
  const details = error instanceof CallError ? error.details : undefined
  const problems = typeof details === 'object' && details !== null && 'problems' in details ? details.problems : undefined
  return Array.isArray(problems) ? (problems as Problem[]) : []
}
