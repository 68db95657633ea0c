import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What the bot did in a chat, as Telegram would show it. */
export interface Sent {
  readonly method: string
  readonly chatId: number
  readonly text: string
  readonly file?: { readonly name: string; readonly bytes: Buffer }
  /** `callback_data` of the buttons, by what stands on them. */
  readonly buttons: ReadonlyMap<string, string>
  /** The message that was deleted. */
  readonly messageId?: number
}

export interface Account {
  readonly id: number
  readonly first_name: string
}

/**
 * A server that speaks as much of Telegram's Bot API as the bot needs, written from its documentation: long polling with one listener a bot (409 for a
 * second), webhooks with their secret, messages of at most 4,096 units whose HTML must be whole, files, and refusals with `retry_after`.
 */
export class BotApiPeer {
  readonly token = '123456:peer-token-of-the-test-bot'
  readonly username = 'shop_bot'
  readonly sent: Sent[] = []
  /** Names of the methods called, in order. */
  readonly calls: string[] = []
  webhook: { url: string; secret: string } | undefined
  pollers = 0
  mostPollers = 0
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(JSON.stringify({ ok: false, error_code: 500, description: String(error) }))
    })
  })
  readonly #happened = new EventEmitter({ captureRejections: false }).setMaxListeners(100)
  readonly #files = new Map<string, { bytes: Buffer; name: string }>()
  readonly #refusals = new Map<string, number[]>()
  #updates: { update_id: number }[] = []
  #number = 100

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    this.#happened.emit('anything')
    await closed
  }

  /** The next calls of the method are refused, each with its seconds to wait. */
  refuse(method: string, ...retryAfterSeconds: number[]): void {
    this.#refusals.set(method, retryAfterSeconds)
  }

  /** Somebody writes; answers the message's number. In a group where `group` is given. */
  async write(from: Account, text: string, group?: number, replyToBot = false): Promise<number> {
    return this.#bring(from, { text }, group, replyToBot)
  }

  async send(from: Account, name: string, bytes: Buffer, caption?: string): Promise<number> {
    const id = `file${++this.#number}`
    this.#files.set(id, { bytes, name })
    const document = { file_id: id, file_unique_id: id, file_name: name, file_size: bytes.byteLength }
    return this.#bring(from, { document, ...(caption ? { caption } : {}) })
  }

  async press(from: Account, data: string): Promise<void> {
    const message = { message_id: ++this.#number, date: 0, chat: { id: from.id, type: 'private', first_name: from.first_name } }
    await this.#deliver({
      callback_query: { id: `press${this.#number}`, from: { ...from, is_bot: false }, chat_instance: '1', message, data },
    })
  }

  /** Waits until the condition holds; it is looked at whenever the bot did something. */
  async until(condition: () => boolean, what: string): Promise<void> {
    const giveUp = AbortSignal.timeout(20_000)
    while (!condition()) {
      if (giveUp.aborted)
        throw new Error(
          `${what} did not happen. The bot called ${this.calls.join(' ')} and did: ${JSON.stringify(
            this.sent.map(({ method, text }) => `${method} ${text}`),
            null,
            1,
          )}`,
        )
      await once(this.#happened, 'anything', { signal: giveUp }).catch(() => undefined)
    }
  }

  async #bring(from: Account, content: object, group?: number, replyToBot = false): Promise<number> {
    const messageId = ++this.#number
    const chat = group
      ? { id: group, type: 'group', title: 'Crew' }
      : { id: from.id, type: 'private', first_name: from.first_name }
    const bot = { id: 123456, is_bot: true, first_name: 'Shop' }
    const reply = replyToBot ? { reply_to_message: { message_id: 1, date: 0, chat, from: bot, text: '…' } } : {}
    await this.#deliver({
      message: { message_id: messageId, date: 0, chat, from: { ...from, is_bot: false }, ...reply, ...content },
    })
    return messageId
  }

  async #deliver(content: object): Promise<void> {
    const update = { update_id: ++this.#number, ...content }
    if (!this.webhook) {
      this.#updates.push(update)
      this.#happened.emit('anything')
      return
    }
    const { url, secret } = this.webhook
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret },
      body: JSON.stringify(update),
    })
    if (!response.ok) throw new Error(`the webhook answered ${response.status}`)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(request.url ?? '')
    if (file) {
      const found = file[1] === this.token ? this.#files.get(file[2] ?? '') : undefined
      response.writeHead(found ? 200 : 404).end(found?.bytes)
      return
    }
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)/.exec(request.url ?? '') ?? []
    const say = (status: number, content: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
    const refuse = (status: number, description: string, parameters?: object) =>
      say(status, { ok: false, error_code: status, description, ...(parameters ? { parameters } : {}) })
    if (token !== this.token) return void refuse(401, 'Unauthorized')
    this.calls.push(method)
    const wait = this.#refusals.get(method)?.shift()
    if (wait !== undefined) return void refuse(429, `Too Many Requests: retry after ${wait}`, { retry_after: wait })
    const given = await fieldsOf(request, body)
    if (method === 'getUpdates' && (this.webhook || this.pollers > 0))
      return void refuse(409, 'Conflict: terminated by other getUpdates request')
    const problem = problemOf(given)
    if (problem) return void refuse(400, `Bad Request: ${problem}`)
    say(200, { ok: true, result: await this.#do(method, given, response) })
    this.#happened.emit('anything')
  }

  async #do(method: string, given: Fields, response: ServerResponse): Promise<unknown> {
    switch (method) {
      case 'getMe':
        return { id: 123456, is_bot: true, first_name: 'Shop', username: this.username }
      case 'getUpdates':
        return this.#poll(given, response)
      case 'setWebhook':
        this.webhook = { url: given.text('url'), secret: given.text('secret_token') }
        return true
      case 'deleteWebhook':
        this.webhook = undefined
        return true
      case 'getFile':
        return { file_id: given.text('file_id'), file_unique_id: 'u', file_path: given.text('file_id') }
      case 'sendMessage':
      case 'sendPhoto':
      case 'sendDocument':
      case 'deleteMessage':
        this.sent.push(sentOf(method, given))
        return method === 'deleteMessage'
          ? true
          : { message_id: ++this.#number, date: 0, chat: { id: Number(given.text('chat_id')) } }
      default:
        return true
    }
  }

  async #poll(given: Fields, response: ServerResponse): Promise<unknown> {
    this.pollers += 1
    this.mostPollers = Math.max(this.mostPollers, this.pollers)
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const over = AbortSignal.any([gone.signal, AbortSignal.timeout(Number(given.text('timeout') || 0) * 1000)])
    this.#updates = this.#updates.filter((update) => update.update_id >= Number(given.text('offset') || 0))
    while (this.#updates.length === 0 && !over.aborted)
      await once(this.#happened, 'anything', { signal: over }).catch(() => undefined)
    this.pollers -= 1
    return this.#updates
  }
}

interface Fields {
  text(name: string): string
  file(): { name: string; bytes: Buffer } | undefined
}

/** JSON, or multipart where a file comes along; grammY then names the file in its field as `attach://…`. */
async function fieldsOf(request: IncomingMessage, body: Buffer): Promise<Fields> {
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/')) {
    const given = (body.length > 0 ? JSON.parse(body.toString()) : {}) as Record<string, unknown>
    const text = (name: string) => {
      const value = given[name]
      return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
    }
    return { text, file: () => undefined }
  }
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  const files = [...form.values()].filter((value) => value instanceof File)
  const [first] = files
  const kept = first && { name: first.name, bytes: Buffer.from(await first.arrayBuffer()) }
  return {
    text: (name) => {
      const value = form.get(name)
      return typeof value === 'string' ? value : ''
    },
    file: () => kept,
  }
}

function sentOf(method: string, given: Fields): Sent {
  const markup = JSON.parse(given.text('reply_markup') || '{}') as {
    inline_keyboard?: { text: string; callback_data: string }[][]
  }
  const file = given.file()
  return {
    method,
    chatId: Number(given.text('chat_id')),
    text: given.text('text') || given.text('caption'),
    buttons: new Map((markup.inline_keyboard ?? []).flat().map((button) => [button.text, button.callback_data])),
    ...(file ? { file } : {}),
    ...(method === 'deleteMessage' ? { messageId: Number(given.text('message_id')) } : {}),
  }
}

const elements = new Set(['b', 'i', 's', 'code', 'pre', 'a', 'blockquote'])

/** Why Telegram would refuse the message. */
function problemOf(given: Fields): string | undefined {
  if (given.text('text').length > 4096) return 'message is too long'
  if (given.text('caption').length > 1024) return 'message caption is too long'
  if (given.text('parse_mode') !== 'HTML') return undefined
  const open: string[] = []
  for (const [, slash, name = ''] of given.text('text').matchAll(/<(\/?)(\w*)[^>]*>/g)) {
    if (!elements.has(name)) return `can't parse entities: unsupported start tag "${name}"`
    if (!slash) open.push(name)
    else if (open.pop() !== name) return `can't parse entities: unexpected end tag "${name}"`
  }
  return open.length > 0 ? `can't parse entities: can't find end tag of "${open.at(-1)}"` : undefined
}
