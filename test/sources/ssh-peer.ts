import { generateKeyPairSync } from 'node:crypto'
import { type AddressInfo, connect } from 'node:net'
import ssh2 from 'ssh2'

/** An SSH server on this machine that forwards to where it may. */
export interface SshPeer {
  readonly port: number
  /** Where it was asked to forward to, in order. */
  readonly asked: string[]
  /** How often somebody tried to sign in. */
  readonly tries: () => number
  close(): Promise<void>
}

export const user = 'tunnel'
export const password = 'planted-ssh-password'
export const passphrase = 'planted-passphrase'

const pem = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey

/** The key that a person signs in with, locked by the passphrase. */
export const personKey = lockedKey()

// NOTE: one in 300 that ssh2 makes is broken: neither it nor OpenSSH reads it.
function lockedKey(): string {
  const key = ssh2.utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 4 }).private
  return ssh2.utils.parseKey(key, passphrase) instanceof Error ? lockedKey() : key
}

export async function startSshPeer(options: { mayForward?: boolean } = {}): Promise<SshPeer> {
  const asked: string[] = []
  let tries = 0
  const allowed = ssh2.utils.parseKey(personKey, passphrase)
  if (allowed instanceof Error || Array.isArray(allowed)) throw new Error('the key of the test cannot be read')
  const server = new ssh2.Server({ hostKeys: [pem()] }, (client) => {
    client.on('error', () => undefined)
    client.on('authentication', (attempt) => {
      if (attempt.method === 'none') return attempt.reject(['password', 'publickey'])
      tries++
      const isRight =
        attempt.username === user &&
        (attempt.method === 'password'
          ? attempt.password === password
          : attempt.method === 'publickey' &&
            attempt.key.data.equals(allowed.getPublicSSH()) &&
            (!attempt.signature || allowed.verify(attempt.blob ?? Buffer.alloc(0), attempt.signature, attempt.hashAlgo) === true))
      if (isRight) attempt.accept()
      else attempt.reject(['password', 'publickey'])
    })
    client.on('tcpip', (accept, reject, { destIP, destPort }) => {
      asked.push(`${destIP}:${destPort}`)
      if (options.mayForward === false) return reject()
      const socket = connect(destPort, destIP)
      socket.once('error', () => reject())
      socket.once('connect', () => {
        const channel = accept()
        channel.on('error', () => undefined)
        channel.on('close', () => socket.destroy())
        socket.on('close', () => channel.end())
        socket.pipe(channel).pipe(socket)
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    tries: () => tries,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
