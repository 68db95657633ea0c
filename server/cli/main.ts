import { parseArgs } from 'node:util'
import type { z } from 'zod'
import { KnownError } from '../../contract/error.ts'
import { type Config, loadConfig } from '../config.ts'
import { type Commands, commandInputs, createCommands } from './commands.ts'
import { connectToServer } from './control-socket.ts'

const usage = `Usage: qry <command>

  serve                                   run the server
  migrate                                 bring the database up to date
  user create --email E --password P [--role owner|admin|analyst|viewer] [--tenant T]
  user reset-password --email E --password P
                                          set a password, switch the second factor off, sign out everywhere
  key create --email E [--name N]         print a new API key, this once

  --json                                  print what there is to read as JSON
`

class WrongUsage extends Error {}

async function main(parameters: string[]): Promise<void> {
  const { values, positionals } = parse(parameters)
  const command = positionals.join(' ')
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
    default:
      throw new WrongUsage(command ? `There is no command "${command}".` : 'Say which command.')
  }
}

function parse(parameters: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: parameters,
      allowPositionals: true,
      options: { email: text, password: text, role: text, tenant: text, name: text, json: flag, help: { ...flag, short: 'h' } },
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

async function onDatabase<Result>(
  { dataDir, databaseUrl }: Config,
  work: (commands: Commands) => Promise<Result>,
): Promise<Result> {
  const { openDatabase } = await import('../storage/open-database.ts')
  const { createAccounts } = await import('../tenancy/accounts.ts')
  const database = await openDatabase({ dataDir, databaseUrl, log: (sentence) => console.error(sentence) })
  try {
    const accounts = createAccounts({ database, clock: () => new Date() })
    return await work(createCommands({ accounts, databaseKind: database.kind }))
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
