import type { Conversation } from '../contract/conversation.ts'
import type { Digest } from '../contract/id.ts'
import type { Table } from '../contract/table.ts'
import type { Step, TurnWithRows } from '../contract/turn.ts'
import { bylineOf, rowsShown } from './conversation-markdown.ts'
import { html } from './html.ts'
import { markdownTable, oneLine } from './markdown-text.ts'

type Output =
  | { output_type: 'display_data'; data: Record<string, string>; metadata: Record<string, never> }
  | { output_type: 'stream'; name: 'stdout'; text: string }
  | { output_type: 'error'; ename: string; evalue: string; traceback: string[] }

type NotebookCell =
  | { cell_type: 'markdown'; id: string; metadata: object; source: string }
  | { cell_type: 'code'; id: string; metadata: object; source: string; execution_count: null; outputs: Output[] }

/**
 * A conversation as a Jupyter notebook (nbformat 4.5): questions and answers as Markdown, each statement and each Python cell as a code cell
 * with what came of it as MIME bundles. `pictures` are the charts' SVG by digest; a chart whose picture is not there says its label.
 */
export function conversationNotebook(
  { title, turns }: Pick<Conversation, 'title' | 'turns'>,
  pictures: ReadonlyMap<Digest, string>,
): object {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      title,
      kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' },
      language_info: { name: 'python' },
    },
    cells: [markdown('title', `# ${oneLine(title)}`), ...turns.flatMap((turn) => cellsOf(turn, pictures))],
  }
}

const markdown = (id: string, source: string): NotebookCell => ({ cell_type: 'markdown', id, metadata: {}, source })

function cellsOf(turn: TurnWithRows, pictures: ReadonlyMap<Digest, string>): NotebookCell[] {
  const name = `q${turn.seq}`
  const steps = turn.steps.filter((step) => step.kind === 'query' || step.kind === 'python')
  const lastId = steps.at(-1)?.id
  const isOf = (step: Step, table: Table | undefined) =>
    table?.stepId === step.id || (step.id === lastId && !steps.some((other) => other.id === table?.stepId))
  return [
    markdown(name, [`## ${turn.seq}. ${oneLine(turn.question)}`, ...bylineOf(turn)].join('\n\n')),
    ...steps.map((step): NotebookCell => {
      const tables = turn.tables.filter((table) => isOf(step, table))
      const charts = turn.charts.filter((chart) =>
        isOf(
          step,
          turn.tables.find((table) => table.id === chart.tableId),
        ),
      )
      return {
        cell_type: 'code',
        id: `${name}-${step.id}`,
        metadata: step.kind === 'query' ? { vscode: { languageId: 'sql' } } : {},
        source: step.kind === 'query' ? `%%sql\n${step.input}` : step.input,
        execution_count: null,
        outputs: [
          ...(step.output?.text ? [{ output_type: 'stream' as const, name: 'stdout' as const, text: step.output.text }] : []),
          ...tables.map(tableOutput),
          ...charts.map(({ title, label, pictures: drawn }) => {
            const svg = drawn && pictures.get(drawn.wide)
            return display({ ...(svg ? { 'image/svg+xml': svg } : {}), 'text/plain': `${title}. ${label}` })
          }),
          ...(step.error ? [errorOutput(step.error)] : []),
        ],
      }
    }),
    ...(turn.answer === '' ? [] : [markdown(`${name}-answer`, turn.answer)]),
  ]
}

const display = (data: Record<string, string>): Output => ({ output_type: 'display_data', data, metadata: {} })

const errorOutput = ({ code, message }: NonNullable<Step['error']>): Output => ({
  output_type: 'error',
  ename: code,
  evalue: message,
  traceback: [`${code}: ${message}`],
})

function tableOutput({ title, columns, rows, rowCount }: Table): Output {
  const caption = `${title}, ${rowsShown(rows.length, rowCount)}`
  const table = html`<table><caption>${caption}</caption><thead><tr>${columns.map(({ name }) => html`<th>${name}</th>`)}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((cell) => html`<td>${cell === null ? '' : String(cell)}</td>`)}</tr>`,
  )}</tbody></table>`
  return display({ 'text/html': table.markup, 'text/plain': `${caption}\n${markdownTable(columns, rows)}` })
}
