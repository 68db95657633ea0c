import { z } from 'zod'
import { define } from '../endpoint.ts'
import { UploadId } from '../id.ts'
import { Upload } from '../upload.ts'

export const uploadEndpoints = {
  readUpload: define({
    method: 'GET',
    path: '/api/uploads/:id',
    summary: 'An uploaded file; wait=1 answers when all of it has been read, or after 25 seconds as it stands',
    params: z.object({ id: UploadId }),
    query: z.object({ wait: z.enum(['0', '1']).default('0') }),
    output: Upload,
    errors: ['not-found'],
  }),
}
