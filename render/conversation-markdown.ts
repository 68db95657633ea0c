import type { Conversation } from '../contract/conversation.ts'
import type { TurnWithRows } from '../contract/turn.ts'
import { formatCount } from './format-cell.ts'
import { fenced, markdownTable, oneLine } from './markdown-text.ts'

/** A conversation as Markdown: each question a heading, then the statements that were run, the answer, and the first rows of each table. */
export function conversationMarkdown({ title, turns }: Pick<Conversation, 'title' | 'turns'>): string {
  return [`# ${oneLine(title)}`, ...turns.flatMap(turnMarkdown), ''].join('\n\n')
}

function turnMarkdown(turn: TurnWithRows): string[] {
  return [
    `## ${turn.seq}. ${oneLine(turn.question)}`,
    ...bylineOf(turn),
    ...turn.steps.flatMap((step) => {
      if (step.kind !== 'query' && step.kind !== 'python') return []
      const error = step.error ? [`*${oneLine(step.error.message)}*`] : []
      return [fenced(step.input, step.kind === 'query' ? 'sql' : 'python'), ...error]
    }),
    ...(turn.answer === '' ? [] : [turn.answer]),
    ...turn.tables.flatMap((table) => [
      `**${oneLine(table.title)}** (${rowsShown(table.rows.length, table.rowCount)})`,
      markdownTable(table.columns, table.rows),
    ]),
    ...turn.charts.map((chart) => `*Chart: ${oneLine(chart.title)}. ${oneLine(chart.label)}*`),
  ]
}

/** Who asked when, and how it ended unless it was answered. */
export function bylineOf(turn: TurnWithRows): string[] {
  const by = [turn.askedBy?.name, turn.startedAt].filter((part) => part !== undefined && part !== '').join(', ')
  const ending = turn.error?.message ?? (turn.status === 'answered' ? undefined : turn.status)
  return [`*${oneLine(by)}*`, ...(ending ? [`*${oneLine(ending)}*`] : [])]
}

export const rowsShown = (shown: number, rowCount: number): string =>
  shown < rowCount ? `first ${formatCount(shown)} of ${formatCount(rowCount)} rows` : `${formatCount(rowCount)} rows`
