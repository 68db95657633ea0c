import type { Actor } from '../tenancy/actor.ts'
import { csvName, type Report } from './report.ts'

/** A message of the bot: text, a picture, or a file. */
export type ChatMessage =
  | { readonly kind: 'text'; readonly markdown: string }
  | { readonly kind: 'picture'; readonly png: Buffer; readonly caption: string }
  | { readonly kind: 'file'; readonly bytes: Buffer; readonly name: string; readonly caption: string }

/** The chat that a person linked with the tenant's bot. */
export interface OwnerChat {
  isLinked(actor: Actor): Promise<boolean>
  /** Throws `conflict` when there is no such chat any more, `unavailable` when Telegram does not take it. */
  send(actor: Actor, messages: readonly ChatMessage[]): Promise<void>
}

/** A report as messages: text first, then a picture for each chart and a file for each table that is worth one. */
export function messagesOf(report: Report, name: string): ChatMessage[] {
  const notes = [report.reason, ...report.problems].filter((note) => note !== '')
  const words = report.parts.flatMap((part) =>
    part.kind === 'text' ? [part.title === '' ? part.markdown : `**${part.title}**\n\n${part.markdown}`] : [],
  )
  const link = report.url ? [`[Open it in QRY](${report.url})`] : []
  const files = report.parts.flatMap((part): ChatMessage[] => {
    if (part.kind === 'picture') return [{ kind: 'picture', png: part.png, caption: `${part.title}. ${part.label}` }]
    if (part.kind === 'table' && part.csv && part.table.rowCount > 0)
      return [{ kind: 'file', bytes: part.csv, name: csvName(part.title), caption: part.title }]
    return []
  })
  return [{ kind: 'text', markdown: [`**${name}**`, ...notes, ...words, ...link].join('\n\n') }, ...files]
}
