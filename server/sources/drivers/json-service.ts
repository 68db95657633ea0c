import type { Connection } from '../connection.ts'
import type { Dial } from '../driver.ts'
import { bodyText, requestSource } from './http-request.ts'
import { unreachable, wrongLogin } from './sentences.ts'

export interface JsonAnswer<Body> {
  readonly status: number
  readonly body: Body
}

export interface JsonService {
  readonly connection: Connection
  readonly dial: Dial | undefined
  readonly userAgent: string
  /** The headers that sign one request in. */
  readonly signIn: () => Readonly<Record<string, string>>
  /** Answers that refuse the login. */
  readonly refusals: readonly number[]
  /** What is said of an answer that is no JSON. */
  readonly stranger: string
}

/** Asks a warehouse that speaks JSON over HTTP and signs requests in by a token. Throws `source-unreachable` for a refused login and for what is no JSON. */
export async function callService<Body>(
  { connection, dial, userAgent, signIn, refusals, stranger }: JsonService,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<JsonAnswer<Body>> {
  const headers = {
    ...signIn(),
    accept: 'application/json',
    'accept-encoding': 'gzip',
    'content-type': 'application/json',
    'user-agent': userAgent,
  }
  const { password: _, ...unsigned } = connection
  const asked = { method, path, headers, ...(body ? { body: JSON.stringify(body) } : {}) }
  const response = await requestSource(unsigned, asked, dial)
  const text = await bodyText(response)
  const { statusCode: status = 0 } = response
  if (refusals.includes(status)) throw wrongLogin(undefined)
  try {
    return { status, body: (text === '' ? {} : JSON.parse(text)) as Body }
  } catch (cause) {
    throw unreachable(stranger, cause)
  }
}
