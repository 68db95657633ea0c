import type { Digest } from '../../contract/id.ts'
import type { Snapshot, SnapshotStep, SnapshotTable, SnapshotTurn } from '../../contract/snapshot.ts'
import { fenced, markdownTable, oneLine } from '../../render/markdown-text.ts'

/** The machine-readable twin (B7): the snapshot with links to its tables and files in place of what names blobs. */
export function jsonTwin(snapshot: Snapshot, snapshotDigest: Digest, basePath: string): string {
  const table = ({ id, title, columns, rowCount, truncated, digest, firstRows, stepNumber }: SnapshotTable) => ({
    id,
    title,
    columns,
    rowCount,
    truncated,
    digest,
    firstRows,
    ...(stepNumber === undefined ? {} : { stepNumber }),
    links: { json: `${basePath}/tables/${id}.json`, ...exportsOf(snapshot, basePath, id) },
  })
  return JSON.stringify({
    ...snapshot,
    digest: snapshotDigest,
    links: { page: basePath, markdown: `${basePath}.md`, snapshot: `${basePath}/snapshot.json` },
    turns: snapshot.turns.map((turn) => ({
      ...turn,
      tables: turn.tables.map(table),
      charts: turn.charts.map(({ id, title, label, spec, tableId, pictures }) => ({
        id,
        title,
        label,
        spec,
        tableId,
        ...(pictures ? { links: { svg: `${basePath}/charts/${id}.svg` } } : {}),
      })),
      ...(turn.figures
        ? { figures: turn.figures.map((figure) => ({ ...figure, link: `${basePath}/figures/${figure.id}` })) }
        : {}),
    })),
    files: snapshot.files.map(({ name, bytes }) => ({ name, bytes, link: `${basePath}/files/${encodeURIComponent(name)}` })),
  })
}

const exportsOf = (snapshot: Snapshot, basePath: string, id: string) =>
  snapshot.downloads ? { csv: `${basePath}/tables/${id}.csv`, parquet: `${basePath}/tables/${id}.parquet` } : {}

/** The page as Markdown, with the first rows of each table. */
export function markdownTwin(snapshot: Snapshot, basePath: string): string {
  const head = [
    `# ${oneLine(snapshot.title)}`,
    `${oneLine(snapshot.by)} · frozen ${snapshot.frozenAt} · version ${snapshot.shareVersion}`,
    ...chosenLines(snapshot),
  ]
  const files = snapshot.files.map(
    (file) => `- [${oneLine(file.name)}](${basePath}/files/${encodeURIComponent(file.name)}) (${file.bytes} bytes)`,
  )
  return [
    ...head,
    ...snapshot.turns.flatMap((turn) => turnLines(turn, basePath)),
    ...(files.length > 0 ? ['## Files', files.join('\n')] : []),
    '',
  ].join('\n\n')
}

const withLine = ({ values = [] }: SnapshotStep): string[] =>
  values.length === 0 ? [] : [`*With ${values.map(({ name, value }) => `$${name} = ${oneLine(value)}`).join(', ')}*`]

/** What its tiles were asked with and filtered by. */
function chosenLines({ dashboard }: Snapshot): string[] {
  const lines = [...(dashboard?.parameters ?? []), ...(dashboard?.filters ?? [])].map((line) => `- ${oneLine(line)}`)
  return lines.length === 0 ? [] : [lines.join('\n')]
}

function turnLines(turn: SnapshotTurn, basePath: string): string[] {
  return [
    `## ${turn.number}. ${oneLine(turn.question)}`,
    ...(turn.status === 'answered' ? [] : [`*${turn.error?.message ?? turn.status}*`]),
    ...turn.steps.flatMap((step) =>
      step.kind === 'query' || step.kind === 'python'
        ? [fenced(step.input, step.kind === 'query' ? 'sql' : 'python'), ...withLine(step)]
        : [],
    ),
    ...(turn.answer === '' ? [] : [turn.answer]),
    ...turn.tables.flatMap((table) => [
      `**${oneLine(table.title)}** (${table.rowCount} rows: ${basePath}/tables/${table.id}.json)`,
      markdownTable(table.columns, table.firstRows),
    ]),
    ...(turn.figures ?? []).map((figure) => `*Figure: ${oneLine(figure.title)} (${basePath}/figures/${figure.id})*`),
    ...turn.charts.map((chart) => `*Chart: ${oneLine(chart.title)}. ${oneLine(chart.label)}*`),
  ]
}
