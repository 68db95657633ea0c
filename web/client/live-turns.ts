import type { Row } from '../../contract/column.ts'
import type { TableReference } from '../../contract/table.ts'
import { foldEvent, type LoggedEvent, type TurnHistory } from '../../contract/turn.ts'

/** What this window knows of a conversation's turns, and how far into the log. Tables read with the page carry rows; streamed ones do not. */
export interface LiveTurns extends TurnHistory {
  readonly lastEventSeq: number
}

/** Folds one streamed event in. An event that is already folded in (a resumed stream repeats) changes nothing. */
export function foldLive<Live extends LiveTurns>(live: Live, logged: LoggedEvent): Live {
  if (logged.seq <= live.lastEventSeq) return live
  return { ...live, ...foldEvent(live, logged), lastEventSeq: logged.seq }
}

/** Of two views of the same conversation, the turns of the one further into the log; all else from the fresh one. */
export function keepNewerTurns<Live extends LiveTurns>(known: Live | undefined, fresh: Live): Live {
  if (!known || known.lastEventSeq <= fresh.lastEventSeq) return fresh
  return { ...fresh, turns: known.turns, hidden: known.hidden, lastEventSeq: known.lastEventSeq }
}

/** The rows that travelled with a table, if any did. */
export function rowsOf(table: TableReference & { rows?: readonly Row[] }): readonly Row[] | undefined {
  return table.rows
}

/** Paragraphs of an answer that will not change any more: all of an ended one, else those before the last blank line. */
export function finishedParagraphs(answer: string, isEnded: boolean): string[] {
  const paragraphs = answer.split(/\n\s*\n/).map((text) => text.trim())
  return (isEnded ? paragraphs : paragraphs.slice(0, -1)).filter((text) => text !== '')
}
