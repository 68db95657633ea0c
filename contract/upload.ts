import { z } from 'zod'
import { CatalogTable } from './catalog.ts'
import { Column } from './column.ts'
import { ConversationId, Digest, UploadId } from './id.ts'

/** What did not go smoothly while reading a file. A bad row is reported with its line, never dropped in silence. */
export const UploadProblem = z.object({ line: z.number().int().optional(), column: z.string().optional(), message: z.string() })
export type UploadProblem = z.infer<typeof UploadProblem>

export const UploadKind = z.enum(['csv', 'excel', 'json', 'parquet', 'sqlite'])
export type UploadKind = z.infer<typeof UploadKind>

/** The keys that a database file declares for a table. A foreign key names the other table by its label. */
export const TableKeys = CatalogTable.pick({ primaryKey: true, foreignKeys: true })
export type TableKeys = z.infer<typeof TableKeys>

/** `name` is the cleaned name that SQL uses, `label` the name that people know: of the file, or of the sheet or table in it. */
export const UploadTable = z.object({
  name: z.string(),
  label: z.string(),
  digest: Digest,
  columns: z.array(Column),
  rowCount: z.number().int(),
  /** Absent where the file declares none. Foreign keys name the other table as SQL does. */
  keys: TableKeys.optional(),
})
export type UploadTable = z.infer<typeof UploadTable>

/** A table whose rows are still being read, as the first of them tell. */
export const ImportingTable = UploadTable.pick({ name: true, label: true, columns: true })
export type ImportingTable = z.infer<typeof ImportingTable>

export const Upload = z.object({
  id: UploadId,
  name: z.string(),
  bytes: z.number().int(),
  kind: UploadKind,
  conversationId: ConversationId.optional(),
  /** Absent until the file is kept. */
  digest: Digest.optional(),
  /** Questions can be asked already; `tables` and `problems` come when all of the file has been read. */
  importing: ImportingTable.optional(),
  /** The first of `tables`. */
  table: UploadTable.optional(),
  tables: z.array(UploadTable),
  problems: z.array(UploadProblem),
  /** There were more problems than are listed. */
  problemCount: z.number().int(),
  createdAt: z.string(),
})
export type Upload = z.infer<typeof Upload>
