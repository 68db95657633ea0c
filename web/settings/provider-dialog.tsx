import { useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { IdentityProvider } from '../../contract/identity-provider.ts'
import type { Me } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { settingsKeys, useRoles } from '../client/settings-queries.ts'
import { FormDialog } from '../controls/form-dialog.tsx'
import { SelectField } from '../controls/select-field.tsx'
import { TextField } from '../controls/text-field.tsx'
import { refusalOf, useAct } from './use-act.ts'

interface ProviderDialogProps {
  readonly me: Me
  /** Absent for one about to be added. */
  readonly provider: IdentityProvider | undefined
  readonly onClose: () => void
}

export function ProviderDialog({ me, provider, onClose }: ProviderDialogProps) {
  const roles = useRoles()
  const [fields, setFields] = useState({
    name: provider?.name ?? '',
    issuer: provider?.issuer ?? '',
    clientId: provider?.clientId ?? '',
    clientSecret: '',
    newRole: provider?.newRole ?? '',
    emailDomains: provider?.emailDomains.join(' ') ?? '',
  })
  const [trustsEmail, setTrustsEmail] = useState(provider?.trustsEmail ?? false)
  const field = (key: keyof typeof fields) => ({
    value: fields[key],
    onChange: (event: { target: { value: string } }) => setFields((now) => ({ ...now, [key]: event.target.value })),
  })
  const body = {
    name: fields.name.trim(),
    issuer: fields.issuer.trim(),
    clientId: fields.clientId.trim(),
    ...(fields.clientSecret ? { clientSecret: fields.clientSecret } : {}),
    newRole: fields.newRole || null,
    emailDomains: fields.emailDomains.split(/[\s,]+/).filter((domain) => domain !== ''),
    trustsEmail,
  }
  const save = useAct(
    () =>
      provider
        ? call(endpoints.changeIdentityProvider, { params: { id: provider.id }, body })
        : call(endpoints.createIdentityProvider, { body }),
    {
      refresh: [settingsKeys.providers],
      said: ({ name }) => ({ text: `${name} stands on the sign-in page.` }),
      onDone: onClose,
      isForm: true,
    },
  )
  const given = (roles.data?.items ?? []).filter(({ permissions }) =>
    permissions.every((permission) => me.permissions.includes(permission)),
  )
  return (
    <FormDialog
      title={provider ? `Change ${provider.name}` : 'Add a provider'}
      act={save.isPending ? 'Asking the issuer' : 'Save'}
      error={refusalOf(save.error)}
      isBusy={save.isPending}
      canAct={body.name !== '' && body.issuer !== '' && body.clientId !== ''}
      onAct={() => save.mutate(undefined)}
      onClose={onClose}
    >
      <TextField label="Name" placeholder="Google" hint="It stands on the button." maxLength={60} {...field('name')} />
      <TextField
        label="Issuer"
        placeholder="https://accounts.google.com"
        spellCheck={false}
        autoCapitalize="none"
        {...field('issuer')}
      />
      <TextField label="Client id" spellCheck={false} autoCapitalize="none" {...field('clientId')} />
      <TextField
        label="Client secret"
        type="password"
        autoComplete="off"
        hint={provider ? 'Left empty, the kept one stays.' : 'Kept encrypted. It never comes back.'}
        {...field('clientSecret')}
      />
      <SelectField
        label="Who is neither a member nor invited"
        value={fields.newRole}
        choices={[['', 'stays out'], ...given.map(({ name }) => [name, `becomes ${name}`] as const)]}
        onPick={(newRole) => setFields((now) => ({ ...now, newRole }))}
      />
      <TextField
        label="Only from these domains"
        placeholder="example.com"
        hint="Of the e-mail address, with spaces between. Empty: any."
        spellCheck={false}
        autoCapitalize="none"
        {...field('emailDomains')}
      />
      <label className="sw">
        Trust its addresses though it does not say that they are verified
        <input type="checkbox" role="switch" checked={trustsEmail} onChange={(event) => setTrustsEmail(event.target.checked)} />
      </label>
    </FormDialog>
  )
}
