import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId } from '../../contract/id.ts'
import type { Upload } from '../../contract/upload.ts'
import { formatPlural } from '../../render/format-cell.ts'
import { escapeText } from '../../render/html.ts'
import { must } from '../basics/must.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { ensureConversation, reply, type Talk } from './talk.ts'

/** What Telegram's cloud hands out to a bot. */
const MAX_BYTES = 20_000_000

/** Takes a file that somebody sent into the current conversation, and says what was read from it. */
export async function receiveFile(talk: Talk, token: string): Promise<ConversationId> {
  const { context, actor, rooms } = talk
  const document = must(context.message?.document, 'the document')
  requirePermission(actor, 'conversations:create')
  const maxBytes = Math.min(MAX_BYTES, rooms.uploadMaxBytes)
  if ((document.file_size ?? 0) > maxBytes)
    throw new KnownError(
      'too-large',
      `Through Telegram a file may have at most ${Math.floor(maxBytes / 1_000_000)} MB. Bring it in QRY.`,
    )
  const { file_path: filePath } = await context.getFile()
  await mkdir(rooms.tempDir, { recursive: true })
  const path = join(rooms.tempDir, `telegram-${randomUUID()}`)
  try {
    const response = await fetch(`${rooms.apiRoot}/file/bot${token}/${must(filePath, 'the path of the file')}`)
    if (!response.ok || !response.body) throw new KnownError('unavailable', 'Telegram did not hand out the file. Send it again.')
    await pipeline(Readable.fromWeb(response.body), createWriteStream(path))
    const id = await ensureConversation(talk)
    // NOTE: a conversation on a data source asks that source; whoever brings a file wants to ask the file.
    await rooms.conversations.change(actor, id, { sourceId: null })
    const upload = await rooms.conversations.addUpload(actor, {
      path,
      name: document.file_name ?? 'file',
      conversationId: id,
    })
    await reply(talk, readFrom(upload))
    return id
  } finally {
    await rm(path, { force: true })
  }
}

function readFrom({ name, tables, problems, problemCount }: Upload): string {
  const lines = tables.map(({ label, rowCount, columns }) => {
    return `<b>${escapeText(label)}</b>: ${formatPlural(rowCount, 'row')}, ${columns.map((column) => escapeText(column.name)).join(', ')}`
  })
  const first = problems[0]
  const where = first?.line === undefined ? '' : `line ${first.line}: `
  const trouble = first ? [`${formatPlural(problemCount, 'problem')}. ${where}${escapeText(first.message)}`] : []
  return [`Read ${escapeText(name)}.`, ...lines.slice(0, 12), ...trouble, 'Ask.'].join('\n').slice(0, 4_000)
}
