import { FONT_SIZE } from './chart-look.ts'
import type { ChartModel } from './chart-series.ts'
import { isNumberType, isTimeType } from './format-cell.ts'
import { textWidth } from './text-width.ts'

const NARROWEST_STANDING = 500
const MOST_LAID = 24
/** What the numbers beside the plot take. */
const BESIDE = 60

/** Standing bars whose names have no room below them lie down: on a phone half of the names would be missing. */
export function layBars(model: ChartModel, width: number): ChartModel {
  const { spec, categories, xKind, xType } = model
  const isStandingByName =
    spec.kind === 'bar' && !spec.horizontal && xKind === 'category' && !isTimeType(xType) && !isNumberType(xType)
  if (!isStandingByName || width > NARROWEST_STANDING || categories.length > MOST_LAID) return model
  const room = (width - BESIDE) / Math.max(1, categories.length)
  const hasRoom = categories.every((name) => textWidth(name, FONT_SIZE) < room)
  return hasRoom ? model : { ...model, spec: { ...spec, horizontal: true } }
}
