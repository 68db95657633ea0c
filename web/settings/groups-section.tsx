import { useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { Group } from '../../contract/group.ts'
import type { Me } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { settingsKeys, useDirectory, useGroups } from '../client/settings-queries.ts'
import { FormDialog } from '../controls/form-dialog.tsx'
import { counted } from '../controls/format-text.ts'
import { Loaded } from '../controls/loaded.tsx'
import { TextField } from '../controls/text-field.tsx'
import { TickList } from '../controls/tick-list.tsx'
import { Section, Sheet } from './section.tsx'
import { refusalOf, useAct } from './use-act.ts'

type Asked = { readonly what: 'edit' | 'delete'; readonly group: Group | undefined }

/** Several people under one name: to show conversations to, and to grant data sources to. */
export function GroupsSection({ me }: { readonly me: Me }) {
  const groups = useGroups()
  const directory = useDirectory()
  const [asked, setAsked] = useState<Asked>()
  const close = () => setAsked(undefined)
  const people = directory.data?.people ?? []
  const namesOf = ({ members }: Group) => people.filter(({ id }) => members.includes(id)).map(({ name, email }) => name || email)
  return (
    <Section
      title="Groups"
      lead="Show a conversation or grant a data source to several people at once."
      action={
        <button type="button" className="btn p" onClick={() => setAsked({ what: 'edit', group: undefined })}>
          New group…
        </button>
      }
    >
      <Loaded of={groups} label="Loading groups">
        {({ items }) =>
          items.length === 0 ? (
            <p className="none dim">No groups in {me.tenant.name} yet.</p>
          ) : (
            <Sheet label="Groups" heads={['Name', 'Members#', 'Who', '']} foot={counted(items.length, 'group')}>
              {items.map((group) => (
                <tr key={group.id}>
                  <td>
                    <b>{group.name}</b>
                  </td>
                  <td className="n">{group.members.length}</td>
                  <td>
                    <span className="nm" title={namesOf(group).join(', ')}>
                      {namesOf(group).join(', ')}
                    </span>
                  </td>
                  <td className="acts">
                    <button
                      type="button"
                      className="btn q"
                      aria-label={`Change ${group.name}`}
                      onClick={() => setAsked({ what: 'edit', group })}
                    >
                      Change…
                    </button>
                    <button
                      type="button"
                      className="btn q"
                      aria-label={`Delete ${group.name}`}
                      onClick={() => setAsked({ what: 'delete', group })}
                    >
                      Delete…
                    </button>
                  </td>
                </tr>
              ))}
            </Sheet>
          )
        }
      </Loaded>
      {asked?.what === 'edit' && <GroupDialog group={asked.group} people={people} onClose={close} />}
      {asked?.what === 'delete' && asked.group && <DeleteGroup group={asked.group} onClose={close} />}
    </Section>
  )
}

interface GroupDialogProps {
  readonly group: Group | undefined
  readonly people: readonly { readonly id: string; readonly name: string; readonly email: string }[]
  readonly onClose: () => void
}

function GroupDialog({ group, people, onClose }: GroupDialogProps) {
  const [name, setName] = useState(group?.name ?? '')
  const [members, setMembers] = useState<readonly string[]>(group?.members ?? [])
  const body = { name: name.trim(), members: [...members] }
  const save = useAct(
    () => (group ? call(endpoints.changeGroup, { params: { id: group.id }, body }) : call(endpoints.createGroup, { body })),
    {
      refresh: [settingsKeys.groups, settingsKeys.members, settingsKeys.directory],
      said: (saved) => ({ text: `${saved.name} has ${counted(saved.members.length, 'member')}.` }),
      onDone: onClose,
      isForm: true,
    },
  )
  return (
    <FormDialog
      title={group ? `Change ${group.name}` : 'New group'}
      act={group ? 'Save' : 'Make the group'}
      error={refusalOf(save.error)}
      isBusy={save.isPending}
      canAct={name.trim() !== ''}
      onAct={() => save.mutate(undefined)}
      onClose={onClose}
    >
      <TextField
        label="Name"
        placeholder="Finance"
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TickList
        legend="Members"
        isLegendHidden
        items={people.map(({ id, name: called, email }) => ({ id, name: called || email, more: called ? email : undefined }))}
        chosen={members}
        onChange={setMembers}
      />
      {group && <p className="meta">Who is taken out no longer sees what was shown to the group.</p>}
    </FormDialog>
  )
}

function DeleteGroup({ group, onClose }: { readonly group: Group; readonly onClose: () => void }) {
  const remove = useAct(() => call(endpoints.deleteGroup, { params: { id: group.id } }), {
    refresh: [settingsKeys.groups, settingsKeys.members, settingsKeys.directory],
    said: () => ({ text: `The group ${group.name} is deleted.` }),
    onDone: onClose,
    isForm: true,
  })
  return (
    <FormDialog
      title={`Delete ${group.name}?`}
      act="Delete the group"
      cancel="Keep it"
      isGrave
      error={refusalOf(remove.error)}
      isBusy={remove.isPending}
      onAct={() => remove.mutate(undefined)}
      onClose={onClose}
    >
      <p className="dim">
        {counted(group.members.length, 'member')} no longer see what was shown or granted to it. The people stay.
      </p>
    </FormDialog>
  )
}
