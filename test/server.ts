import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp, type World } from '../server/app.ts'
import { loadConfig } from '../server/config.ts'
import { openMemoryDatabase } from '../server/storage/pglite-database.ts'

export interface TestServer {
  readonly app: App
  /** As the server says it; with QRY_ORIGIN that is not where it is. */
  readonly url: string
  /** Where it is on this machine. */
  readonly address: string
  readonly dataDir: string
  close(): Promise<void>
}

/** A whole QRY on a port of its own, in a folder of its own, over PGlite in memory unless the world brings a database. */
export async function startServer(environment: Record<string, string> = {}, world: World = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'qry-test-'))
  const config = loadConfig(
    { PORT: '0', QRY_DATA_DIR: dataDir, QRY_DEMO: '0', LOG_LEVEL: 'error', PYTHON_ENGINE: 'off', ...environment },
    process.cwd(),
  )
  const app = await createApp(config, { database: await openMemoryDatabase(), ...world })
  const { url, port } = await app.listen()
  return {
    app,
    url,
    address: `http://localhost:${port}`,
    dataDir,
    async close() {
      await app.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
