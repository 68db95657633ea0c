import type { Cell, CellEvent, DataAnswer, DataCall } from './engine.ts'

/** A cell that ran and left its mark on the state. */
export interface PastCell {
  readonly id: string
  readonly code: string
  readonly name: string
}

export interface CellRequest {
  readonly cell: Cell
  /** The cells that made the state in which this one is to run, oldest first. */
  readonly past: readonly PastCell[]
  /** Answers what cells ask for, by a file laid into `dataDir`. */
  readonly answer: (call: DataCall, dataDir: string) => Promise<DataAnswer>
  readonly signal?: AbortSignal
}

/** An event of a cell. A table that it shows is a Parquet file, there until the next event is asked for. */
export type RoomEvent =
  | CellEvent
  | { readonly type: 'table'; readonly path: string; readonly truncated: boolean }
  /** To be kept with what the cell prints; `progress` only until the cell prints something. */
  | { readonly type: 'notice' | 'progress'; readonly text: string }
