import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { ErrorCode, KnownError } from '../../contract/error.ts'
import { ConversationId } from '../../contract/id.ts'
import { socketFolder } from '../storage/socket-folder.ts'
import { type Commands, commandInputs } from './commands.ts'
import { Finding } from './finding.ts'

const name = 'control.sock'
const Request = z.object({
  command: z.enum(Object.keys(commandInputs) as [keyof Commands, ...(keyof Commands)[]]),
  input: z.unknown(),
})
const Answer = z.union([
  z.object({ output: z.unknown() }),
  z.object({ error: z.object({ code: ErrorCode, message: z.string() }) }),
])

const KeyChanged = z.object({
  resealed: z.number(),
  lost: z.record(z.string(), z.number()),
  place: z.enum(['secret.key', 'QRY_SECRET']),
})

const pathIn = (dataDir: string): string => {
  mkdirSync(dataDir, { recursive: true, mode: 0o711 })
  return join(socketFolder(dataDir, name), name)
}

/** Answers commands of this machine's user: one JSON request per line, one JSON answer per line. The caller holds the data folder, or shares its database. */
export async function openControlSocket(dataDir: string, commands: Commands): Promise<{ close(): Promise<void> }> {
  const path = pathIn(dataDir)
  if (
    await connectTo(path).then(
      (socket) => !socket.destroy().connecting,
      () => false,
    )
  )
    return { close: async () => {} }
  rmSync(path, { force: true })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
    createInterface({ input: socket }).on('line', (line) => {
      void answer(line, commands).then((text) => socket.writable && socket.write(`${text}\n`))
    })
  })
  const mask = process.umask(0o177)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve)
  }).finally(() => process.umask(mask))
  chmodSync(path, 0o600)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

async function answer(line: string, commands: Commands): Promise<string> {
  try {
    const { command, input } = Request.parse(JSON.parse(line))
    return JSON.stringify({ output: await run(commands, command, input) })
  } catch (error) {
    const known =
      error instanceof KnownError ? error : new KnownError('internal', error instanceof Error ? error.message : String(error))
    return JSON.stringify({ error: { code: known.code, message: known.message } })
  }
}

const run = (commands: Commands, command: keyof Commands, input: unknown): Promise<unknown> => {
  switch (command) {
    case 'createUser':
      return commands.createUser(commandInputs.createUser.parse(input))
    case 'createKey':
      return commands.createKey(commandInputs.createKey.parse(input))
    case 'resetPassword':
      return commands.resetPassword(commandInputs.resetPassword.parse(input))
    case 'seedDemo':
      return commands.seedDemo()
    case 'backup':
      return commands.backup(commandInputs.backup.parse(input))
    case 'rotateKey':
      return commands.rotateKey()
    case 'migrate':
      return commands.migrate()
    case 'inspect':
      return commands.inspect()
    case 'openProbe':
      return commands.openProbe(commandInputs.openProbe.parse(input))
    case 'closeProbe':
      return commands.closeProbe(commandInputs.closeProbe.parse(input))
  }
}

/** The commands of the server that runs on this data folder; nothing when none does. Call `close` when done. */
export async function connectToServer(dataDir: string): Promise<(Commands & { close(): void }) | undefined> {
  const socket = await connectTo(pathIn(dataDir)).catch(() => undefined)
  if (!socket) return undefined
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  const ask = async (command: keyof Commands, input: unknown): Promise<unknown> => {
    socket.write(`${JSON.stringify({ command, input })}\n`)
    const line = await lines.next()
    if (line.done) throw new KnownError('unavailable', 'The running server ended before it answered.')
    const answered = Answer.parse(JSON.parse(line.value))
    if ('error' in answered) throw new KnownError(answered.error.code, answered.error.message)
    return answered.output
  }
  return {
    createUser: async (input) => z.object({ userId: z.string(), tenantId: z.string() }).parse(await ask('createUser', input)),
    createKey: async (input) => z.object({ key: z.string() }).parse(await ask('createKey', input)),
    resetPassword: async (input) => z.object({ ok: z.literal(true) }).parse(await ask('resetPassword', input)),
    seedDemo: async () => z.object({ name: z.string(), sharedPath: z.string().nullable() }).parse(await ask('seedDemo', {})),
    backup: async (input) =>
      z.object({ tables: z.number(), rows: z.number(), blobs: z.number() }).parse(await ask('backup', input)),
    rotateKey: async () => KeyChanged.parse(await ask('rotateKey', {})),
    migrate: async () => z.object({ database: z.string() }).parse(await ask('migrate', {})),
    inspect: async () => z.array(Finding).parse(await ask('inspect', {})),
    openProbe: async (input) =>
      z.object({ conversationId: ConversationId, path: z.string() }).parse(await ask('openProbe', input)),
    closeProbe: async (input) => z.object({ ok: z.literal(true) }).parse(await ask('closeProbe', input)),
    close: () => socket.destroy(),
  }
}

const connectTo = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket.off('error', reject).on('error', () => socket.destroy())))
    socket.once('error', reject)
  })
