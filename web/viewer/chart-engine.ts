import { BarChart, LineChart, ScatterChart } from 'echarts/charts'
import { DataZoomInsideComponent, GridComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { LegacyGridContainLabel } from 'echarts/features'
import { CanvasRenderer } from 'echarts/renderers'
import { xLabel } from '../../render/chart-label.ts'
import { chartHeight, pointNumber } from '../../render/chart-look.ts'
import { chartModel } from '../../render/chart-model.ts'
import { chartOption } from '../../render/chart-option.ts'

use([BarChart, LineChart, ScatterChart, DataZoomInsideComponent, GridComponent, LegacyGridContainLabel, CanvasRenderer])

/** The chunk that is loaded when a chart is first touched: the engine, and what draws with it. */
export { chartHeight, chartModel, chartOption, type EChartsType, init, pointNumber, xLabel }
