import type { Digest } from '../../contract/id.ts'
import type { TurnEvent } from '../../contract/turn.ts'
import type { UploadTable } from '../../contract/upload.ts'

/** The results that an event brings into its conversation. A new kind of event has to say here what it holds. */
export function digestsOfEvent(event: TurnEvent): Digest[] {
  switch (event.type) {
    case 'table-ready':
      return [event.table.digest]
    case 'chart-ready':
      return event.chart.pictures ? [event.chart.pictures.wide, event.chart.pictures.narrow] : []
    case 'figure-ready':
      return [event.figure.digest]
    case 'turn-start':
    case 'reading-ready':
    case 'step-start':
    case 'step-end':
    case 'step-error':
    case 'step-output':
    case 'text-delta':
    case 'choices-ready':
    case 'model-used':
    case 'turn-confirm':
    case 'turn-end':
    case 'rewind':
    case 'undo-rewind':
      return []
  }
}

export const digestsOfUpload = (upload: { digest: Digest | null; tables: readonly UploadTable[] }): Digest[] => [
  ...(upload.digest ? [upload.digest] : []),
  ...upload.tables.map((table) => table.digest),
]
