import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { KnownError } from '../contract/error.ts'
import { ROW_LIMIT } from '../contract/table.ts'
import type { ServerKeys } from './analysts/first-models.ts'
import { linesOf } from './storage/key-file.ts'
import type { BlobsPlace } from './storage/open-blobs.ts'
import { s3Place } from './storage/s3-blobs.ts'

const switchOf = z.enum(['1', '0', 'true', 'false'], 'is 1 or 0').transform((text) => text === '1' || text === 'true')
const numberOf = z.string().regex(/^\d+$/, 'is a whole number').transform(Number)
const url = (schemes: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)),
      `is an address that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    )

/** The settings, all environment variables, none needed. `spec`: what each is for stands in docs/guide/settings.md. */
const Settings = z.object({
  PORT: numberOf.refine((port) => port <= 65_535, 'is at most 65535').default(3000),
  HOST: z.string().default('127.0.0.1'),
  QRY_ORIGIN: url(['http', 'https'])
    .transform((text) => new URL(text).origin)
    .optional(),
  QRY_DOMAIN: z
    .string()
    .toLowerCase()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'is a domain like example.com, without a port')
    .optional(),
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d{3,20}:[\w-]{10,100}$/, 'is a bot token as BotFather gives it')
    .optional(),
  TELEGRAM_API_ROOT: url(['http', 'https'])
    .transform((text) => text.replace(/\/+$/, ''))
    .default('https://api.telegram.org'),
  SMTP_URL: url(['smtp', 'smtps']).optional(),
  QRY_DATA_DIR: z.string().default('./data'),
  DATABASE_URL: url(['postgres', 'postgresql']).optional(),
  BLOBS_URL: z
    .string()
    .regex(/^(file:|s3:\/\/[^/?]+)/, 'is an address that starts with file: or s3://bucket')
    .optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  QRY_SECRET: z.string().min(16, 'has at least 16 characters').optional(),
  QRY_OTHER_SECRETS: z
    .string()
    .transform((text) => linesOf(text))
    .refine((secrets) => secrets.every((secret) => secret.length >= 16), 'is one key a line, of at least 16 characters each')
    .default([]),
  QRY_DEMO: switchOf.optional(),
  QRY_SOURCE_FILES: z.string().optional(),
  QRY_QUERY_SECONDS: numberOf.refine((seconds) => seconds > 0 && seconds <= 3_600, 'is from 1 to 3600').default(60),
  QRY_QUERY_ROWS: numberOf.refine((rows) => rows > 0 && rows <= ROW_LIMIT, `is from 1 to ${ROW_LIMIT}`).default(ROW_LIMIT),
  QRY_QUERY_MB: numberOf.refine((size) => size > 0, 'is more than 0').default(2_000),
  QRY_TRUST_PROXY: switchOf.default(false),
  QRY_UPLOAD_MAX_MB: numberOf.refine((size) => size > 0, 'is more than 0').default(100),
  PYTHON_ENGINE: z.enum(['auto', 'native', 'pyodide', 'off'], 'is one of auto, native, pyodide, off').default('auto'),
  PYODIDE_BASE_URL: z
    .union([z.literal('off'), url(['http', 'https'])], 'is off or an address that starts with http:// or https://')
    .default('https://cdn.jsdelivr.net/pyodide/v314.0.7/full/'),
  ANTHROPIC_API_KEY: z.string().optional(),
  OPENAI_API_KEY: z.string().optional(),
  GOOGLE_GENERATIVE_AI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: url(['http', 'https']).optional(),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'is one of trace, debug, info, warn, error, fatal, silent',
    )
    .default('info'),
})

export interface Config {
  readonly port: number
  readonly host: string
  readonly isLoopback: boolean
  readonly origin: string | undefined
  /** Tenants have hosts of their own below it. */
  readonly domain: string | undefined
  readonly smtpUrl: string | undefined
  readonly telegram: {
    /** The bot of the first tenant, until its settings say otherwise. */
    readonly token: string | undefined
    readonly apiRoot: string
  }
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  readonly blobs: BlobsPlace
  readonly secret: string | undefined
  /** Keys that still open what was sealed with them. */
  readonly otherSecrets: readonly string[]
  /** On loopback unless told otherwise, never beyond it unless told to. */
  readonly demo: boolean
  /** Where SQLite and DuckDB files may lie that are data sources: a folder, `any` place (on loopback unless told otherwise), or `none`. */
  readonly sourceFiles: string
  /** What one question may take. */
  readonly queryLimits: { readonly timeoutMs: number; readonly rowLimit: number; readonly byteLimit: number }
  readonly trustProxy: boolean
  readonly uploadMaxBytes: number
  /** Made into a tenant's first models. */
  readonly models: ServerKeys
  readonly pythonEngine: z.infer<typeof Settings>['PYTHON_ENGINE']
  /** Where packages for Pyodide are fetched from; nothing is where it is undefined. */
  readonly wheelUrl: string | undefined
  readonly logLevel: z.infer<typeof Settings>['LOG_LEVEL']
  /** Where the built web lies. */
  readonly webDir: string
}

/** Reads and checks the settings; relative paths start at `cwd`. Throws `invalid-input` with one line per setting that is wrong. */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>, cwd: string): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()))
  const checked = Settings.safeParse(given)
  // NOTE: the values are left out of the sentence, as some are secrets.
  if (!checked.success)
    throw new KnownError(
      'invalid-input',
      checked.error.issues.map((issue) => `The setting ${issue.path.join('.')} is wrong: it ${issue.message}.`).join('\n'),
    )
  const settings = checked.data
  // NOTE: else whoever asks for a letter could choose, by the Host header, where its link leads.
  if (settings.SMTP_URL && !settings.QRY_ORIGIN)
    throw new KnownError('invalid-input', 'SMTP_URL needs QRY_ORIGIN beside it: the links in letters are made from it.')
  const isLoopback = settings.HOST === 'localhost' || settings.HOST === '::1' || /^127(\.\d{1,3}){3}$/.test(settings.HOST)
  const dataDir = resolve(cwd, settings.QRY_DATA_DIR)
  return {
    port: settings.PORT,
    host: settings.HOST,
    isLoopback,
    origin: settings.QRY_ORIGIN,
    domain: settings.QRY_DOMAIN,
    smtpUrl: settings.SMTP_URL,
    telegram: { token: settings.TELEGRAM_BOT_TOKEN, apiRoot: settings.TELEGRAM_API_ROOT },
    dataDir,
    databaseUrl: settings.DATABASE_URL,
    blobs: blobsOf(settings, dataDir, cwd),
    secret: settings.QRY_SECRET,
    otherSecrets: settings.QRY_OTHER_SECRETS,
    demo: settings.QRY_DEMO ?? isLoopback,
    sourceFiles: settings.QRY_SOURCE_FILES ? resolve(cwd, settings.QRY_SOURCE_FILES) : isLoopback ? 'any' : 'none',
    queryLimits: {
      timeoutMs: settings.QRY_QUERY_SECONDS * 1000,
      rowLimit: settings.QRY_QUERY_ROWS,
      byteLimit: settings.QRY_QUERY_MB * 1_000_000,
    },
    trustProxy: settings.QRY_TRUST_PROXY,
    uploadMaxBytes: settings.QRY_UPLOAD_MAX_MB * 1024 * 1024,
    models: {
      anthropic: settings.ANTHROPIC_API_KEY,
      openai: settings.OPENAI_API_KEY,
      google: settings.GOOGLE_GENERATIVE_AI_API_KEY,
      openaiBaseUrl: settings.OPENAI_BASE_URL,
    },
    pythonEngine: settings.PYTHON_ENGINE,
    wheelUrl: settings.PYODIDE_BASE_URL === 'off' ? undefined : settings.PYODIDE_BASE_URL.replace(/\/*$/, '/'),
    logLevel: settings.LOG_LEVEL,
    webDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
  }
}

function blobsOf(settings: z.infer<typeof Settings>, dataDir: string, cwd: string): BlobsPlace {
  const address = settings.BLOBS_URL
  if (!address) return { folder: resolve(dataDir, 'blobs') }
  if (address.startsWith('s3:')) return { s3: s3Place(address, settings.AWS_ACCESS_KEY_ID, settings.AWS_SECRET_ACCESS_KEY) }
  return { folder: address.startsWith('file:///') ? fileURLToPath(address) : resolve(cwd, address.slice('file:'.length)) }
}
