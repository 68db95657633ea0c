import type { DashboardFilter, Tile } from '../../contract/dashboard.ts'
import { KnownError } from '../../contract/error.ts'
import type { DashboardId } from '../../contract/id.ts'
import type { Parameter } from '../../contract/parameter.ts'
import { plainLine } from '../../render/markdown-text.ts'
import type { Dashboards } from '../dashboards/dashboards.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { AnswerPart, ScheduleAnswer } from './answer.ts'

/** Refreshes a dashboard. Tiles that fail are told beside the others; throws the first one's reason when none that asks data came through. */
export async function refreshDashboard(
  dashboards: Pick<Dashboards, 'refresh'>,
  actor: Actor,
  id: DashboardId,
): Promise<ScheduleAnswer> {
  const { name, tiles, parameters, filters } = await dashboards.refresh(actor, id)
  const asked = tiles.filter((tile) => tile.sql !== undefined)
  const failed = asked.filter((tile) => tile.problem)
  const [first] = failed
  if (first?.problem && failed.length === asked.length)
    throw new KnownError(first.problem.code, `${first.title}: ${first.problem.message}`)
  return {
    title: name,
    path: `/dashboards/${id}`,
    parts: [...chosen(parameters, filters), ...tiles.flatMap(partOf)],
    tables: tiles.flatMap(({ id: tileId, table }) => (table ? [{ ...table, tileId }] : [])),
    problems: failed.map(({ title, problem }) => `${title} shows its last good result: ${problem?.message}`),
    turnId: null,
  }
}

/** Numbers say little without what they were asked with. */
function chosen(parameters: readonly Parameter[], filters: readonly DashboardFilter[]): AnswerPart[] {
  const lines = [
    ...parameters.map(({ name, label, value }) => `${label ?? name}: ${value}`),
    ...filters.filter(({ value }) => value !== '').map(({ column, value }) => `${column}: ${value}`),
  ]
  return lines.length === 0 ? [] : [{ kind: 'text', title: 'Chosen', markdown: lines.map(plainLine).join('  \n') }]
}

function partOf({ title, markdown, chart, table }: Tile): AnswerPart[] {
  if (markdown !== undefined) return [{ kind: 'text', title, markdown }]
  if (chart?.pictures) return [{ kind: 'chart', title, label: chart.label, picture: chart.pictures.wide }]
  return table ? [{ kind: 'table', title, table }] : []
}
