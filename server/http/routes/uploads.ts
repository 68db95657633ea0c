import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Busboy } from '@fastify/busboy'
import type { Hono } from 'hono'
import { endpoints } from '../../../contract/endpoints.ts'
import { KnownError } from '../../../contract/error.ts'
import { ConversationId } from '../../../contract/id.ts'
import { requirePermission } from '../../tenancy/permissions.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import { actorOf, type DoorEnvironment } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

/** How long an answer waits for a file to be read; who still wants to know asks again. */
const WAIT_MS = 25_000

/** `POST /api/uploads`: multipart with one `file`, streamed to the disk, and optionally a `conversationId` and `import=behind` before or after it. */
export function serveUploads(app: Hono<DoorEnvironment>, { tenancy, conversations, settings }: DoorDependencies): void {
  app.post('/api/uploads', async (context) => {
    const actor = await actorOf(context, tenancy)
    requirePermission(actor, 'conversations:create')
    await mkdir(settings.tempDir, { recursive: true })
    const path = join(settings.tempDir, `upload-${randomUUID()}`)
    try {
      const { name, fields } = await receiveFile(context.env.incoming, path, settings.uploadMaxBytes)
      const conversationId = fields.get('conversationId')
      const id = conversationId ? ConversationId.safeParse(conversationId) : undefined
      if (id && !id.success) throw new KnownError('not-found', 'There is no such conversation, or it is not yours.')
      const isBehind = fields.get('import') === 'behind'
      return context.json(await conversations.addUpload(actor, { path, name, conversationId: id?.data, isBehind }), 201)
    } finally {
      await rm(path, { force: true })
    }
  })

  serveEndpoint(app, tenancy, endpoints.readUpload, ({ actor, params, query }) =>
    conversations.upload(actor, params.id, query.wait === '1' ? WAIT_MS : 0),
  )
}

async function receiveFile(
  request: IncomingMessage,
  path: string,
  maxBytes: number,
): Promise<{ name: string; fields: Map<string, string> }> {
  const contentType = request.headers['content-type'] ?? ''
  if (!contentType.startsWith('multipart/form-data'))
    throw new KnownError('invalid-input', 'Send the file as multipart/form-data in a field called "file".')
  const fields = new Map<string, string>()
  let name: string | undefined
  let writing: Promise<void> | undefined
  let isTooLarge = false
  const form = new Busboy({
    headers: { ...request.headers, 'content-type': contentType },
    limits: { files: 1, fileSize: maxBytes, fields: 10, fieldSize: 10_000 },
  })
  form.on('field', (key, value) => fields.set(key, String(value)))
  form.on('file', (_field, stream, fileName) => {
    name = fileName
    stream.on('limit', () => {
      isTooLarge = true
    })
    writing = pipeline(stream, createWriteStream(path))
    writing.catch(() => request.unpipe(form))
  })
  try {
    await pipeline(request, form)
    await writing
  } catch (cause) {
    throw new KnownError('invalid-input', 'The upload broke off. Send the file again.', { cause })
  }
  if (isTooLarge)
    throw new KnownError('too-large', `A file may have at most ${Math.floor(maxBytes / 1_000_000)} MB. An admin can raise this.`)
  if (name === undefined)
    throw new KnownError('invalid-input', 'There is no file in the request. Send it in a field called "file".')
  return { name, fields }
}
