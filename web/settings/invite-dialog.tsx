import { useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { NewInvitation } from '../../contract/member.ts'
import type { Me } from '../../contract/person.ts'
import type { Role } from '../../contract/role.ts'
import { call } from '../client/call.ts'
import { settingsKeys } from '../client/settings-queries.ts'
import { CopyButton } from '../controls/copy-button.tsx'
import { FormDialog } from '../controls/form-dialog.tsx'
import { formatMoment } from '../controls/format-text.ts'
import { SelectField } from '../controls/select-field.tsx'
import { TextField } from '../controls/text-field.tsx'
import { refusalOf, useAct } from './use-act.ts'

interface InviteDialogProps {
  readonly me: Me
  readonly roles: readonly Role[]
  readonly onClose: () => void
}

/** Asks whom to invite as what; then shows the address to pass on, this once. */
export function InviteDialog({ me, roles, onClose }: InviteDialogProps) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState('analyst')
  const [made, setMade] = useState<NewInvitation>()
  const invite = useAct(() => call(endpoints.invite, { body: { email: email.trim(), role } }), {
    refresh: [settingsKeys.invitations],
    onDone: setMade,
    isForm: true,
  })
  const given = roles.filter(({ permissions }) => permissions.every((permission) => me.permissions.includes(permission)))
  if (made)
    return (
      <FormDialog title={`${made.email} is invited`} act="Done" cancel="Close" onAct={onClose} onClose={onClose}>
        <p className="dim">
          {made.isMailed ? 'A mail with this address is on its way. ' : 'Pass this address on. '}
          It is shown this once and lasts until {formatMoment(made.expiresAt)}.
        </p>
        <p className="once">
          <code>{made.url}</code>
          <CopyButton text={made.url} />
        </p>
      </FormDialog>
    )
  return (
    <FormDialog
      title="Invite somebody"
      act="Invite"
      error={refusalOf(invite.error)}
      isBusy={invite.isPending}
      canAct={email.trim() !== ''}
      onAct={() => invite.mutate(undefined)}
      onClose={onClose}
    >
      <TextField
        label="E-mail"
        type="email"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <SelectField
        label="Role"
        value={role}
        choices={given.map(({ name }) => [name, name] as const)}
        hint="Roles that reach no further than your own."
        onPick={setRole}
      />
    </FormDialog>
  )
}
