import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { z } from 'zod'
import { endpoints } from '../../contract/endpoints.ts'
import type { Directory } from '../../contract/member.ts'
import type { Me } from '../../contract/person.ts'
import type { AccessLevel, Visibility } from '../../contract/visibility.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { type Conversation, keys, useConversationChanges } from '../client/queries.ts'
import { useDirectory } from '../client/settings-queries.ts'
import { FormDialog } from '../controls/form-dialog.tsx'
import { counted } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { Skeleton } from '../controls/skeleton.tsx'
import { useToast } from '../controls/toast.tsx'

interface VisibilityDialogProps {
  readonly conversation: Conversation
  readonly me: Me
  readonly onClose: () => void
}

/** Who inside the organisation may open a conversation, beside its owner. */
export function VisibilityDialog(props: VisibilityDialogProps) {
  const { id } = props.conversation
  const visibility = useQuery({
    queryKey: keys.visibility(id),
    queryFn: ({ signal }) => call(endpoints.readVisibility, { params: { id }, signal }),
  })
  const directory = useDirectory()
  if (visibility.data && directory.data) return <VisibilityForm {...props} before={visibility.data} directory={directory.data} />
  const error = visibility.error ?? directory.error
  return (
    <FormDialog title="Who can see this" act="Save" canAct={false} onAct={props.onClose} onClose={props.onClose}>
      {error ? <p className="dim">{sentenceOf(error)}</p> : <Skeleton lines={4} label="Reading who can see this" />}
    </FormDialog>
  )
}

type Named = Visibility['named'][number]
interface Subject {
  readonly id: Named['id']
  readonly name: string
  readonly isGroup: boolean
}

interface VisibilityFormProps extends VisibilityDialogProps {
  readonly before: Visibility
  readonly directory: z.infer<typeof Directory>
}

function VisibilityForm({ conversation: { id }, me, before, directory, onClose }: VisibilityFormProps) {
  const [to, setTo] = useState(before.to)
  const [named, setNamed] = useState<readonly Named[]>(before.named)
  const client = useQueryClient()
  const toast = useToast()
  const { refresh } = useConversationChanges()
  const change = useMutation({
    mutationFn: (body: Visibility) => call(endpoints.changeVisibility, { params: { id }, body }),
    onSuccess: (after) => {
      client.setQueryData(keys.visibility(id), after)
      void refresh(id)
      toast({ text: `${summaryOf(after, me)}.`, action: { label: 'Undo', run: () => change.mutate(before) } })
      onClose()
    },
  })
  const subjects: Subject[] = [
    ...directory.groups.map(({ id: groupId, name }) => ({ id: groupId, name, isGroup: true })),
    ...directory.people
      .filter((person) => person.id !== me.user.id)
      .map((person) => ({ id: person.id, name: person.name || person.email, isGroup: false })),
  ]
  const wanted: Visibility = { to, named: to === 'me' ? [] : [...named] }
  return (
    <FormDialog
      title="Who can see this"
      act={change.isPending ? 'Saving' : 'Save'}
      error={change.error ? sentenceOf(change.error) : undefined}
      isBusy={change.isPending}
      canAct={to !== 'named' || named.length > 0}
      onAct={() => change.mutate(wanted)}
      onClose={onClose}
    >
      <fieldset className="ticks">
        <legend className="sr">Who can see this</legend>
        {(
          [
            ['me', 'Only me', 'Nobody else in the organisation finds it.'],
            ['named', 'Named people or groups', 'They find it under “Shared with me”.'],
            ['tenant', `Everyone in ${me.tenant.name}`, 'All members may view; those named below may edit where it says so.'],
          ] as const
        ).map(([value, words, says]) => (
          <label key={value}>
            <input type="radio" name="seen-by" checked={to === value} onChange={() => setTo(value)} />
            <span>
              {words}
              <span className="meta">{says}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {to !== 'me' && <NamedList subjects={subjects} named={named} onChange={setNamed} />}
      <p className="meta">A public link is another matter: see Share. Only you share, delete, and say who sees it.</p>
    </FormDialog>
  )
}

interface NamedListProps {
  readonly subjects: readonly Subject[]
  readonly named: readonly Named[]
  readonly onChange: (named: readonly Named[]) => void
}

function NamedList({ subjects, named, onChange }: NamedListProps) {
  const addId = useId()
  const nameOf = (id: string): string => subjects.find((subject) => subject.id === id)?.name ?? 'Somebody who left'
  const left = subjects.filter(({ id }) => !named.some((one) => one.id === id))
  return (
    <>
      {named.length > 0 && (
        <ul className="named" aria-label="Named">
          {named.map(({ id, level }) => (
            <li key={id}>
              <span className="cut grow">{nameOf(id)}</span>
              <select
                className="field"
                aria-label={`What ${nameOf(id)} may do`}
                value={level}
                onChange={(event) => {
                  const chosen: AccessLevel = event.target.value === 'edit' ? 'edit' : 'view'
                  onChange(named.map((one) => (one.id === id ? { id, level: chosen } : one)))
                }}
              >
                <option value="view">may view</option>
                <option value="edit">may edit</option>
              </select>
              <button
                type="button"
                className="btn q icon"
                aria-label={`Take ${nameOf(id)} out`}
                onClick={() => onChange(named.filter((one) => one.id !== id))}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="fld">
        <label className="l" htmlFor={addId}>
          Add a person or group
        </label>
        <select
          id={addId}
          className="field"
          value=""
          disabled={left.length === 0}
          onChange={(event) => {
            const chosen = left.find(({ id }) => id === event.target.value)
            if (chosen) onChange([...named, { id: chosen.id, level: 'view' }])
          }}
        >
          <option value="">{left.length === 0 ? 'Nobody is left to add' : 'Choose'}</option>
          {left.map(({ id, name, isGroup }) => (
            <option key={id} value={id}>
              {isGroup ? `${name} (group)` : name}
            </option>
          ))}
        </select>
      </div>
    </>
  )
}

function summaryOf({ to, named }: Visibility, me: Me): string {
  if (to === 'tenant') return `Everyone in ${me.tenant.name} can see this`
  return to === 'me'
    ? 'Only you can see this'
    : `You and ${counted(named.length, 'named person or group', 'named people and groups')} can see this`
}
