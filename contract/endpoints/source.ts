import { z } from 'zod'
import { Done, define } from '../endpoint.ts'
import { SourceId, UserId } from '../id.ts'
import { KeptNotes, Notes, NotesSuggestion } from '../notes.ts'
import {
  PolicyPreview,
  RowPolicy,
  Source,
  SourceAccess,
  SourceCatalog,
  SourceConfig,
  SourceState,
  TableLook,
  TablePage,
} from '../source.ts'
import { SourceKind } from '../source-kind.ts'

const params = z.object({ id: SourceId })
const name = z.string().trim().min(1).max(100)

export const sourceEndpoints = {
  listSources: define({
    method: 'GET',
    path: '/api/sources',
    summary: 'Data sources that I may ask',
    output: z.object({ items: z.array(Source), nextCursor: z.null() }),
    errors: [],
  }),
  createSource: define({
    method: 'POST',
    path: '/api/sources',
    summary: 'Add a data source; it is kept whether or not it can be reached, and says which',
    body: z.object({ kind: SourceKind, name, config: SourceConfig }),
    output: Source,
    status: 201,
    errors: ['forbidden', 'conflict', 'unavailable'],
  }),
  tryConnection: define({
    method: 'POST',
    path: '/api/sources/test',
    summary: 'Try a connection that is not kept yet, or a change of a kept one',
    body: z.object({ kind: SourceKind, config: SourceConfig, sourceId: SourceId.optional() }),
    output: SourceState,
    errors: ['forbidden', 'not-found', 'unavailable'],
  }),
  readSource: define({
    method: 'GET',
    path: '/api/sources/:id',
    summary: 'A data source',
    params,
    output: Source,
    errors: ['not-found'],
  }),
  changeSource: define({
    method: 'PATCH',
    path: '/api/sources/:id',
    summary: 'Rename or reconnect; what is left out stays',
    params,
    body: z.object({ name: name.optional(), config: SourceConfig.optional() }),
    output: Source,
    errors: ['not-found', 'forbidden', 'conflict', 'unavailable'],
  }),
  deleteSource: define({
    method: 'DELETE',
    path: '/api/sources/:id',
    summary: 'Forget a data source; kept results stay',
    params,
    output: Done,
    errors: ['not-found', 'forbidden'],
  }),
  testSource: define({
    method: 'POST',
    path: '/api/sources/:id/test',
    summary: 'Try the connection now',
    params,
    output: SourceState,
    errors: ['not-found', 'forbidden', 'unavailable'],
  }),
  readSourceAccess: define({
    method: 'GET',
    path: '/api/sources/:id/access',
    summary: 'Who may ask it, and which rows they see',
    params,
    output: SourceAccess,
    errors: ['not-found', 'forbidden'],
  }),
  changeSourceAccess: define({
    method: 'PUT',
    path: '/api/sources/:id/access',
    summary: 'Say who may ask it, and which rows they see',
    params,
    body: SourceAccess,
    output: SourceAccess,
    errors: ['not-found', 'forbidden'],
  }),
  previewRowPolicy: define({
    method: 'POST',
    path: '/api/sources/:id/access/preview',
    summary: 'How many rows of a table a person would see under a policy',
    params,
    body: RowPolicy.extend({ person: UserId }),
    output: PolicyPreview,
    errors: [
      'not-found',
      'forbidden',
      'source-unreachable',
      'query-failed',
      'not-read-only',
      'limit-exceeded',
      'unavailable',
      'cancelled',
    ],
  }),
  readCatalog: define({
    method: 'GET',
    path: '/api/sources/:id/catalog',
    summary: 'Tables, columns and keys; `refresh=1` reads them anew',
    params,
    query: z.object({ refresh: z.enum(['0', '1']).default('0') }),
    output: SourceCatalog,
    errors: ['not-found', 'source-unreachable', 'limit-exceeded', 'unavailable', 'query-failed'],
  }),
  listTables: define({
    method: 'GET',
    path: '/api/sources/:id/tables',
    summary: 'Tables by the words in their names, columns and comments, a page at a time; `refresh=1` reads them anew',
    params,
    query: z.object({
      search: z.string().max(200).default(''),
      cursor: z
        .string()
        .regex(/^\d{1,9}$/)
        .optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
      refresh: z.enum(['0', '1']).default('0'),
    }),
    output: TablePage,
    errors: ['not-found', 'source-unreachable', 'limit-exceeded', 'unavailable', 'query-failed'],
  }),
  lookIntoTable: define({
    method: 'POST',
    path: '/api/sources/:id/look',
    summary: 'Look into a table now: first rows, and what its columns hold',
    params,
    body: z.object({ table: z.string().min(1).max(500) }),
    output: TableLook,
    errors: ['not-found', 'source-unreachable', 'limit-exceeded', 'unavailable', 'query-failed', 'not-read-only', 'cancelled'],
  }),
  readNotes: define({
    method: 'GET',
    path: '/api/sources/:id/notes',
    summary: 'What people know of it: names, synonyms, metrics, confirmed questions; `yaml` is the same as one file',
    params,
    output: KeptNotes.extend({ yaml: z.string() }),
    errors: ['not-found'],
  }),
  changeNotes: define({
    method: 'PUT',
    path: '/api/sources/:id/notes',
    summary: 'Replace the notes, as `notes` or as `yaml`; `version` is the one that was read',
    params,
    body: z.object({ version: z.number().int().min(0), notes: Notes.optional(), yaml: z.string().max(500_000).optional() }),
    output: KeptNotes.extend({ yaml: z.string() }),
    errors: ['not-found', 'forbidden', 'conflict', 'source-unreachable', 'limit-exceeded', 'unavailable', 'query-failed'],
  }),
  suggestNotes: define({
    method: 'GET',
    path: '/api/sources/:id/notes/suggestions',
    summary: 'What the data suggests to note; nothing of it holds before it is saved',
    params,
    output: z.object({ items: z.array(NotesSuggestion), nextCursor: z.null() }),
    errors: ['not-found', 'forbidden', 'source-unreachable', 'limit-exceeded', 'unavailable', 'query-failed'],
  }),
}
