import { foldEvent, type LoggedEvent, noTurns, type TurnHistory } from '../contract/turn.ts'

/** A window on a conversation: follows its event stream and folds what it hears, from wherever it was when the line broke. */
export class LogFollower {
  history: TurnHistory = noTurns
  lastSeq = 0
  readonly heard: LoggedEvent[] = []
  #wake = () => {}
  #gone = new AbortController()

  /** Resolves when the line breaks, from either end. */
  async follow(url: string, headers: Record<string, string>): Promise<void> {
    this.#gone = new AbortController()
    try {
      const response = await fetch(url, {
        headers: { ...headers, 'last-event-id': String(this.lastSeq) },
        signal: this.#gone.signal,
      })
      let text = ''
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk
        const blocks = text.split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) this.#hear(/^data: (\{.+)$/m.exec(block)?.[1])
      }
    } catch {
      // The server went, or nobody listens any more: the next `follow` goes on where this one stopped.
    }
  }

  #hear(data: string | undefined): void {
    if (data === undefined) return
    const logged = JSON.parse(data) as LoggedEvent
    this.heard.push(logged)
    this.history = foldEvent(this.history, logged)
    this.lastSeq = logged.seq
    this.#wake()
  }

  /** Resolves once the event of this sequence was heard. */
  async reach(seq: number): Promise<void> {
    while (this.lastSeq < seq)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
  }

  stop(): void {
    this.#gone.abort()
  }
}
