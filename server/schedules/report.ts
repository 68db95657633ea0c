import { buffer } from 'node:stream/consumers'
import type { Row } from '../../contract/column.ts'
import type { TableReference } from '../../contract/table.ts'
import type { Pictures } from '../pictures/pictures.ts'
import type { Results } from '../results/results.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { AnswerPart, ScheduleAnswer } from './answer.ts'

/** An answer with its bytes, ready for a letter or a chat. */
export interface Report {
  readonly title: string
  /** Why it comes: the alert's reason; empty without an alert. */
  readonly reason: string
  readonly problems: readonly string[]
  readonly parts: readonly ReportPart[]
  /** Its page in the app, where the server knows its own address. */
  readonly url: string | undefined
}

export type ReportPart =
  | { readonly kind: 'text'; readonly title: string; readonly markdown: string }
  | { readonly kind: 'picture'; readonly title: string; readonly label: string; readonly png: Buffer }
  | ReportTable

export interface ReportTable {
  readonly kind: 'table'
  readonly title: string
  readonly table: TableReference
  /** The first ones. */
  readonly rows: readonly Row[]
  /** All of it; undefined when it is too large to send. */
  readonly csv: Buffer | undefined
}

/** Rows that stand in a letter. */
const SHOWN_ROWS = 20
const MAX_CSV_BYTES = 5_000_000
/** Of one report: most mail servers take no more than ten. */
const MAX_BYTES = 8_000_000

export async function makeReport(
  rooms: { readonly results: Results; readonly pictures: Pictures },
  actor: Actor,
  answer: ScheduleAnswer,
  { reason, origin }: { reason: string; origin: string | undefined },
): Promise<Report> {
  const parts: ReportPart[] = []
  let room = MAX_BYTES
  for (const part of answer.parts) {
    const made = await partOf(rooms, actor, part, room)
    room -= made.kind === 'picture' ? made.png.length : made.kind === 'table' ? (made.csv?.length ?? 0) : 0
    parts.push(made)
  }
  const url = origin === undefined ? undefined : origin + answer.path
  return { title: answer.title, reason, problems: answer.problems, parts, url }
}

async function partOf(
  { results, pictures }: { readonly results: Results; readonly pictures: Pictures },
  actor: Actor,
  part: AnswerPart,
  room: number,
): Promise<ReportPart> {
  switch (part.kind) {
    case 'text':
      return part
    case 'chart': {
      const png = await pictures.png(await results.picture(actor, part.picture))
      return { kind: 'picture', title: part.title, label: part.label, png }
    }
    case 'figure': {
      const bytes = Buffer.from(await results.figure(actor, part.digest))
      const png = part.isSvg ? await pictures.png(bytes.toString()) : bytes
      return { kind: 'picture', title: part.title, label: part.title, png }
    }
    case 'table': {
      const { rows } = await results.table(actor, part.table.digest)
      return { ...part, rows: rows.slice(0, SHOWN_ROWS), csv: await csvOf(results, actor, part.table, room) }
    }
  }
}

async function csvOf(
  results: Results,
  actor: Actor,
  { digest, rowCount }: TableReference,
  room: number,
): Promise<Buffer | undefined> {
  // NOTE: a row takes ten bytes at least, so that a million of them is not read to be thrown away.
  if (rowCount * 10 > Math.min(MAX_CSV_BYTES, room)) return undefined
  const bytes = await buffer(await results.csv(actor, digest, { escapeFormulas: true }))
  return bytes.length <= Math.min(MAX_CSV_BYTES, room) ? bytes : undefined
}

/** A table's name as a file's. */
export const csvName = (title: string): string => {
  const stem = title
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
  return `${stem || 'table'}.csv`
}
