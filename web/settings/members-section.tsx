import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { Member } from '../../contract/member.ts'
import type { Me } from '../../contract/person.ts'
import type { Role } from '../../contract/role.ts'
import { call } from '../client/call.ts'
import { settingsKeys, useGroups, useMembers, useRoles } from '../client/settings-queries.ts'
import { counted, formatDay, formatMoment } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { Loaded } from '../controls/loaded.tsx'
import { AttributesDialog } from './attributes-dialog.tsx'
import { InvitationsTable } from './invitations-table.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { RemoveMemberDialog } from './remove-member-dialog.tsx'
import { MomentCell, Section, Sheet } from './section.tsx'
import { useAct } from './use-act.ts'

type Asked = { readonly what: 'attributes' | 'remove'; readonly member: Member }

/** Who belongs here, as what; who is invited; how somebody leaves. */
export function MembersSection({ me }: { readonly me: Me }) {
  const members = useMembers()
  const roles = useRoles()
  const [isInviting, setIsInviting] = useState(false)
  const [asked, setAsked] = useState<Asked>()
  const close = () => setAsked(undefined)
  return (
    <Section
      title="Members"
      lead={
        members.data
          ? `${counted(members.data.items.length, 'person', 'people')} of ${me.tenant.name}.`
          : `People of ${me.tenant.name}.`
      }
      action={
        <button type="button" className="btn p" disabled={!roles.data} onClick={() => setIsInviting(true)}>
          Invite…
        </button>
      }
    >
      <Loaded of={members} label="Loading members">
        {({ items }) => <MembersTable me={me} members={items} roles={roles.data?.items ?? []} onAsk={setAsked} />}
      </Loaded>
      <InvitationsTable />
      {isInviting && <InviteDialog me={me} roles={roles.data?.items ?? []} onClose={() => setIsInviting(false)} />}
      {asked?.what === 'attributes' && <AttributesDialog member={asked.member} onClose={close} />}
      {asked?.what === 'remove' && (
        <RemoveMemberDialog
          me={me}
          member={asked.member}
          members={members.data?.items ?? []}
          roles={roles.data?.items ?? []}
          onClose={close}
        />
      )}
    </Section>
  )
}

interface MembersTableProps {
  readonly me: Me
  readonly members: readonly Member[]
  readonly roles: readonly Role[]
  readonly onAsk: (asked: Asked) => void
}

const nameOf = ({ name, email }: Member): string => name || email

function MembersTable({ me, members, roles, onAsk }: MembersTableProps) {
  const groups = useGroups()
  const groupsOf = (member: Member) =>
    (groups.data?.items ?? []).filter(({ id }) => member.groups.includes(id)).map(({ name }) => name)
  return (
    <Sheet
      label="Members"
      heads={['Name', 'Role', 'Groups', 'Second factor', 'Last seen#', 'Joined#', '']}
      foot={counted(members.length, 'member')}
    >
      {members.map((member) => (
        <tr key={member.id}>
          <td>
            <span className="nm">{nameOf(member)}</span>
            {member.name && <span className="meta">{member.email}</span>}
          </td>
          <td>
            <RolePicker me={me} member={member} roles={roles} />
          </td>
          <td>{groupsOf(member).join(', ') || <span className="dim">–</span>}</td>
          <td>{member.hasSecondFactor ? 'On' : <span className="dim">Off</span>}</td>
          <MomentCell>{member.seenAt ? formatMoment(member.seenAt) : undefined}</MomentCell>
          <MomentCell>{formatDay(member.joinedAt)}</MomentCell>
          <td className="acts">
            <DropdownMenu.Root modal={false}>
              <DropdownMenu.Trigger className="btn q icon" aria-label={`More for ${nameOf(member)}`}>
                <Icon name="dots" />
              </DropdownMenu.Trigger>
              <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
                <DropdownMenu.Item className="item" onSelect={() => onAsk({ what: 'attributes', member })}>
                  <Icon name="pencil" />
                  Attributes…
                </DropdownMenu.Item>
                <DropdownMenu.Separator className="line" />
                <DropdownMenu.Item
                  className="item bad two-lines"
                  disabled={member.id === me.user.id}
                  onSelect={() => onAsk({ what: 'remove', member })}
                >
                  <Icon name="leave" />
                  <span>
                    Remove…
                    {member.id === me.user.id && <span className="meta">Another admin can take you out.</span>}
                  </span>
                </DropdownMenu.Item>
              </DropdownMenu.Content>
            </DropdownMenu.Root>
          </td>
        </tr>
      ))}
    </Sheet>
  )
}

/** Changing a role counts at once; the line that says so has the way back. */
function RolePicker({ me, member, roles }: { readonly me: Me; readonly member: Member; readonly roles: readonly Role[] }) {
  const change = useAct((role: string) => call(endpoints.changeMember, { params: { id: member.id }, body: { role } }), {
    refresh: [settingsKeys.members, settingsKeys.roles],
    said: ({ role }) => ({
      text: `${nameOf(member)} is now ${role}.`,
      action: { label: 'Undo', run: () => change.mutate(member.role) },
    }),
  })
  const isWithin = (role: Role) => role.permissions.every((permission) => me.permissions.includes(permission))
  const present = roles.find(({ name }) => name === member.role)
  return (
    <select
      className="field"
      aria-label={`Role of ${nameOf(member)}`}
      value={member.role}
      disabled={!present || !isWithin(present)}
      aria-disabled={change.isPending}
      onChange={(event) => !change.isPending && change.mutate(event.target.value)}
    >
      {!present && <option>{member.role}</option>}
      {roles.map((role) => (
        <option key={role.name} value={role.name} disabled={!isWithin(role)}>
          {role.name}
        </option>
      ))}
    </select>
  )
}
