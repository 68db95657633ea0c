import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A real server in a process of its own, as `npm start` runs it, on a port the system chooses unless PORT names one; with QRY_ORIGIN it has to. */
export class ServerProcess {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.url = url
    this.#child = child
  }

  static start(dataDir: string, environment: Record<string, string> = {}): Promise<ServerProcess> {
    const child = spawn(process.execPath, ['server/cli/main.ts', 'serve'], {
      cwd: root,
      env: { ...process.env, PORT: '0', QRY_DATA_DIR: dataDir, QRY_DEMO: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return new Promise((resolve, reject) => {
      let said = ''
      const listen = (chunk: Buffer) => {
        said += chunk.toString()
        const isUp = said.includes('QRY is at')
        const url = environment['PORT'] ? `http://localhost:${environment['PORT']}` : /https?:\/\/localhost:\d+/.exec(said)?.[0]
        if (url && isUp) resolve(new ServerProcess(url, child))
      }
      child.stdout?.on('data', listen)
      child.stderr?.on('data', listen)
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)))
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Ends it without a chance to say goodbye. */
  kill = (): Promise<void> => this.#end('SIGKILL')

  stop = (): Promise<void> => this.#end('SIGTERM')

  #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return Promise.resolve()
    return new Promise((resolve) => {
      this.#child.once('exit', () => resolve())
      this.#child.kill(signal)
    })
  }
}
