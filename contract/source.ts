import { z } from 'zod'
import { Catalog, CatalogColumn, CatalogTable } from './catalog.ts'
import { Column, Row } from './column.ts'
import { SourceId } from './id.ts'
import { SourceKind } from './source-kind.ts'

/** How the connection to a server is protected: `prefer` takes TLS where the server offers it, `verify` checks its certificate as well. */
export const TlsMode = z.enum(['off', 'prefer', 'require', 'verify'])
export type TlsMode = z.infer<typeof TlsMode>

const line = z.string().trim().min(1).max(500)
const secret = z.string().max(20_000)

/** `fingerprint`: the key it must show, like `SHA256:…`; without one, the key of the first connection that worked is kept. */
export const SshServer = z.object({
  host: line,
  port: z.number().int().min(1).max(65_535).optional(),
  user: line,
  fingerprint: z
    .string()
    .trim()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'A fingerprint is written like SHA256:… with 43 signs behind the colon.')
    .optional(),
})
export type SshServer = z.infer<typeof SshServer>

/**
 * Where a source lies and how to sign in. `url` says it in one line (`postgres://user:password@host:5432/database`, `file:/data/shop.sqlite`);
 * the other fields say it one by one and win over the url. What is left out when a source is changed stays as it was.
 */
export const SourceConfig = z.object({
  url: z.string().trim().min(1).max(2000).optional(),
  host: line.optional(),
  port: z.number().int().min(1).max(65_535).optional(),
  database: line.optional(),
  user: line.optional(),
  password: secret.optional(),
  tls: TlsMode.optional(),
  /** PEM; trusted instead of the system's authorities. */
  certificate: secret.optional(),
  /** PEM; shown to a server that wants to know who comes. With it goes its key. */
  clientCertificate: secret.optional(),
  clientKey: secret.optional(),
  /** The way leads through an SSH server; null takes it away. */
  ssh: SshServer.nullable().optional(),
  sshPassword: secret.optional(),
  /** A private key in PEM or OpenSSH form, and what unlocks it. */
  sshKey: secret.optional(),
  sshPassphrase: secret.optional(),
  /** What signs in to a warehouse: a private key in PEM for Snowflake, the JSON key of a service account for BigQuery. */
  signingKey: secret.optional(),
  /** Snowflake's; left out, the login's own are taken. */
  warehouse: line.optional(),
  role: line.optional(),
  /** Of a SQLite or DuckDB file on the server's machine. */
  path: line.optional(),
})
export type SourceConfig = z.infer<typeof SourceConfig>

/** What a connection said when it was last tried. `message` says what to do. */
export const SourceState = z.object({
  ok: z.boolean(),
  message: z.string(),
  /** "PostgreSQL 17.2" */
  server: z.string().optional(),
  /** The key that the SSH server showed, where the way leads through one. */
  sshFingerprint: z.string().optional(),
  /** What an admin should know: the login can write, say. */
  warnings: z.array(z.string()),
  checkedAt: z.string(),
  durationMs: z.number(),
})
export type SourceState = z.infer<typeof SourceState>

/** A source as members see it. `config` is for those who manage sources, and never holds a secret. */
export const Source = z.object({
  id: SourceId,
  kind: SourceKind,
  name: z.string(),
  state: SourceState.optional(),
  tableCount: z.number().int().optional(),
  config: z
    .object({
      host: z.string().optional(),
      port: z.number().optional(),
      database: z.string().optional(),
      user: z.string().optional(),
      tls: TlsMode.optional(),
      path: z.string().optional(),
      ssh: SshServer.optional(),
      warehouse: z.string().optional(),
      role: z.string().optional(),
      hasPassword: z.boolean(),
      hasCertificate: z.boolean(),
      hasClientCertificate: z.boolean(),
      hasSshPassword: z.boolean(),
      hasSshKey: z.boolean(),
      hasSigningKey: z.boolean(),
    })
    .optional(),
  createdAt: z.string(),
})
export type Source = z.infer<typeof Source>

/** `table` is the name in the catalog; `filter` a condition of the source's dialect, with `{{attribute}}` for what is known of a person. */
export const RowPolicy = z.object({ table: z.string().min(1).max(500), filter: z.string().trim().min(1).max(2000) })
export type RowPolicy = z.infer<typeof RowPolicy>

/** Who may ask a source, and a condition per table that leaves people the rows that are theirs. Both hold for all who do not manage sources. */
export const SourceAccess = z.object({
  isForEveryone: z.boolean(),
  roles: z.array(z.string()).max(100).default([]),
  groups: z.array(z.string()).max(500).default([]),
  people: z.array(z.string()).max(500).default([]),
  policies: z.array(RowPolicy).max(500).default([]),
})
export type SourceAccess = z.infer<typeof SourceAccess>

/** How much of a table a person sees under a policy that is being written. `unknown`: attributes that nothing is said of; then no row is theirs. */
export const PolicyPreview = z.object({
  seesAll: z.boolean(),
  visibleRows: z.number(),
  allRows: z.number(),
  unknown: z.array(z.string()),
})
export type PolicyPreview = z.infer<typeof PolicyPreview>

/** What a source holds, when that was read, and whether its tables have been looked into yet. */
export const SourceCatalog = Catalog.extend({ readAt: z.string(), isProfiled: z.boolean() })
export type SourceCatalog = z.infer<typeof SourceCatalog>

/** Some of a source's tables: those that were looked for, whose names have it first, a page at a time. `tableCount` is of all, `foundCount` of those found. */
export const TablePage = z.object({
  items: z.array(CatalogTable),
  tableCount: z.number().int(),
  foundCount: z.number().int(),
  nextCursor: z.string().nullable(),
  readAt: z.string(),
  isProfiled: z.boolean(),
})
export type TablePage = z.infer<typeof TablePage>

/** A table looked into just now, under the asker's rights: what its columns hold in its first rows, and some of these. */
export const TableLook = z.object({
  columns: z.array(CatalogColumn),
  /** How many rows were looked into, and whether that is all that the asker sees. */
  rowCount: z.number().int(),
  isWhole: z.boolean(),
  sample: z.object({ columns: z.array(Column), rows: z.array(Row) }),
})
export type TableLook = z.infer<typeof TableLook>
