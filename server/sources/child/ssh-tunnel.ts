import { createHash } from 'node:crypto'
import type { Duplex } from 'node:stream'
import ssh2, { type ConnectConfig } from 'ssh2'
import { KnownError } from '../../../contract/error.ts'
import type { Connection } from '../connection.ts'
import type { Dial } from '../driver.ts'
import { networkError, unreachable } from '../drivers/sentences.ts'

const READY_TIMEOUT_MS = 10_000
const DEFAULT_PORT = 22

export interface Tunnel {
  /** Opens one way to the database through the SSH server. No port is opened on this machine. */
  readonly dial: Dial
  /** The key that the SSH server showed, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string
  close(): void
}

/**
 * Signs in to the SSH server. With a fingerprint known, nothing is said to a server that shows another key.
 * Throws `source-unreachable`, which names no host.
 */
export async function openTunnel(connection: Connection): Promise<Tunnel> {
  const { ssh, sshPassword, sshKey, sshPassphrase, host = '', port = 0 } = connection
  if (!ssh) throw new KnownError('invalid-input', 'There is no SSH server to go through.')
  const key = sshKey === undefined ? undefined : readKey(sshKey, sshPassphrase)
  const client = new ssh2.Client()
  const shown = { fingerprint: '' }
  const config: ConnectConfig = {
    host: ssh.host,
    port: ssh.port ?? DEFAULT_PORT,
    username: ssh.user,
    readyTimeout: READY_TIMEOUT_MS,
    keepaliveInterval: 15_000,
    ...(key === undefined ? {} : { privateKey: key }),
    ...(sshPassphrase === undefined ? {} : { passphrase: sshPassphrase }),
    ...(sshPassword === undefined ? {} : { password: sshPassword }),
    hostVerifier: (shownKey: Buffer) => {
      shown.fingerprint = fingerprintOf(shownKey)
      return ssh.fingerprint === undefined || ssh.fingerprint === shown.fingerprint
    },
  }
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve)
    client.once('error', (error) => reject(sshError(error, ssh.fingerprint, shown.fingerprint)))
    client.once('close', () => reject(unreachable('The SSH server closed the connection.', undefined)))
    client.connect(config)
  }).catch((error: unknown) => {
    client.on('error', () => undefined)
    client.end()
    throw error
  })
  // NOTE: a tunnel that breaks shows itself in the channels through it.
  client.on('error', () => undefined)
  return {
    fingerprint: shown.fingerprint,
    dial: () =>
      new Promise<Duplex>((resolve, reject) => {
        client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
          if (error)
            reject(
              unreachable(
                'The SSH server does not reach the database. Host and port are as the SSH server sees them; it must allow forwarding there.',
                error,
              ),
            )
          else resolve(channel)
        })
      }),
    close: () => {
      client.end()
    },
  }
}

export const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

/** NOTE: the library's own words for a key that it cannot read may quote the key. */
function readKey(key: string, passphrase: string | undefined): string {
  const first: unknown = [ssh2.utils.parseKey(key, passphrase)].flat()[0]
  if (first && !(first instanceof Error)) return key
  const isLocked = first instanceof Error && /passphrase|encrypted/i.test(first.message)
  throw unreachable(
    isLocked
      ? 'The SSH key is locked, and its passphrase is missing or wrong.'
      : 'The SSH key cannot be read. Paste a private key, from its BEGIN to its END line.',
    undefined,
  )
}

function sshError(error: Error & { level?: string }, known: string | undefined, shown: string): KnownError {
  if (known !== undefined && shown !== '' && known !== shown)
    return unreachable(
      `The SSH server shows another key (${shown}) than the one that is kept (${known}). Somebody may be in between. When the server really has a new key, write its fingerprint down in the connection.`,
      undefined,
    )
  if (error.level === 'client-authentication')
    return unreachable('The SSH server refused the login. Check its user, and the key or password.', undefined)
  const network = networkError(error)
  if (network) return unreachable(`The SSH server: ${network.message}`, undefined)
  if (error.level === 'client-timeout')
    return unreachable('The SSH server did not answer in time. A firewall may be in between.', undefined)
  return unreachable('The SSH server could not be reached, or does not speak SSH. Check its host and port.', undefined)
}
