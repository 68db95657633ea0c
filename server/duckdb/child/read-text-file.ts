import { isUtf8 as isUtf8Text } from 'node:buffer'
import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { KnownError } from '../../../contract/error.ts'

const SCAN_BYTES = 1024 * 1024
/** The longest line that is read. */
export const LINE_BYTES = 16 * 1024 * 1024

interface TextFile {
  /** UTF-8 without a byte order mark and without NUL characters. */
  readonly path: string
  readonly nulCount: number
  readonly isEmpty: boolean
  /** No row is longer, in bytes, unless a quoted cell holds line ends. */
  readonly longestLine: number
}

/** Makes sure that a file is text of sensible lines, and brings it to plain UTF-8 in `converted` where it is not. Throws `unreadable-file`. */
export async function readTextFile(
  path: string,
  converted: string,
  { isOneLineFine = false }: { isOneLineFine?: boolean } = {},
): Promise<TextFile> {
  const head = await firstBytes(path)
  if (isBinary(head))
    throw new KnownError(
      'unreadable-file',
      'This is not a text file, nor another kind that can be read. Bring CSV, TSV, Excel (.xlsx), JSON, NDJSON, Parquet or SQLite.',
    )
  const utf16 = utf16Encoding(head)
  const scan = await scanFile(path, utf16 !== undefined)
  if (scan.longestLine > LINE_BYTES && !isOneLineFine) {
    throw new KnownError(
      'unreadable-file',
      `A line of this file is longer than ${LINE_BYTES / 1024 / 1024} MB, so it is not a table of rows. Check that lines end where rows end.`,
    )
  }
  const hasMark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf
  const encoding = utf16 ?? (scan.isUtf8 ? 'utf-8' : 'windows-1252')
  const isPlain = encoding === 'utf-8' && !hasMark && scan.nulCount === 0 && !scan.endsLinesByReturn
  const { isBlank: isEmpty } = scan
  // NOTE: in another encoding a letter may take up to three times as many bytes.
  const longestLine = isPlain ? scan.longestLine : scan.longestLine * 3
  if (isPlain) return { path, nulCount: 0, isEmpty, longestLine }
  const decoder = new TextDecoder(encoding)
  const clean = (text: string): string => {
    const kept = text.replaceAll('\0', '')
    return scan.endsLinesByReturn ? kept.replaceAll('\r', '\n') : kept
  }
  const decode = new Transform({
    transform: (chunk: Uint8Array, _, done) => done(null, clean(decoder.decode(chunk, { stream: true }))),
    flush: (done) => done(null, clean(decoder.decode())),
  })
  await pipeline(createReadStream(path), decode, createWriteStream(converted))
  return { path: converted, nulCount: utf16 ? 0 : scan.nulCount, isEmpty, longestLine }
}

/** Whether a file is UTF-8 text as it stands, with lines that end by line feeds: nothing of it would be converted. */
export async function isPlainText(path: string): Promise<boolean> {
  const { isUtf8, nulCount, endsLinesByReturn } = await scanFile(path, false)
  return isUtf8 && nulCount === 0 && !endsLinesByReturn
}

/** The same, as far as the beginning shows. */
export async function looksPlain(path: string): Promise<boolean> {
  const head = await firstBytes(path)
  return !isBinary(head) && !utf16Encoding(head) && head[0] !== 0xef && head.includes(10) && !head.includes(0)
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function utf16Encoding(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const pairs = head.length >> 1
  let even = 0
  let odd = 0
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) even++
    if (head[2 * i + 1] === 0) odd++
  }
  if (pairs < 4) return undefined
  return odd > pairs * 0.7 && even === 0 ? 'utf-16le' : even > pairs * 0.7 && odd === 0 ? 'utf-16be' : undefined
}

/** Archives, pictures and the like: known first bytes, or many control characters. */
function isBinary(head: Uint8Array): boolean {
  if (utf16Encoding(head)) return false
  const start = Buffer.from(head.subarray(0, 6)).toString('latin1')
  if (
    /^(PK\x03\x04|\x1f\x8b|%PDF|\x89PNG|\xff\xd8\xff|GIF8|PAR1|\x7fELF|\xd0\xcf\x11\xe0|SQLite|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd)/.test(
      start,
    )
  )
    return true
  const controls = head.reduce(
    (count, byte) => count + (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 ? 1 : 0),
    0,
  )
  return controls > head.length * 0.1
}

async function scanFile(
  path: string,
  isWide: boolean,
): Promise<{ isUtf8: boolean; isBlank: boolean; nulCount: number; longestLine: number; endsLinesByReturn: boolean }> {
  let isUtf8 = true
  let isBlank = true
  let nulCount = 0
  let longestLine = 0
  let line = 0
  let hasNewline = false
  let hasReturn = false
  let restLength = 0
  const buffer = Buffer.allocUnsafe(SCAN_BYTES)
  const file = await open(path, 'r')
  for (;;) {
    // NOTE: a letter that the last chunk cut stands before this one. One buffer for all, as fresh ones cost more than the look at them.
    const { bytesRead } = await file.read(buffer, restLength, SCAN_BYTES - restLength, null)
    if (bytesRead === 0) break
    const chunk = buffer.subarray(restLength, restLength + bytesRead)
    const joined = buffer.subarray(0, restLength + bytesRead)
    const end = isUtf8 && !isWide ? wholeLettersEnd(joined) : joined.length
    if (isUtf8 && !isWide) isUtf8 = isUtf8Text(joined.subarray(0, end))
    const first = chunk.indexOf(10)
    if (first < 0) line += chunk.length
    else {
      // NOTE: a line inside a chunk is shorter than the chunk, so only those that cross its ends count.
      hasNewline = true
      longestLine = Math.max(longestLine, line + first)
      line = chunk.length - chunk.lastIndexOf(10) - 1
    }
    longestLine = Math.max(longestLine, line)
    if (!isWide) for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, at + 1)) nulCount++
    if (!hasNewline && !hasReturn) hasReturn = chunk.includes(13)
    if (isBlank)
      isBlank = chunk.every(
        (byte) => byte <= 32 || byte === 0xef || byte === 0xbb || byte === 0xbf || byte === 0xfe || byte === 0xff,
      )
    buffer.copy(buffer, 0, end, joined.length)
    restLength = joined.length - end
  }
  await file.close()
  const endsLinesByReturn = !hasNewline && hasReturn && !isWide
  return {
    isUtf8: isUtf8 && (isWide || restLength === 0),
    isBlank,
    nulCount,
    longestLine: endsLinesByReturn ? 0 : longestLine,
    endsLinesByReturn,
  }
}

/** Where the last letter that is whole ends: a chunk may end in the middle of one. */
function wholeLettersEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes.length
    if (byte < 0xc0) continue
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return size > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
