import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { z } from 'zod'
import { KnownError } from '../../contract/error.ts'
import { type Config, loadConfig } from '../config.ts'
import type { BackupCounts } from '../storage/backup.ts'
import type { KeyChange } from '../storage/change-key.ts'
import { type Commands, commandInputs, createCommands } from './commands.ts'
import { connectToServer } from './control-socket.ts'

const usage = `Usage: qry <command>

  serve                                   run the server
  migrate                                 bring the database up to date
  user create --email E --password P [--role owner|admin|analyst|viewer] [--tenant T]
  user reset-password --email E --password P
                                          set a password, switch the second factor off, sign out everywhere
  key create --email E [--name N]         print a new API key, this once
  seed demo                               make the demo shop
  backup FILE                             write all that is kept into one file, also beside a running server
  rotate-key                              seal all that is encrypted with a new key, also beside a running server
  restore FILE                            put a backup into an empty place
  verify URL                              check a public page against the digests it carries
  doctor [--public-url URL]               check this place, or open a server as a stranger would

  --json                                  print what there is to read as JSON
`

class WrongUsage extends Error {}

async function main(parameters: string[]): Promise<void> {
  const { values, positionals } = parse(parameters)
  const { command, operand } = commandOf(positionals)
  if (values.help || command === 'help') return void process.stdout.write(usage)
  const print = (output: object, text: string) => console.log(values.json ? JSON.stringify(output) : text)
  switch (command) {
    case 'serve': {
      const { serve } = await import('./serve.ts')
      return serve(loadConfig(process.env, process.cwd()))
    }
    case 'migrate': {
      const output = await withCommands((commands) => commands.migrate())
      return print(output, `The database (${output.database}) is up to date.`)
    }
    case 'user create': {
      const input = check(commandInputs.createUser, values)
      const output = await withCommands((commands) => commands.createUser(input))
      return print(output, `Made ${input.email}, ${input.role}.`)
    }
    case 'user reset-password': {
      const input = check(commandInputs.resetPassword, values)
      const output = await withCommands((commands) => commands.resetPassword(input))
      return print(output, `${input.email} has a new password.`)
    }
    case 'key create': {
      const input = check(commandInputs.createKey, values)
      const output = await withCommands((commands) => commands.createKey(input))
      return print(output, output.key)
    }
    case 'seed demo': {
      const output = await seedDemo()
      return print(output, `The demo is there: ${output.name}.`)
    }
    case 'backup': {
      const path = resolve(needed(operand))
      const output = await withCommands((commands) => commands.backup({ file: path }))
      return print({ file: path, ...output }, `Wrote ${path}: ${countsOf(output)}.`)
    }
    case 'rotate-key': {
      const output = await withCommands((commands) => commands.rotateKey())
      print(output, keyChangeText(output))
      if (Object.keys(output.lost).length > 0) throw new KnownError('conflict', 'Some values open with no key that is here.')
      return
    }
    case 'restore': {
      const path = resolve(needed(operand))
      const { restore } = await import('./restore.ts')
      const output = await restore(loadConfig(process.env, process.cwd()), path)
      return print({ file: path, ...output }, `Restored ${path}: ${countsOf(output)}.`)
    }
    case 'verify': {
      const { verificationText, verifyPage } = await import('./verify-page.ts')
      const output = await verifyPage(needed(operand, 'Give the address of one page.'))
      print(output, verificationText(output))
      if (!output.isRight) throw new KnownError('conflict', 'The page is not what was frozen.')
      return
    }
    case 'doctor': {
      const { examineOutside, examinePlace } = await import('./doctor.ts')
      const { findingsText } = await import('./finding.ts')
      const url = values['public-url']
      const findings = await (url === undefined ? examinePlace(withCommands) : examineOutside(url))
      print({ ...(url === undefined ? {} : { url }), findings }, findingsText(findings))
      if (findings.some(({ state }) => state === 'wrong')) throw new KnownError('conflict', 'Something is wrong.')
      return
    }
    default:
      throw new WrongUsage(command ? `There is no command "${command}".` : 'Say which command.')
  }
}

const commandsWithOperand = ['backup', 'restore', 'verify']

/** Some commands take a file or an address behind their name; all other words are the command. */
function commandOf(positionals: readonly string[]): { command: string; operand: string | undefined } {
  const [first = '', operand] = positionals
  const takesOperand = commandsWithOperand.includes(first) && positionals.length <= 2
  return takesOperand ? { command: first, operand } : { command: positionals.join(' '), operand: undefined }
}

function needed(operand: string | undefined, complaint = 'Say which file.'): string {
  if (operand === undefined) throw new WrongUsage(complaint)
  return operand
}

const countsOf = ({ tables, rows, blobs }: BackupCounts): string => `${tables} tables, ${rows} rows, ${blobs} files`

function keyChangeText({ resealed, lost, place }: KeyChange): string {
  const unopened = Object.entries(lost).map(([column, count]) => `${count} of ${column}`)
  const done = `Sealed ${resealed} values with the ${place === 'secret.key' ? 'new key in secret.key' : 'key of QRY_SECRET'}.`
  if (unopened.length > 0)
    return `${done} Not opened: ${unopened.join(', ')}. Enter them anew or remove them, then run this again; the keys before stay in secret.key until then.`
  return `${done} Nothing that is kept needs another key${place === 'secret.key' ? '; the one before is forgotten' : ': QRY_OTHER_SECRETS can go'}.`
}

function parse(parameters: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: parameters,
      allowPositionals: true,
      options: {
        email: text,
        password: text,
        role: text,
        tenant: text,
        name: text,
        'public-url': text,
        json: flag,
        help: { ...flag, short: 'h' },
      },
    })
  } catch (cause) {
    throw new WrongUsage(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

function check<Shape extends z.ZodType>(shape: Shape, values: unknown): z.output<Shape> {
  const checked = shape.safeParse(values)
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  throw new WrongUsage(`--${issue?.path.join('.')}: ${issue?.message}`)
}

/** Through the server that runs on the data folder, else on the database itself. */
async function withCommands<Result>(work: (commands: Commands) => Promise<Result>): Promise<Result> {
  const config = loadConfig(process.env, process.cwd())
  const server = await connectToServer(config.dataDir)
  if (!server) return onDatabase(config, work)
  try {
    return await work(server)
  } finally {
    server.close()
  }
}

/** The demo's questions are asked of the whole program: that of the running server, else one without doors. */
async function seedDemo(): Promise<{ name: string }> {
  const config = loadConfig(process.env, process.cwd())
  const server = await connectToServer(config.dataDir)
  if (server) return server.seedDemo().finally(() => server.close())
  const { createApp } = await import('../app.ts')
  const app = await createApp(config)
  try {
    return await app.seedDemo()
  } finally {
    await app.close()
  }
}

async function onDatabase<Result>(config: Config, work: (commands: Commands) => Promise<Result>): Promise<Result> {
  const { dataDir, databaseUrl } = config
  const { writeBackup } = await import('../storage/backup.ts')
  const { changeKey } = await import('../storage/change-key.ts')
  const { openSecret } = await import('../storage/file-secret.ts')
  const { keyFileOf } = await import('../storage/key-file.ts')
  const { openBlobs } = await import('../storage/open-blobs.ts')
  const { openDatabase } = await import('../storage/open-database.ts')
  const { createAccounts } = await import('../tenancy/accounts.ts')
  const { inspectPlace } = await import('./inspect-place.ts')
  const database = await openDatabase({ dataDir, databaseUrl, log: (sentence) => console.error(sentence) })
  try {
    const accounts = createAccounts({ database, clock: () => new Date() })
    const blobs = () => openBlobs(config.blobs, join(dataDir, 'temp', 'command'))
    const backup = async (file: string) =>
      writeBackup({ database, blobs: await blobs(), now: new Date() }, keyFileOf(dataDir), file)
    const rotateKey = async () => {
      const { sealedColumns } = await import('../sealed-columns.ts')
      return changeKey(database, await openSecret(config), sealedColumns, config)
    }
    const inspect = async () => inspectPlace({ database, blobs: await blobs(), dataDir })
    return await work(createCommands({ accounts, databaseKind: database.kind, backup, rotateKey, inspect }))
  } finally {
    await database.close()
  }
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof WrongUsage) {
    console.error(`${error.message}\n\n${usage}`)
    process.exit(2)
  }
  console.error(error instanceof KnownError ? error.message : error)
  process.exit(1)
}
