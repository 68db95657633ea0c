import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KnownError } from '../../contract/error.ts'
import type { SourceConfig, SshServer, TlsMode } from '../../contract/source.ts'
import type { SourceKind } from '../../contract/source-kind.ts'

/** What may be kept and shown in the open. */
export interface OpenConfig {
  readonly host?: string
  readonly port?: number
  readonly database?: string
  readonly user?: string
  readonly tls?: TlsMode
  readonly path?: string
  readonly ssh?: SshServer
  readonly warehouse?: string
  readonly role?: string
}

/** What may not. */
export interface SecretConfig {
  readonly password?: string
  readonly certificate?: string
  readonly clientCertificate?: string
  readonly clientKey?: string
  readonly sshPassword?: string
  readonly sshKey?: string
  readonly sshPassphrase?: string
  readonly signingKey?: string
}

const SECRETS = [
  'password',
  'certificate',
  'clientCertificate',
  'clientKey',
  'sshPassword',
  'sshKey',
  'sshPassphrase',
  'signingKey',
] as const satisfies (keyof SecretConfig)[]

/** All that is needed to reach a source. */
export interface Connection extends OpenConfig, SecretConfig {}

const SCHEMES: Partial<Record<SourceKind, readonly string[]>> = {
  postgres: ['postgres', 'postgresql'],
  mysql: ['mysql', 'mariadb'],
  sqlserver: ['sqlserver', 'mssql'],
  clickhouse: ['clickhouse', 'http', 'https'],
  trino: ['trino', 'http', 'https'],
  snowflake: ['snowflake', 'https'],
  bigquery: ['bigquery', 'https'],
}
const PORTS: Partial<Record<SourceKind, number>> = {
  postgres: 5432,
  mysql: 3306,
  sqlserver: 1433,
  clickhouse: 8123,
  trino: 8080,
  snowflake: 443,
  bigquery: 443,
}

const isFileKind = (kind: SourceKind): boolean => kind === 'sqlite' || kind === 'duckdb'

/** Services of the open net, which are never spoken to without a checked certificate unless that is said. */
const isService = (kind: SourceKind): boolean => kind === 'snowflake' || kind === 'bigquery'

/** Kinds that have a driver here. */
export const hasDriver = (kind: SourceKind): boolean => isFileKind(kind) || kind in SCHEMES

/**
 * Brings a url or a form's fields into one shape; `known` is what stands already and stays where nothing new is said.
 * Throws `invalid-input` with what is missing, `unavailable` for a kind without a driver.
 */
export function readConnection(kind: SourceKind, config: SourceConfig, known: Connection = {}): Connection {
  if (!hasDriver(kind))
    throw new KnownError('unavailable', `There is no driver for ${kind} in this version. The guide lists the kinds that work.`)
  const { url, ssh, ...fields } = config
  const fresh: Connection = {
    ...(url === undefined ? {} : isFileKind(kind) ? { path: pathOfUrl(url) } : partsOfUrl(kind, url)),
    ...withoutAbsent(fields),
  }
  const said = withSsh({ ...known, ...fresh }, ssh)
  if (isFileKind(kind)) {
    if (!said.path) throw new KnownError('invalid-input', 'Say where the file lies: path, or a url like file:/data/shop.sqlite.')
    if (!isAbsolute(said.path))
      throw new KnownError('invalid-input', 'The path of the file must begin at the root: /data/shop.sqlite.')
    return { path: said.path }
  }
  if (isService(kind)) return readService(kind, said, known, { ...fresh, ...(ssh ? { ssh } : {}) })
  if (!said.host) throw new KnownError('invalid-input', 'Say on which host the database runs.')
  if (kind === 'postgres' && !said.database) throw new KnownError('invalid-input', 'Say which database to open.')
  if ((said.clientCertificate === undefined) !== (said.clientKey === undefined))
    throw new KnownError('invalid-input', 'A client certificate needs its private key beside it, and the other way round.')
  const connection: Connection = { port: PORTS[kind] ?? 0, tls: 'prefer', ...said }
  requireOwnSecrets(connection, known, { ...fresh, ...(ssh ? { ssh } : {}) })
  return connection
}

function readService(kind: SourceKind, said: Connection, known: Connection, fresh: Connection): Connection {
  const host = said.host ?? (kind === 'bigquery' ? 'bigquery.googleapis.com' : undefined)
  if (!host) throw new KnownError('invalid-input', 'Say the host of the account, like myorg-account.snowflakecomputing.com.')
  if (kind === 'bigquery' && !said.signingKey)
    throw new KnownError('invalid-input', 'BigQuery needs the key of a service account: the JSON file that Google Cloud gave.')
  if (kind === 'snowflake' && !said.signingKey && !said.password)
    throw new KnownError('invalid-input', 'Snowflake needs a private key, or an access token as the password.')
  if (kind === 'snowflake' && said.signingKey && !said.user)
    throw new KnownError('invalid-input', 'Say whose private key this is: the user.')
  const isOpen = said.tls === 'off' || said.tls === 'require'
  const connection: Connection = { port: PORTS[kind] ?? 443, ...said, host, tls: isOpen ? said.tls : 'verify' }
  requireOwnSecrets(connection, known, fresh)
  return connection
}

/** The SSH server that is said, none for null, the known one where nothing is. Its kept key goes on where the server stays the same. */
function withSsh(connection: Connection, said: SourceConfig['ssh']): Connection {
  if (said === undefined) return connection
  const { ssh: known, ...others } = connection
  if (said === null) {
    const { sshPassword: _, sshKey: __, sshPassphrase: ___, ...direct } = others
    return direct
  }
  const isSame = known !== undefined && known.host === said.host && (known.port ?? 22) === (said.port ?? 22)
  const fingerprint = said.fingerprint ?? (isSame ? known.fingerprint : undefined)
  const { fingerprint: ____, ...server } = said
  return { ...others, ssh: { ...server, ...(fingerprint === undefined ? {} : { fingerprint }) } }
}

/** A kept password goes to the place that it was entered for, and to no other: else whoever may change a source could have it sent to a server of theirs. */
function requireOwnSecrets(now: Connection, known: Connection, said: Connection): void {
  const isElsewhere = known.host !== undefined && (now.host !== known.host || now.port !== known.port)
  const ways = [now, known].map(({ ssh }) => (ssh ? `${ssh.host} ${ssh.port ?? 22} ${ssh.user}` : ''))
  const isOtherWay = known.host !== undefined && ways[0] !== ways[1]
  if ((isElsewhere || isOtherWay) && known.password !== undefined && said.password === undefined)
    throw new KnownError('invalid-input', 'Write the password again: the kept one is not sent by another way or to another host.')
  if ((isElsewhere || isOtherWay) && known.signingKey !== undefined && said.signingKey === undefined)
    throw new KnownError('invalid-input', 'Paste the key again: the kept one signs in to no other host, and by no other way.')
  const hasKeptSsh = known.sshPassword !== undefined && said.sshPassword === undefined
  if (isOtherWay && now.ssh && hasKeptSsh)
    throw new KnownError('invalid-input', 'Write the password of the SSH server again: the kept one is not sent to another.')
}

function withoutAbsent<Shape extends object>(shape: Shape): { [K in keyof Shape]: Exclude<Shape[K], undefined> } {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as {
    [K in keyof Shape]: Exclude<Shape[K], undefined>
  }
}

function pathOfUrl(url: string): string {
  if (!url.startsWith('file:'))
    throw new KnownError('invalid-input', 'The url of a file begins with file:, like file:/data/shop.sqlite.')
  try {
    return url.startsWith('file:///') ? fileURLToPath(url) : decodeURIComponent(url.slice('file:'.length))
  } catch (cause) {
    throw new KnownError('invalid-input', 'The url of the file cannot be read. Write it like file:/data/shop.sqlite.', { cause })
  }
}

const TLS_WORDS: Readonly<Record<string, TlsMode>> = {
  disable: 'off',
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  'verify-ca': 'verify',
  'verify-full': 'verify',
  disabled: 'off',
  preferred: 'prefer',
  required: 'require',
  verify_ca: 'verify',
  verify_identity: 'verify',
}

function partsOfUrl(kind: SourceKind, text: string): Connection {
  const schemes = SCHEMES[kind] ?? []
  // NOTE: the text holds a password, so no error may quote it or carry its cause.
  if (!URL.canParse(text) || !schemes.includes(new URL(text).protocol.slice(0, -1)))
    throw new KnownError(
      'invalid-input',
      `The url begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}, like ${schemes[0]}://user:password@host/database. Signs like @ and / in a password are written as %40 and %2F.`,
    )
  const { protocol, hostname, port, pathname, username, password, searchParams } = new URL(text)
  const word = (searchParams.get('sslmode') ?? searchParams.get('ssl-mode') ?? '').toLowerCase()
  const tls: TlsMode | undefined =
    TLS_WORDS[word] ?? (protocol === 'https:' ? 'verify' : protocol === 'http:' ? 'off' : undefined)
  return withoutAbsent({
    host: hostname === '' ? undefined : hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? undefined : Number(port),
    database: pathname.length > 1 ? decoded(pathname.slice(1)) : undefined,
    user: username === '' ? undefined : decoded(username),
    password: password === '' ? undefined : decoded(password),
    tls,
    warehouse: searchParams.get('warehouse') ?? undefined,
    role: searchParams.get('role') ?? undefined,
  }) as Connection
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Takes apart what is kept in the open and what is sealed. */
export function splitConnection(connection: Connection): { open: OpenConfig; secrets: SecretConfig } {
  const isSecret = (name: string): boolean => SECRETS.some((secret) => secret === name)
  const parts = Object.entries(connection).filter(([, value]) => value !== undefined)
  return {
    open: Object.fromEntries(parts.filter(([name]) => !isSecret(name))) as OpenConfig,
    secrets: Object.fromEntries(parts.filter(([name]) => isSecret(name))) as SecretConfig,
  }
}
