import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface ReceivedLetter {
  readonly to: string
  readonly subject: string
  readonly text: string
}

export interface MailServer {
  /** For SMTP_URL. */
  readonly url: string
  readonly letters: ReceivedLetter[]
  /** The next letter to this address, which may be on its way still. */
  next(to: string): Promise<ReceivedLetter>
  close(): Promise<void>
}

/** A real SMTP server that keeps what it is given. */
export async function startMailServer(): Promise<MailServer> {
  const letters: ReceivedLetter[] = []
  let arrived = () => {}
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        letters.push(letterOf(Buffer.concat(parts).toString('utf8'), session.envelope.rcptTo[0]?.address ?? ''))
        arrived()
        done()
      })
    },
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}?from=qry@example.com`,
    letters,
    async next(to) {
      for (;;) {
        const at = letters.findIndex((letter) => letter.to === to)
        const [letter] = at < 0 ? [] : letters.splice(at, 1)
        if (letter) return letter
        await new Promise<void>((resolve) => {
          arrived = resolve
        })
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
      }),
  }
}

/** Reads a letter of one plain text part, quoted-printable or not. */
function letterOf(raw: string, to: string): ReceivedLetter {
  const [head = '', ...body] = raw.split('\r\n\r\n')
  const text = body.join('\r\n\r\n')
  const isQuoted = /content-transfer-encoding: quoted-printable/i.test(head)
  const plain = isQuoted
    ? text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text
  return { to, subject: /^subject: (.*)$/im.exec(head)?.[1] ?? '', text: plain }
}
