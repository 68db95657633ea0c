import { TileInput } from '../../contract/dashboard.ts'
import type { ConversationId, TurnId } from '../../contract/id.ts'
import type { TableReference } from '../../contract/table.ts'
import type { Turn } from '../../contract/turn.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Actor } from '../tenancy/actor.ts'

/** A tile for each answer of a conversation, or of one turn: its charts, or its table where it has none, or its text. Tables from SQL can be asked again. */
export async function tilesOfConversation(
  actor: Actor,
  id: ConversationId,
  conversations: Pick<Conversations, 'turns' | 'summary'>,
  turnId?: TurnId,
): Promise<TileInput[]> {
  const { sourceId } = await conversations.summary(actor, id)
  const data = sourceId ? { sourceId } : { conversationId: id }
  const answered = (await conversations.turns(actor, id)).filter(
    (turn) =>
      turn.status === 'answered' && turn.reading?.state !== 'not-understood' && (turnId === undefined || turn.id === turnId),
  )
  return answered.flatMap((turn) => tilesOfTurn(turn, data))
}

function tilesOfTurn(turn: Turn, data: Pick<TileInput, 'sourceId' | 'conversationId'>): TileInput[] {
  const ofTable = (table: TableReference) => {
    const step = turn.steps.find((one) => one.id === table.stepId && one.kind === 'query')
    return { resultDigest: table.digest, ...(step ? { sql: step.input, ...data } : {}) }
  }
  const charts = turn.charts.flatMap((chart) => {
    const table = turn.tables.find((one) => one.id === chart.tableId)
    return table ? [{ title: chart.title, chart: chart.spec, ...ofTable(table) }] : []
  })
  const tables = turn.tables.map((table) => ({ title: table.title, ...ofTable(table) }))
  const found = charts.length > 0 ? charts : tables
  if (found.length > 0) return found.map((tile) => TileInput.parse({ ...tile, title: titleOf(tile.title, turn) }))
  return turn.answer === '' ? [] : [TileInput.parse({ title: titleOf('', turn), markdown: turn.answer })]
}

const titleOf = (title: string, turn: Turn): string => (title.trim() || turn.question.trim() || 'Untitled').slice(0, 200)
