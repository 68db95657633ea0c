import type { SourceConfig } from '../../contract/source.ts'
import { PastedField } from '../controls/pasted-field.tsx'
import { PemField } from '../controls/pem-field.tsx'
import { TextField } from '../controls/text-field.tsx'

/** What stands in the form of a warehouse that is a service. Secrets are empty where the kept ones stay. */
export interface ServiceText {
  readonly host: string
  readonly database: string
  readonly user: string
  readonly password: string
  readonly warehouse: string
  readonly role: string
  readonly signingKey: string
}

const FIELDS = {
  snowflake: ['host', 'database', 'user', 'password', 'warehouse', 'role', 'signingKey'],
  bigquery: ['database', 'signingKey'],
} as const satisfies Record<string, (keyof ServiceText)[]>

/** What the form says, as it is sent. */
export const serviceSaid = (service: keyof typeof FIELDS, text: ServiceText): SourceConfig =>
  Object.fromEntries(FIELDS[service].flatMap((name) => (text[name].trim() ? [[name, text[name].trim()]] : [])))

interface ServiceFieldsProps {
  readonly service: keyof typeof FIELDS
  readonly kept: { readonly hasPassword: boolean; readonly hasSigningKey: boolean } | undefined
  readonly value: ServiceText
  readonly onChange: (change: Partial<ServiceText>) => void
}

/** Where a warehouse's account is and what signs in to it. It is reached by TLS with its certificate checked, so there is nothing to choose. */
export function ServiceFields({ service, kept, value, onChange }: ServiceFieldsProps) {
  const field = (name: keyof ServiceText) => ({
    value: value[name],
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
    spellCheck: false,
    autoCapitalize: 'none',
  })
  const stays = (isKept: boolean | undefined, otherwise: string) => (isKept ? 'Left empty, the kept one stays.' : otherwise)
  if (service === 'bigquery')
    return (
      <>
        <TextField
          label="Project"
          placeholder="my-project"
          hint="Left empty, the project of the key. my-project.shop keeps to one dataset."
          {...field('database')}
        />
        <PastedField
          label="Key of a service account"
          hint={stays(
            kept?.hasSigningKey,
            'The JSON file that Google Cloud gave, pasted whole. Kept encrypted. It never comes back.',
          )}
          placeholder='{"type": "service_account", …}'
          value={value.signingKey}
          onType={(signingKey) => onChange({ signingKey })}
        />
      </>
    )
  return (
    <>
      <TextField label="Host" placeholder="myorg-account.snowflakecomputing.com" {...field('host')} />
      <TextField
        label="Database"
        placeholder="SHOP"
        hint="Capital letters count. SHOP.PUBLIC keeps to one schema."
        {...field('database')}
      />
      <div className="pair">
        <TextField label="Warehouse" hint="Left empty, the login’s own." {...field('warehouse')} />
        <TextField label="Role" hint="Left empty, the login’s own." {...field('role')} />
      </div>
      <TextField label="User" autoComplete="off" {...field('user')} />
      <PemField
        label="Private key"
        hint={stays(kept?.hasSigningKey, 'Of the user’s key pair, without a passphrase. Kept encrypted. It never comes back.')}
        begin="PRIVATE KEY"
        value={value.signingKey}
        onType={(signingKey) => onChange({ signingKey })}
      />
      <TextField
        label="Access token, instead of a key"
        type="password"
        autoComplete="new-password"
        hint={stays(kept?.hasPassword, 'A programmatic access token of the user.')}
        {...field('password')}
      />
    </>
  )
}
