import { createApp } from '../app.ts'
import type { Config } from '../config.ts'
import { createCommands } from './commands.ts'
import { openControlSocket } from './control-socket.ts'
import { inspectPlace } from './inspect-place.ts'
import { closeProbe, openProbe } from './probe-link.ts'

const sameKeyPressMs = 1_500

/** Runs the server until a signal, or until the process that started it is gone. */
export async function serve(config: Config): Promise<void> {
  const startedAt = performance.now()
  const app = await createApp(config)
  const control = await openControlSocket(
    config.dataDir,
    createCommands({
      accounts: app.tenancy,
      databaseKind: app.database.kind,
      backup: (file) => app.backup(file),
      rotateKey: () => app.changeKey(),
      inspect: () => inspectPlace({ ...app, dataDir: config.dataDir }),
      program: {
        seedDemo: () => app.seedDemo(),
        openProbe: ({ host }) => openProbe(app, host),
        closeProbe: async ({ host, conversationId }) => {
          await closeProbe(app, host, conversationId)
          return { ok: true }
        },
      },
    }),
  )
  if (config.demo) await app.seedDemo().catch((error: unknown) => console.error('The demo could not be made.', error))
  const { url } = await app.listen()
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`QRY is at ${url}  (database: ${app.database.kind}, ready in ${seconds} s)`)
  if (app.setupCode) console.log(`Setup code for the first visit: ${app.setupCode}`)

  await new Promise<void>((resolve) => {
    let askedAt: number | undefined
    const stop = () => {
      // NOTE: Ctrl-C reaches us from the terminal and again through the program that started us.
      if (askedAt !== undefined && performance.now() - askedAt > sameKeyPressMs) process.exit(1)
      askedAt ??= performance.now()
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
    process.once('disconnect', stop)
    process.channel?.unref()
  })
  await control.close()
  await app.close()
  process.exit(0)
}
