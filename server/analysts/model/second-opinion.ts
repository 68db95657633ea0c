import type { Catalog } from '../../../contract/catalog.ts'
import type { Cell, Row } from '../../../contract/column.ts'
import type { Plan } from '../../../contract/plan.ts'
import type { Question } from '../analyst.ts'
import { nearTables } from '../basic/near-tables.ts'
import { readQuestion } from '../basic/read-question.ts'
import type { Tools } from '../tools.ts'
import { sqlOfPlan } from './plan-call.ts'

/** What fixed rules make of the same question, where they understand it without doubt. */
export interface SecondOpinion {
  /** "count of orders · by region" */
  readonly reading: string
  readonly rows: readonly Row[]
}

/** Nothing where the rules have a doubt, or where the question follows up on another one. */
export async function askRules({ text, catalog, now, earlier }: Question, tools: Tools): Promise<SecondOpinion | undefined> {
  if (earlier.length > 0) return undefined
  const reading = readQuestion(text, nearTables(catalog, text), now)
  if (reading.state !== 'understood') return undefined
  const sql = planStatement(reading.plan, catalog)
  if (sql === undefined) return undefined
  const outcome = await tools.query(sql, 'Second opinion by fixed rules', { isShown: false })
  if (!outcome.ok) return undefined
  return { reading: reading.chips.map(({ part, value }) => `${part} ${value}`).join(' · '), rows: outcome.rows }
}

function planStatement(plan: Plan, catalog: Catalog): string | undefined {
  try {
    return sqlOfPlan(plan, catalog)
  } catch {
    return undefined
  }
}

/** Whether two results of the same shape hold other numbers. Results of another shape are not compared. */
export function disagree(one: readonly Row[], two: readonly Row[]): boolean {
  if (one.length !== two.length || one.length === 0) return false
  const left = numbersOf(one)
  const right = numbersOf(two)
  if (left.length !== right.length || left.length === 0) return false
  return left.some((value, at) => Math.abs(value - (right[at] ?? 0)) > 1e-9 * Math.max(1, Math.abs(value)))
}

/** The cells that are numbers, smallest first: the order of columns and rows says nothing. */
const numbersOf = (rows: readonly Row[]): number[] =>
  rows
    .flatMap((row) => row.map(asNumber))
    .filter((value) => value !== undefined)
    .sort((one, two) => one - two)

const asNumber = (cell: Cell): number | undefined => {
  const value =
    typeof cell === 'number' ? cell : typeof cell === 'string' && /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : undefined
  return value !== undefined && Number.isFinite(value) ? value : undefined
}

export const disagreement = ({ reading, rows }: SecondOpinion): string => {
  const single = rows.length === 1 ? numbersOf(rows) : []
  return `Fixed rules read the question as “${reading}” and come to ${single.length === 1 ? String(single[0]) : 'other numbers'}.`
}
