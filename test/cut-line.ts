import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A line to a server that can be cut and mended: a relay on a port of its own. */
export class CutLine {
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  #relay: Server | undefined
  #port = 0

  private constructor(target: number) {
    this.#target = target
  }

  static async to(url: string): Promise<CutLine> {
    const line = new CutLine(Number(new URL(url).port))
    await line.mend()
    return line
  }

  get url(): string {
    return `http://localhost:${this.#port}`
  }

  mend(): Promise<void> {
    const relay = createServer((near) => {
      const far = connect(this.#target, '127.0.0.1')
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          this.#sockets.delete(one)
          other.destroy()
        })
        one.pipe(other)
      }
    })
    this.#relay = relay
    return new Promise((resolve, reject) => {
      relay.once('error', reject)
      relay.listen(this.#port, 'localhost', () => {
        this.#port = (relay.address() as AddressInfo).port
        resolve()
      })
    })
  }

  cut(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => {
      if (this.#relay) this.#relay.close(() => resolve())
      else resolve()
    })
  }
}
