import { z } from 'zod'
import type { MimeBundle } from './engine.ts'

const TableFile = z.object({
  file: z.string().regex(/^table-\d{1,10}-\d{1,10}\.parquet$/),
  truncated: z.boolean(),
})

/** The Parquet file of a table that a cell showed, by its name in the session's `outDir`. */
export const tableFile = (bundle: MimeBundle): z.infer<typeof TableFile> | undefined =>
  TableFile.safeParse(bundle['application/vnd.qry.table+json']).data
