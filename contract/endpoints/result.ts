import { z } from 'zod'
import { define } from '../endpoint.ts'
import { Digest } from '../id.ts'
import { PageRequest, TablePage } from '../table.ts'

export const resultEndpoints = {
  readTable: define({
    method: 'GET',
    path: '/api/results/:digest',
    summary: 'A page of a table',
    params: z.object({ digest: Digest }),
    query: PageRequest,
    output: TablePage,
    errors: ['not-found'],
  }),
}
