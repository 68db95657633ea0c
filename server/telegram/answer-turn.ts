import { buffer } from 'node:stream/consumers'
import { InlineKeyboard, InputFile } from 'grammy'
import type { ConversationId } from '../../contract/id.ts'
import type { Chip, Reading } from '../../contract/plan.ts'
import type { Table } from '../../contract/table.ts'
import type { TurnWithRows } from '../../contract/turn.ts'
import { formatPlural } from '../../render/format-cell.ts'
import { escapeText } from '../../render/html.ts'
import { tableSvg } from '../../render/table-svg.ts'
import type { RunningTurn } from '../analysts/turn-loop.ts'
import { sleep } from '../basics/sleep.ts'
import { cutLine, messagesOf } from './message-text.ts'
import { pageOf, reply, sentenceOf, type Talk } from './talk.ts'

/** Larger tables come as a file. */
const PICTURE_ROWS = 20
const PICTURE_COLUMNS = 7
/** What a bot may send as a file. */
const MAX_CSV_BYTES = 49_000_000
const TYPING_MS = 4_000

/** Waits for the turn, showing that somebody types, and sends what came of it. Never rejects. */
export async function answerTurn(talk: Talk, id: ConversationId, running: RunningTurn): Promise<void> {
  const typing = new AbortController()
  const shown = showTyping(talk, typing.signal)
  try {
    await running.finished
    typing.abort()
    await sendTurn(talk, id, await talk.rooms.conversations.turn(talk.actor, id, running.turnId))
  } catch (error) {
    const sentence = sentenceOf(error, talk.rooms.report)
    await reply(talk, sentence).catch(() => undefined)
  } finally {
    typing.abort()
    await shown
  }
}

async function showTyping({ context }: Talk, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // NOTE: nobody misses it when it fails.
    await context.replyWithChatAction('typing').catch(() => undefined)
    await sleep(TYPING_MS, signal).catch(() => undefined)
  }
}

/** Text first, then each chart and each table as a picture or a file. */
async function sendTurn(talk: Talk, id: ConversationId, turn: TurnWithRows): Promise<void> {
  for (const message of messagesOf(turn.answer)) await reply(talk, message)
  if (turn.status === 'needs-confirmation' && turn.reading?.state === 'my-reading') return sendReading(talk, turn, turn.reading)
  for (const chart of turn.charts) {
    if (!chart.pictures) continue
    const svg = await talk.rooms.results.picture(talk.actor, chart.pictures.wide)
    await sendPicture(talk, await talk.rooms.pictures.png(svg), `${chart.title}. ${chart.label}`, 'chart.png')
  }
  for (const table of turn.tables) if (!isSaid(table, turn)) await sendTable(talk, table)
  await sendFigures(talk, id, turn)
  const ending = endingOf(turn)
  if (ending) await reply(talk, ending)
}

/** One number that the sentence has told already. */
const isSaid = (table: Table, turn: TurnWithRows): boolean =>
  table.rowCount === 1 && table.columns.length === 1 && turn.answer.trim() !== ''

async function sendPicture(talk: Talk, png: Uint8Array, caption: string, name: string): Promise<void> {
  await talk.context.replyWithPhoto(new InputFile(png, name), { caption: cutLine(caption) })
}

async function sendTable(talk: Talk, table: Table): Promise<void> {
  const { actor, rooms, context } = talk
  const caption = `${table.title}: ${formatPlural(table.rowCount, 'row')}${table.truncated ? ' of more' : ''}`
  if (table.rowCount > 0 && table.rowCount <= PICTURE_ROWS && table.columns.length <= PICTURE_COLUMNS)
    return sendPicture(talk, await rooms.pictures.png(tableSvg(table.columns, table.rows)), caption, 'table.png')
  if (table.rowCount === 0) return reply(talk, escapeText(caption))
  const csv = await rooms.results.csv(actor, table.digest, { escapeFormulas: true })
  const bytes = await buffer(csv)
  if (bytes.byteLength > MAX_CSV_BYTES) return reply(talk, `${escapeText(caption)}. Too large for Telegram: open it in QRY.`)
  await context.replyWithDocument(new InputFile(bytes, `${fileStem(table.title)}.csv`), { caption: cutLine(caption) })
}

const fileStem = (title: string): string =>
  title
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60) || 'table'

async function sendFigures(talk: Talk, id: ConversationId, turn: TurnWithRows): Promise<void> {
  let isLeftOut = false
  for (const { kind, digest, title } of turn.figures ?? []) {
    const bytes = kind === 'png' || kind === 'svg' ? await talk.rooms.results.figure(talk.actor, digest) : undefined
    if (!bytes) isLeftOut = true
    else if (kind === 'png') await sendPicture(talk, bytes, title, 'figure.png')
    else await sendPicture(talk, await talk.rooms.pictures.png(Buffer.from(bytes).toString()), title, 'figure.png')
  }
  if (!isLeftOut) return
  const page = await pageOf(talk, id)
  await reply(
    talk,
    `An interactive figure can't be shown here. ${page ? `See it in QRY: ${escapeText(page)}` : 'See it in QRY.'}`,
  )
}

function endingOf(turn: TurnWithRows): string | undefined {
  switch (turn.status) {
    case 'failed': {
      const error = turn.error ?? turn.steps.findLast((step) => step.error)?.error
      return turn.answer.trim() === '' || turn.error ? escapeText(error?.message ?? 'That did not work.') : undefined
    }
    case 'cancelled':
      return 'Stopped.'
    case 'interrupted':
      return 'The server was stopped in the middle of this. Ask again.'
    default:
      return undefined
  }
}

type MyReading = Extract<Reading, { state: 'my-reading' }>

const chipsLine = (chips: readonly Chip[]): string => chips.map(({ part, value }) => `${part} ${value}`).join(' · ')

/** A reading that waits: what was understood, and a button for it and for each other way to read the question. */
async function sendReading({ context }: Talk, turn: TurnWithRows, { chips, why, alternatives }: MyReading): Promise<void> {
  const buttons = new InlineKeyboard().text('Run', `run:${turn.id}:0`)
  alternatives.forEach((alternative, place) => {
    buttons.row().text(cutLine(chipsLine(alternative.chips), 60), `run:${turn.id}:${place + 1}`)
  })
  const text = `${escapeText(cutLine(why, 1_000))}\n<b>My reading:</b> ${escapeText(cutLine(chipsLine(chips), 1_000))}`
  await context.reply(text, { parse_mode: 'HTML', reply_markup: buttons })
}

/** The reading behind a button of `sendReading`. */
export function chosenReading(turn: TurnWithRows, place: number): Reading | undefined {
  if (turn.reading?.state !== 'my-reading') return undefined
  const alternative = turn.reading.alternatives[place - 1]
  return alternative ? { state: 'understood', ...alternative } : turn.reading
}
