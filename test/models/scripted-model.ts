import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Reply } from './reply.ts'
import { writeAnthropic, writeOpenAi } from './reply-protocols.ts'
import { readSent, type Sent } from './sent-request.ts'

/** One expected request: `check` throws where what was sent is not as it should be. */
export interface Expectation {
  readonly check?: (sent: Sent) => void
  readonly reply: Reply
}

export interface ScriptedModel {
  /** For OpenAI's protocol; Anthropic's is the same address. */
  readonly baseUrl: string
  readonly sent: readonly Sent[]
  /** What checks threw, and requests that nothing was scripted for. */
  readonly problems: readonly string[]
  /** How many requests were closed by the caller before their answer ended. */
  readonly abandoned: number
  script(expectations: readonly Expectation[] | ((sent: Sent) => Reply)): void
  close(): Promise<void>
}

/**
 * A model on loopback that says what a script tells it. Speaks OpenAI's chat completions (`/v1/chat/completions`, JSON and streamed),
 * Anthropic's messages (`/v1/messages`, streamed) and `/v1/models`. The script asserts on what was sent.
 */
export async function startScriptedModel(): Promise<ScriptedModel> {
  const sent: Sent[] = []
  const problems: string[] = []
  let abandoned = 0
  let expectations: Expectation[] = []
  let answer: ((sent: Sent) => Reply) | undefined

  const replyTo = (request: Sent): Reply => {
    if (answer) return answer(request)
    const expected = expectations.shift()
    if (!expected) {
      problems.push('a request that nothing was scripted for')
      return { fault: 'status', status: 500 }
    }
    try {
      expected.check?.(request)
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
    }
    return expected.reply
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url === '/v1/models') {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'scripted', object: 'model' }] }))
      return
    }
    response.on('close', () => {
      if (!response.writableEnded) abandoned += 1
    })
    const received = readSent(request, await text(request))
    sent.push(received)
    const reply = replyTo(received)
    if ('fault' in reply && reply.fault === 'status') {
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
      response.end(
        JSON.stringify({ error: { message: `scripted ${reply.status} for ${received.headers['authorization'] ?? ''}` } }),
      )
      return
    }
    await (received.protocol === 'anthropic'
      ? writeAnthropic(response, reply)
      : writeOpenAi(response, reply, received.isStreamed))
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      problems.push(String(error))
      response.destroy()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    sent,
    problems,
    get abandoned() {
      return abandoned
    },
    script(next) {
      sent.length = 0
      problems.length = 0
      answer = typeof next === 'function' ? next : undefined
      expectations = typeof next === 'function' ? [] : [...next]
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}
