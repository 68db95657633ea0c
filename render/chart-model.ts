import type { ChartSpec } from '../contract/chart.ts'
import { boxModel } from './box-model.ts'
import { geoModel, heatModel } from './cell-model.ts'
import type { ChartData } from './chart-data.ts'
import { type ChartModel, MAX_POINTS } from './chart-series.ts'
import { histogramModel } from './histogram-model.ts'
import { kpiModel } from './kpi-model.ts'
import { seriesModel } from './series-model.ts'
import { funnelModel, sliceModel } from './slice-model.ts'
import { waterfallModel } from './waterfall-model.ts'

/** Reads a chart's series from a table, at most so many points each. Throws a RangeError for a column that is not there. */
export function chartModel(spec: ChartSpec, data: ChartData, maxPoints = MAX_POINTS): ChartModel {
  switch (spec.kind) {
    case 'histogram':
      return histogramModel(spec, data)
    case 'box':
      return boxModel(spec, data)
    case 'heatmap':
      return heatModel(spec, data)
    case 'geo':
      return geoModel(spec, data)
    case 'kpi':
      return kpiModel(spec, data)
    case 'pie':
    case 'donut':
      return sliceModel(spec, data)
    case 'funnel':
      return funnelModel(spec, data)
    case 'waterfall':
      return waterfallModel(spec, data)
    default:
      return seriesModel(spec, data, maxPoints)
  }
}
