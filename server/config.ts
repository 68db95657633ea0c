import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { KnownError } from '../contract/error.ts'

const isTrue = (text: string): boolean => text === '1' || text.toLowerCase() === 'true'
const flag = (byDefault: '0' | '1') =>
  z
    .string()
    .default(byDefault)
    .refine((text) => /^(0|1|true|false)$/i.test(text), 'must be 1 or 0')
    .transform(isTrue)
const filled = z.string().trim().min(1)

/** Every setting, with its default: the one typed place. An empty variable counts as absent. */
const Environment = z.object({
  PORT: z.coerce.number('must be a port number').int().min(0).max(65_535).default(3000),
  HOST: filled.default('127.0.0.1'),
  QRY_ORIGIN: z
    .string()
    .refine(
      (text) => URL.canParse(text) && new URL(text).origin === text.replace(/\/$/, ''),
      'must be an origin like https://data.example.com',
    )
    .transform((text) => new URL(text).origin)
    .optional(),
  QRY_DATA_DIR: filled.default('./data'),
  DATABASE_URL: filled.refine((text) => /^postgres(ql)?:\/\//.test(text), 'must begin with postgres://').optional(),
  QRY_SECRET: z.string().min(16, 'needs at least 16 characters').optional(),
  QRY_DEMO: flag('1'),
  QRY_TRUST_PROXY: flag('0'),
  QRY_UPLOAD_MAX_MB: z.coerce.number('must be a number of megabytes').positive().default(100),
  QRY_WEB_DIR: filled.optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'must be debug, info, warn, error or silent')
    .default('info'),
})

export interface Config {
  readonly port: number
  readonly host: string
  /** Nobody but this machine can reach the host. */
  readonly isLoopback: boolean
  readonly origin: string | undefined
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  readonly secret: string | undefined
  /** The empty start offers the demo shop. */
  readonly hasDemo: boolean
  readonly trustProxy: boolean
  readonly uploadMaxBytes: number
  /** The browser build. */
  readonly webDir: string
  readonly logLevel: string
}

/** Reads the settings; relative folders are seen from `cwd`. Throws `invalid-input` that names each wrong variable. */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>, cwd: string): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = Environment.safeParse(given)
  if (!parsed.success) {
    const complaints = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
    throw new KnownError('invalid-input', `Settings: ${complaints.join('; ')}.`)
  }
  const settings = parsed.data
  const folder = (path: string) => (isAbsolute(path) ? path : resolve(cwd, path))
  return {
    port: settings.PORT,
    host: settings.HOST,
    isLoopback: /^(localhost|127(\.\d+){3}|::1|\[::1\])$/.test(settings.HOST),
    origin: settings.QRY_ORIGIN,
    dataDir: folder(settings.QRY_DATA_DIR),
    databaseUrl: settings.DATABASE_URL,
    secret: settings.QRY_SECRET,
    hasDemo: settings.QRY_DEMO,
    trustProxy: settings.QRY_TRUST_PROXY,
    uploadMaxBytes: settings.QRY_UPLOAD_MAX_MB * 1_000_000,
    webDir: settings.QRY_WEB_DIR
      ? folder(settings.QRY_WEB_DIR)
      : join(fileURLToPath(new URL('..', import.meta.url)), 'dist', 'web'),
    logLevel: settings.LOG_LEVEL,
  }
}
