import { createTransport } from 'nodemailer'
import { KnownError } from '../../contract/error.ts'

export interface Attachment {
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
  /** Shown within the HTML part at `cid:…` of this, not beside it. */
  readonly inlineId?: string
}

export interface Letter {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html?: string
  readonly attachments?: readonly Attachment[]
}

/** The way out for mail. `send` resolves when the mail server has taken the letter; throws `unavailable` when it does not. */
export interface Mail {
  send(letter: Letter): Promise<void>
}

/** Mail over SMTP: `smtp://user:password@host:587?from=qry@example.com`; `smtps://` speaks TLS from the first byte. */
export function openMail(smtpUrl: string): Mail {
  const url = new URL(smtpUrl)
  const from = url.searchParams.get('from') ?? `qry@${url.hostname}`
  url.searchParams.delete('from')
  const transport = createTransport(url.href)
  return {
    async send({ to, subject, text, html, attachments = [] }) {
      const files = attachments.map(({ name, type, bytes, inlineId }) => ({
        filename: name,
        contentType: type,
        content: bytes,
        ...(inlineId === undefined ? {} : { cid: inlineId, contentDisposition: 'inline' as const }),
      }))
      try {
        await transport.sendMail({
          from: { name: 'QRY', address: from },
          to,
          subject,
          text,
          ...(html === undefined ? {} : { html }),
          attachments: files,
        })
      } catch (cause) {
        throw new KnownError('unavailable', 'The mail server did not take the letter. An admin finds the reason in the log.', {
          cause,
        })
      }
    },
  }
}
