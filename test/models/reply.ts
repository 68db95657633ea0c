/** What the scripted model says to one request. `input` as text travels as it stands, broken or not. */
export interface Saying {
  readonly thought?: string
  readonly text?: string
  readonly calls?: readonly { readonly name: string; readonly input: object | string }[]
  readonly finish?: 'stop' | 'length' | 'content-filter'
  readonly inputTokens?: number
  readonly outputTokens?: number
}

export type Fault =
  | { readonly fault: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Headers, and then nothing. */
  | { readonly fault: 'stall' }
  /** The connection breaks after the first words. */
  | { readonly fault: 'cut'; readonly after: string }
  | { readonly fault: 'bad-json' }

export type Reply = Saying | Fault
