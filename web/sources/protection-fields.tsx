import { type SourceConfig, TlsMode } from '../../contract/source.ts'
import { Icon } from '../controls/icon.tsx'
import { PemField } from '../controls/pem-field.tsx'
import { SelectField } from '../controls/select-field.tsx'
import { TextField } from '../controls/text-field.tsx'

const TLS_CHOICES = [
  ['prefer', 'TLS where the server offers it'],
  ['require', 'TLS always'],
  ['verify', 'TLS always, certificate and name checked'],
  ['off', 'No TLS'],
] as const satisfies [TlsMode, string][]

/** What stands in the form about the way to the database. Secrets are empty where the kept ones stay. */
export interface Protection {
  readonly tls: TlsMode
  readonly certificate: string
  readonly clientCertificate: string
  readonly clientKey: string
  readonly hasTunnel: boolean
  readonly sshHost: string
  readonly sshPort: string
  readonly sshUser: string
  readonly sshPassword: string
  readonly sshKey: string
  readonly sshPassphrase: string
  readonly fingerprint: string
}

type KeptConfig = {
  readonly tls?: TlsMode | undefined
  readonly ssh?: SourceConfig['ssh'] | undefined
  readonly hasCertificate: boolean
  readonly hasClientCertificate: boolean
  readonly hasSshPassword: boolean
  readonly hasSshKey: boolean
}

export const protectionOf = (kept?: KeptConfig): Protection => ({
  tls: kept?.tls ?? 'prefer',
  certificate: '',
  clientCertificate: '',
  clientKey: '',
  hasTunnel: Boolean(kept?.ssh),
  sshHost: kept?.ssh?.host ?? '',
  sshPort: String(kept?.ssh?.port ?? 22),
  sshUser: kept?.ssh?.user ?? '',
  sshPassword: '',
  sshKey: '',
  sshPassphrase: '',
  fingerprint: kept?.ssh?.fingerprint ?? '',
})

/** What the form says, as it is sent. `isTunneled`: there is a tunnel to take away. */
export function protectionSaid(protection: Protection, isTunneled: boolean): SourceConfig {
  const { tls, certificate, clientCertificate, clientKey, hasTunnel, sshPassword, sshKey, sshPassphrase } = protection
  const said = (name: string, text: string) => (text.trim() ? { [name]: text } : {})
  return {
    tls,
    ...said('certificate', certificate),
    ...said('clientCertificate', clientCertificate),
    ...said('clientKey', clientKey),
    ...(hasTunnel
      ? {
          ssh: {
            host: protection.sshHost.trim(),
            user: protection.sshUser.trim(),
            ...(protection.sshPort.trim() ? { port: Number(protection.sshPort) } : {}),
            ...said('fingerprint', protection.fingerprint.trim()),
          },
          ...said('sshPassword', sshPassword),
          ...said('sshKey', sshKey),
          ...said('sshPassphrase', sshPassphrase),
        }
      : isTunneled
        ? { ssh: null }
        : {}),
  }
}

interface ProtectionFieldsProps {
  readonly kept: KeptConfig | undefined
  readonly value: Protection
  readonly onChange: (change: Partial<Protection>) => void
}

/** TLS with its certificates, and the way through an SSH server. */
export function ProtectionFields({ kept, value, onChange }: ProtectionFieldsProps) {
  const { tls, hasTunnel } = value
  const stays = (isKept: boolean | undefined, otherwise: string) => (isKept ? 'Left empty, the kept one stays.' : otherwise)
  const field = (name: keyof Protection & `ssh${string}`) => ({
    value: String(value[name]),
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
    spellCheck: false,
    autoCapitalize: 'none',
  })
  return (
    <>
      <SelectField
        label="Protection"
        value={tls}
        choices={TLS_CHOICES}
        onPick={(picked) => onChange({ tls: TlsMode.options.find((mode) => mode === picked) ?? 'prefer' })}
      />
      {tls === 'verify' && (
        <PemField
          label="CA certificate, when it is your own"
          hint={kept?.hasCertificate ? stays(true, '') : undefined}
          begin="CERTIFICATE"
          value={value.certificate}
          onType={(certificate) => onChange({ certificate })}
        />
      )}
      {tls !== 'off' && (
        <details className="fold" open={kept?.hasClientCertificate}>
          <summary>
            <Icon name="right" />
            <span>Client certificate</span>
          </summary>
          <PemField
            label="Certificate"
            hint={stays(kept?.hasClientCertificate, 'For a server that asks who comes.')}
            begin="CERTIFICATE"
            value={value.clientCertificate}
            onType={(clientCertificate) => onChange({ clientCertificate })}
          />
          <PemField
            label="Its private key"
            hint={stays(kept?.hasClientCertificate, 'Kept encrypted. It never comes back.')}
            begin="PRIVATE KEY"
            value={value.clientKey}
            onType={(clientKey) => onChange({ clientKey })}
          />
        </details>
      )}
      <label className="check-line">
        <input
          type="checkbox"
          className="c"
          checked={hasTunnel}
          onChange={(event) => onChange({ hasTunnel: event.target.checked })}
        />
        Through an SSH server
      </label>
      {hasTunnel && (
        <fieldset className="tunnel">
          <legend className="sr">SSH server</legend>
          <div className="pair">
            <TextField label="SSH host" placeholder="bastion.example.com" {...field('sshHost')} />
            <TextField label="SSH port" inputMode="numeric" {...field('sshPort')} />
          </div>
          <TextField label="SSH user" autoComplete="off" {...field('sshUser')} />
          <PemField
            label="SSH private key"
            hint={stays(kept?.hasSshKey, 'A key or a password, either will do. Kept encrypted.')}
            begin="OPENSSH PRIVATE KEY"
            value={value.sshKey}
            onType={(sshKey) => onChange({ sshKey })}
          />
          <TextField label="Passphrase of the key" type="password" autoComplete="new-password" {...field('sshPassphrase')} />
          <TextField
            label="SSH password"
            type="password"
            autoComplete="new-password"
            hint={stays(kept?.hasSshPassword, 'Kept encrypted. It never comes back.')}
            {...field('sshPassword')}
          />
          <TextField
            label="Fingerprint of the SSH server"
            placeholder="SHA256:…"
            hint="Left empty, the key that the server shows at the first connection is kept; another one is refused from then on."
            value={value.fingerprint}
            spellCheck={false}
            autoCapitalize="none"
            onChange={(event) => onChange({ fingerprint: event.target.value })}
          />
        </fieldset>
      )}
    </>
  )
}
