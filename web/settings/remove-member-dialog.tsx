import { useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { HandOver, Member } from '../../contract/member.ts'
import type { Me } from '../../contract/person.ts'
import type { Role } from '../../contract/role.ts'
import { call } from '../client/call.ts'
import { settingsKeys, useLinks } from '../client/settings-queries.ts'
import { FormDialog } from '../controls/form-dialog.tsx'
import { counted } from '../controls/format-text.ts'
import { SelectField } from '../controls/select-field.tsx'
import { refusalOf, useAct } from './use-act.ts'

interface RemoveMemberDialogProps {
  readonly me: Me
  readonly member: Member
  readonly members: readonly Member[]
  readonly roles: readonly Role[]
  readonly onClose: () => void
}

/** Takes a person out: says what ends, asks who gets what they have and what becomes of their links. */
export function RemoveMemberDialog({ me, member, members, roles, onClose }: RemoveMemberDialogProps) {
  const name = member.name || member.email
  const [to, setTo] = useState<string>(me.user.id)
  const [links, setLinks] = useState<HandOver['links']>('live')
  const { data: ledger } = useLinks(me.permissions.includes('shares:manage'))
  const open = ledger?.items.filter((entry) => entry.owner.id === member.id && entry.state === 'open').length
  const isAdmin = ({ role }: Member) => roles.find((known) => known.name === role)?.permissions.includes('members:manage')
  const heirs = members.filter((other) => other.id !== member.id && isAdmin(other))
  const remove = useAct(() => call(endpoints.removeMember, { params: { id: member.id }, body: { to, links } }), {
    refresh: [settingsKeys.members, settingsKeys.roles, settingsKeys.groups, settingsKeys.shares, settingsKeys.directory],
    said: () => ({ text: `${name} is no longer a member.` }),
    onDone: onClose,
    isForm: true,
  })
  const openLinks = open === undefined ? 'their links' : counted(open, 'open link')
  return (
    <FormDialog
      title={`Remove ${name}?`}
      act={links === 'revoked' && open ? `Remove and revoke ${counted(open, 'link')}` : 'Remove'}
      cancel="Keep"
      isGrave
      error={refusalOf(remove.error)}
      isBusy={remove.isPending}
      onAct={() => remove.mutate(undefined)}
      onClose={onClose}
    >
      <p className="dim">
        Sessions and API keys of {name} end at once. Conversations, files and {openLinks} go to somebody who stays.
      </p>
      <SelectField
        label="They go to"
        value={to}
        choices={heirs.map(
          (heir) => [heir.id, heir.id === me.user.id ? `${heir.name || heir.email} (you)` : heir.name || heir.email] as const,
        )}
        hint="An admin: whoever manages members."
        onPick={setTo}
      />
      <fieldset className="ticks">
        <legend className="sr">What becomes of the links</legend>
        <label>
          <input type="radio" name="links" checked={links === 'live'} onChange={() => setLinks('live')} />
          <span>
            Links stay live
            <span className="meta">Same addresses, same content, another owner.</span>
          </span>
        </label>
        <label>
          <input type="radio" name="links" checked={links === 'revoked'} onChange={() => setLinks('revoked')} />
          <span>
            Links are revoked
            <span className="meta">Readers get a plain 404 from the next request on. The addresses never come back.</span>
          </span>
        </label>
      </fieldset>
    </FormDialog>
  )
}
