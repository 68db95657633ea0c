import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface ReceivedLetter {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Empty where there is none. */
  readonly html: string
  readonly files: readonly ReceivedFile[]
}

export interface ReceivedFile {
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
  /** What `cid:` names it by; empty for one beside the letter. */
  readonly inlineId: string
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
        letters.push(letterOf(Buffer.concat(parts), session.envelope.rcptTo[0]?.address ?? ''))
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

/** Reads a letter with all its parts. */
function letterOf(raw: Buffer, to: string): ReceivedLetter {
  const [head] = splitHead(raw)
  const parts = partsOf(raw)
  const textOf = (type: string): string =>
    parts.find((part) => part.type === type && part.name === '')?.bytes.toString('utf8') ?? ''
  return {
    to,
    subject: decodeWords(fieldOf(head, 'subject')),
    text: textOf('text/plain'),
    html: textOf('text/html'),
    files: parts.filter(({ name }) => name !== ''),
  }
}

/** The leaves of a letter's tree of parts. */
function partsOf(raw: Buffer): ReceivedFile[] {
  const [head, body] = splitHead(raw)
  const type = fieldOf(head, 'content-type')
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (boundary) {
    const inside = body.toString('latin1').split(`--${boundary}`).slice(1, -1)
    return inside.flatMap((part) => partsOf(Buffer.from(part.replace(/^\r\n/, '').replace(/\r\n$/, ''), 'latin1')))
  }
  const encoding = fieldOf(head, 'content-transfer-encoding').toLowerCase()
  const name = decodeWords(/filename\*?="?([^";]+)"?/i.exec(fieldOf(head, 'content-disposition'))?.[1] ?? '')
  const inlineId = fieldOf(head, 'content-id').replace(/[<>]/g, '')
  return [{ name, type: type.split(';')[0]?.trim() ?? '', bytes: decodeBody(body, encoding), inlineId }]
}

function splitHead(raw: Buffer): [string, Buffer] {
  const at = raw.indexOf('\r\n\r\n')
  return [
    raw
      .subarray(0, at)
      .toString('utf8')
      .replace(/\r\n[ \t]+/g, ' '),
    raw.subarray(at + 4),
  ]
}

const fieldOf = (head: string, name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''

function decodeBody(body: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64')
  if (encoding !== 'quoted-printable') return body
  return unquote(body.toString('latin1').replace(/=\r\n/g, ''))
}

const unquote = (text: string): Buffer =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  )

/** Words of a header beyond ASCII: `=?UTF-8?Q?…?=`. */
const decodeWords = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, way: string, content: string) =>
      way.toLowerCase() === 'b' ? Buffer.from(content, 'base64').toString() : unquote(content.replaceAll('_', ' ')).toString(),
    )
