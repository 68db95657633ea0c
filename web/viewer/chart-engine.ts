import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { DataZoomInsideComponent, GridComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { LegacyGridContainLabel } from 'echarts/features'
import { CanvasRenderer } from 'echarts/renderers'
import { fittingSpecs } from '../../render/chart-choice.ts'
import { legendHtml } from '../../render/chart-legend.ts'
import { chartHeight, colorName } from '../../render/chart-look.ts'
import { chartModel } from '../../render/chart-model.ts'
import { chartOption } from '../../render/chart-option.ts'
import { canZoom, isLying, isRound } from '../../render/chart-series.ts'
import { pieOf, pointOn } from '../../render/chart-slices.ts'
import { chartStops, hasPointStops, type Stop } from '../../render/chart-stops.ts'
import { layBars } from '../../render/lay-bars.ts'

use([
  BarChart,
  CustomChart,
  LineChart,
  ScatterChart,
  DataZoomInsideComponent,
  GridComponent,
  LegacyGridContainLabel,
  CanvasRenderer,
])

/** The chunk that is loaded when a chart is first touched: the engine, and what draws with it. */
export {
  canZoom,
  chartHeight,
  chartModel,
  chartOption,
  chartStops,
  colorName,
  type EChartsType,
  fittingSpecs,
  hasPointStops,
  init,
  isLying,
  isRound,
  layBars,
  legendHtml,
  pieOf,
  pointOn,
  type Stop,
}
