import { useId, useState } from 'react'
import type { CatalogColumn } from '../../contract/catalog.ts'
import type { ColumnNotes } from '../../contract/notes.ts'
import { FormDialog } from '../controls/form-dialog.tsx'
import { TextField } from '../controls/text-field.tsx'
import { commas, listOf, readValues, writeValues } from './notes-words.ts'

interface ColumnDialogProps {
  readonly column: CatalogColumn
  readonly noted: ColumnNotes
  readonly onSave: (next: ColumnNotes) => void
  readonly onClose: () => void
}

/** What people call a column, what it means, and other words for its values. */
export function ColumnDialog({ column, noted, onSave, onClose }: ColumnDialogProps) {
  const [name, setName] = useState(noted.name ?? '')
  const [synonyms, setSynonyms] = useState(commas(noted.synonyms))
  const [definition, setDefinition] = useState(noted.definition ?? '')
  const [values, setValues] = useState(writeValues(noted.values))
  const [isHidden, setIsHidden] = useState(noted.isHidden ?? false)
  const fieldId = useId()
  const sample = (column.values ?? []).slice(0, 3).map(({ value }) => String(value))
  return (
    <FormDialog
      title={column.name}
      act="Done"
      onClose={onClose}
      onAct={() =>
        onSave({
          name: name.trim() || undefined,
          synonyms: listOf(synonyms),
          definition: definition.trim() || undefined,
          values: readValues(values),
          isHidden,
        })
      }
    >
      <TextField label="Called" maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
      <TextField
        label="Also called"
        hint="Several with commas between them."
        value={synonyms}
        onChange={(event) => setSynonyms(event.target.value)}
      />
      <TextField
        label="What it means"
        maxLength={1000}
        value={definition}
        onChange={(event) => setDefinition(event.target.value)}
      />
      <div className="fld">
        <label className="l" htmlFor={fieldId}>
          Other words for its values
        </label>
        <textarea
          id={fieldId}
          className="field mono"
          rows={4}
          placeholder={'DE = Germany, German'}
          aria-describedby={`${fieldId}-said`}
          value={values}
          onChange={(event) => setValues(event.target.value)}
        />
        <p id={`${fieldId}-said`} className="meta">
          One value on each line{sample.length > 0 ? `; it holds ${sample.join(', ')}` : ''}.
        </p>
      </div>
      <label className="tick">
        <input type="checkbox" checked={isHidden} onChange={(event) => setIsHidden(event.target.checked)} />
        Hide this column from analysts
      </label>
    </FormDialog>
  )
}
