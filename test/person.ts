import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { z } from 'zod'
import { Conversation } from '../contract/conversation.ts'
import type { ShareState } from '../contract/share.ts'
import type { TurnWithRows } from '../contract/turn.ts'
import type { Upload } from '../contract/upload.ts'

export interface Answer<Body> {
  readonly status: number
  readonly body: Body
}

/** A person who speaks to a server's API as a program does: with a cookie or a key. */
export class Person {
  readonly #url: string
  readonly #headers: Record<string, string>

  private constructor(url: string, headers: Record<string, string>) {
    this.#url = url
    this.#headers = headers
  }

  static withKey = (url: string, key: string): Person => new Person(url, { authorization: `Bearer ${key}` })

  /** With the cookie of a `Set-Cookie` header. */
  static withCookie = (url: string, setCookie: string): Person => new Person(url, { cookie: setCookie.split(';')[0] ?? '' })

  /** Makes the first owner. */
  static async owner(url: string, email = 'owner@example.com'): Promise<Person> {
    const response = await fetch(`${url}/api/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: 'correct horse battery', organisation: 'Ridge Outdoor' }),
    })
    if (!response.ok) throw new Error(await response.text())
    return Person.withCookie(url, response.headers.get('set-cookie') ?? '')
  }

  /** The same person at another address of the same data: a restarted server, say. */
  at = (url: string): Person => new Person(url, this.#headers)

  async call<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { ...this.#headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: (text ? JSON.parse(text) : undefined) as Body }
  }

  async upload(
    file: string | { name: string; text: string | Uint8Array<ArrayBuffer> },
    conversationId?: string,
    isBehind = false,
  ): Promise<Answer<Upload>> {
    const form = new FormData()
    const { name, bytes } =
      typeof file === 'string'
        ? { name: basename(file), bytes: new Uint8Array(await readFile(file)) }
        : { name: file.name, bytes: file.text }
    form.append('file', new Blob([bytes]), name)
    if (conversationId) form.append('conversationId', conversationId)
    if (isBehind) form.append('import', 'behind')
    const response = await fetch(`${this.#url}/api/uploads`, { method: 'POST', headers: this.#headers, body: form })
    return { status: response.status, body: (await response.json()) as Upload }
  }

  async conversation(uploadIds: string[] = [], title?: string): Promise<z.infer<typeof Conversation>> {
    const { status, body } = await this.call('POST', '/api/conversations', { uploadIds, ...(title ? { title } : {}) })
    if (status !== 201) throw new Error(JSON.stringify(body))
    return Conversation.parse(body)
  }

  async ask(conversationId: string, question: string): Promise<TurnWithRows> {
    const { status, body } = await this.call<TurnWithRows>('POST', `/api/conversations/${conversationId}/turns?wait=1`, {
      question,
    })
    if (status !== 200) throw new Error(JSON.stringify(body))
    return body
  }

  async share(conversationId: string, visibility: 'public' | 'private', policy?: object): Promise<Answer<ShareState>> {
    return this.call('PUT', `/api/conversations/${conversationId}/share`, { visibility, ...(policy ? { policy } : {}) })
  }

  urlOf = (path: string): string => this.#url + path

  get headers(): Record<string, string> {
    return this.#headers
  }
}
