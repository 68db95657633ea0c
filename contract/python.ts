import { z } from 'zod'

/** A name that cells of a conversation made. `shape` is rows and columns of a table, or a length. */
export const PythonVariable = z.object({
  name: z.string(),
  type: z.string(),
  shape: z.array(z.number()).nullable(),
  bytes: z.number().nullable(),
})
export type PythonVariable = z.infer<typeof PythonVariable>
