import { useState } from 'react'
import { sentenceOf } from '../client/call-error.ts'
import { useNotes, useTeach } from '../client/notes-queries.ts'
import { useCatalog } from '../client/source-queries.ts'
import { type Meaning, withWord } from '../client/taught-notes.ts'
import { FormDialog } from '../controls/form-dialog.tsx'
import { SelectField } from '../controls/select-field.tsx'
import { Skeleton } from '../controls/skeleton.tsx'
import { useToast } from '../controls/toast.tsx'

interface TeachWordProps {
  readonly words: readonly string[]
  readonly sourceId: string
  readonly isBusy: boolean
  /** The question can be asked again. */
  readonly onTaught: () => void
}

const MOST_WORDS = 3

/** Says what a word that nobody knew means: it stands in the notes of the source from then on. */
export function TeachWord({ words, sourceId, isBusy, onTaught }: TeachWordProps) {
  const [asked, setAsked] = useState<string>()
  if (words.length === 0) return null
  return (
    <div className="row teach">
      {words.slice(0, MOST_WORDS).map((word) => (
        <button key={word} type="button" className="btn" disabled={isBusy} onClick={() => setAsked(word)}>
          Say what “{word}” means…
        </button>
      ))}
      {asked !== undefined && (
        <WordDialog word={asked} sourceId={sourceId} onTaught={onTaught} onClose={() => setAsked(undefined)} />
      )}
    </div>
  )
}

interface DialogProps extends Pick<TeachWordProps, 'sourceId' | 'onTaught'> {
  readonly word: string
  readonly onClose: () => void
}

function WordDialog({ word, sourceId, onTaught, onClose }: DialogProps) {
  const catalog = useCatalog(sourceId)
  const notes = useNotes(sourceId)
  const toast = useToast()
  const [picked, setPicked] = useState('')
  const [column, setColumn] = useState('')
  const teach = useTeach(sourceId)
  const keep = (meaning: Meaning) =>
    teach.mutate((known) => withWord(known, word, meaning), {
      onSuccess: () => {
        toast({ text: `Kept: “${word}” is known from now on. It stands in the notes of the source.` })
        onClose()
        onTaught()
      },
    })
  const [kind = '', name = ''] = picked === '' ? [] : [picked.slice(0, 1), picked.slice(1)]
  const tables = catalog.data?.tables ?? []
  const table = kind === 't' ? tables.find((one) => one.name === name) : undefined
  const metrics = Object.keys(notes.data?.notes.metrics ?? {})
  const failed = catalog.error ?? notes.error ?? teach.error
  return (
    <FormDialog
      title={`What “${word}” means`}
      act="Keep it and ask again"
      canAct={picked !== ''}
      isBusy={teach.isPending}
      error={failed ? sentenceOf(failed) : undefined}
      onAct={() => keep(kind === 'm' ? { metric: name } : { table: name, ...(column === '' ? {} : { column }) })}
      onClose={onClose}
    >
      {catalog.isPending || notes.isPending ? (
        <Skeleton lines={2} label="Reading what there is" />
      ) : (
        <SelectField
          label="It belongs to"
          value={picked}
          choices={[
            ['', 'Choose a table or a figure'],
            ...metrics.map((metric) => [`m${metric}`, `${metric}, a figure`] as const),
            ...tables.map((one) => [`t${one.name}`, one.name] as const),
          ]}
          onPick={(value) => {
            setPicked(value)
            setColumn('')
          }}
        />
      )}
      {table && (
        <SelectField
          label="There it is"
          value={column}
          choices={[['', 'each row itself'], ...table.columns.map((one) => [one.name, one.name] as const)]}
          onPick={setColumn}
        />
      )}
    </FormDialog>
  )
}
