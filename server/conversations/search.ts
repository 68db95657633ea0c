import { and, desc, eq, ilike, isNull, or, type SQL } from 'drizzle-orm'
import type { ConversationId } from '../../contract/id.ts'
import type { SearchHit } from '../../contract/search.ts'
import type { Reader } from '../storage/database.ts'
import { conversations, turns } from './tables.ts'

const MOST_FOUND = 50
const MOST_TURNS = 500
const HITS_EACH = 3
const AROUND = 40

/** Lower-case words of a search, each once. */
export const wordsOf = (query: string): string[] => [...new Set(query.toLowerCase().split(/\s+/).filter(Boolean))]

const like = (word: string): string => `%${word.replace(/[\\%_]/g, '\\$&')}%`

/**
 * Conversations among `visible` whose title, or one of whose turns, holds every word; those with the newest change first, at most 50.
 * Hidden turns are not looked at. Letters match in either case.
 */
export async function findConversations(
  reader: Reader,
  visible: SQL | undefined,
  query: string,
): Promise<{ id: ConversationId; hits: SearchHit[] }[]> {
  const words = wordsOf(query)
  const inTitle = and(...words.map((word) => ilike(conversations.title, like(word))))
  const inTurn = and(
    ...words.map((word) => or(...[turns.question, turns.answer, turns.code].map((part) => ilike(part, like(word))))),
  )
  const rows = await reader
    .select({ id: conversations.id, turn: turns })
    .from(conversations)
    .leftJoin(
      turns,
      and(
        eq(turns.tenantId, conversations.tenantId),
        eq(turns.conversationId, conversations.id),
        eq(turns.isHidden, false),
        inTurn,
      ),
    )
    .where(and(visible, isNull(conversations.deletedAt), or(inTitle, inTurn)))
    .orderBy(desc(conversations.updatedAt), desc(conversations.id), turns.seq)
    .limit(MOST_TURNS)
  const found = new Map<ConversationId, SearchHit[]>()
  for (const { id, turn } of rows) {
    const hits = found.get(id) ?? []
    if (turn && hits.length < HITS_EACH) hits.push(hitOf(turn, words))
    found.set(id, hits)
  }
  return [...found].slice(0, MOST_FOUND).map(([id, hits]) => ({ id, hits }))
}

/** The first part that holds the first of the words which any part holds, with what stands around it. */
export function hitOf(
  turn: Pick<typeof turns.$inferSelect, 'id' | 'question' | 'answer' | 'code'>,
  words: readonly string[],
): SearchHit {
  for (const word of words)
    for (const part of ['question', 'answer', 'code'] as const) {
      const text = turn[part].replace(/\s+/g, ' ')
      const at = text.toLowerCase().indexOf(word)
      if (at < 0) continue
      const from = Math.max(0, at - AROUND)
      const to = at + word.length + AROUND
      return {
        turnId: turn.id,
        part,
        before: `${from > 0 ? '…' : ''}${text.slice(from, at)}`,
        match: text.slice(at, at + word.length),
        after: `${text.slice(at + word.length, to)}${to < text.length ? '…' : ''}`,
      }
    }
  return { turnId: turn.id, part: 'question', before: turn.question.slice(0, 2 * AROUND), match: '', after: '' }
}
