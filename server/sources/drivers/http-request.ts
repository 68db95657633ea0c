import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestSafely } from 'node:https'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Connection } from '../connection.ts'
import type { Dial } from '../driver.ts'
import { tlsOptions } from './tls-options.ts'

const CONNECT_TIMEOUT_MS = 10_000
const MAX_BODY_BYTES = 500_000_000
const unpack = promisify(gunzip)

export interface HttpAsked {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
}

/** Asks a source that speaks HTTP, signed in with user and password. The answer's body is still to be read. */
export async function requestSource(
  connection: Connection,
  { method, path, headers = {}, body, signal }: HttpAsked,
  dial?: Dial,
): Promise<IncomingMessage> {
  const { host, port, user, password, tls } = connection
  const isSafe = tls === 'require' || tls === 'verify'
  const authorization =
    password === undefined ? {} : { authorization: `Basic ${Buffer.from(`${user ?? ''}:${password}`).toString('base64')}` }
  const channel = dial && (await dial())
  const through = channel && (isSafe ? connectTls({ ...tlsOptions(connection), socket: channel }) : channel)
  return new Promise((resolve, reject) => {
    const send = isSafe ? requestSafely : requestPlain
    const sent = send(
      {
        host,
        port,
        method,
        path,
        headers: { ...authorization, ...headers },
        ...(isSafe ? tlsOptions(connection) : {}),
        ...(signal ? { signal } : {}),
        ...(through ? { createConnection: () => through } : {}),
      },
      resolve,
    )
    sent.on('error', reject)
    sent.on('socket', (socket) => {
      if (!socket.connecting) return
      socket.setTimeout(
        CONNECT_TIMEOUT_MS,
        () => socket.connecting && sent.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      )
    })
    sent.end(body)
  })
}

/** The whole answer as text; packed by gzip or not. */
export async function bodyText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  const isPacked = answer.headers['content-encoding'] === 'gzip'
  return (isPacked ? await unpack(bytes, { maxOutputLength: MAX_BODY_BYTES }) : bytes).toString('utf8')
}
