import type { Tile } from '../../contract/dashboard.ts'
import { KnownError } from '../../contract/error.ts'
import type { DashboardId } from '../../contract/id.ts'
import type { Dashboards } from '../dashboards/dashboards.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { AnswerPart, ScheduleAnswer } from './answer.ts'

/** Refreshes a dashboard. Tiles that fail are told beside the others; throws the first one's reason when none that asks data came through. */
export async function refreshDashboard(
  dashboards: Pick<Dashboards, 'refresh'>,
  actor: Actor,
  id: DashboardId,
): Promise<ScheduleAnswer> {
  const { name, tiles } = await dashboards.refresh(actor, id)
  const asked = tiles.filter((tile) => tile.sql !== undefined)
  const failed = asked.filter((tile) => tile.problem)
  const [first] = failed
  if (first?.problem && failed.length === asked.length)
    throw new KnownError(first.problem.code, `${first.title}: ${first.problem.message}`)
  return {
    title: name,
    path: `/dashboards/${id}`,
    parts: tiles.flatMap(partOf),
    tables: tiles.flatMap(({ id: tileId, table }) => (table ? [{ ...table, tileId }] : [])),
    problems: failed.map(({ title, problem }) => `${title} shows its last good result: ${problem?.message}`),
    turnId: null,
  }
}

function partOf({ title, markdown, chart, table }: Tile): AnswerPart[] {
  if (markdown !== undefined) return [{ kind: 'text', title, markdown }]
  if (chart?.pictures) return [{ kind: 'chart', title, label: chart.label, picture: chart.pictures.wide }]
  return table ? [{ kind: 'table', title, table }] : []
}
