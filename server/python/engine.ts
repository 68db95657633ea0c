import { z } from 'zod'

/**
 * What a session may use. Bytes and milliseconds; all are whole numbers above zero.
 * NOTE: write sizes as `2 * 2 ** 30`, never `2 << 30`, which is negative.
 */
export interface PythonLimits {
  readonly cellTimeoutMs: number
  /** How long an interrupted cell may take to stop before it is killed. */
  readonly interruptGraceMs: number
  readonly memoryBytes: number
  readonly processes: number
  readonly fileBytes: number
  readonly outFolderBytes: number
  readonly tmpBytes: number
  readonly sharedMemoryBytes: number
  readonly outputBytes: number
  readonly displays: number
  readonly displayBytes: number
  readonly hotCopies: number
}

export const defaultLimits: PythonLimits = {
  cellTimeoutMs: 300_000,
  interruptGraceMs: 2_000,
  memoryBytes: 2 * 2 ** 30,
  processes: 64,
  fileBytes: 512 * 2 ** 20,
  outFolderBytes: 2 ** 30,
  tmpBytes: 256 * 2 ** 20,
  sharedMemoryBytes: 128 * 2 ** 20,
  outputBytes: 2 ** 20,
  displays: 200,
  displayBytes: 10 * 2 ** 20,
  hotCopies: 8,
}

/** Throws a RangeError for a limit that is no limit. */
export function checkLimits(limits: PythonLimits): PythonLimits {
  for (const [name, value] of Object.entries(limits) as [string, number][])
    if (!Number.isSafeInteger(value) || value <= 0)
      throw new RangeError(`The limit ${name} is ${value}; it must be a whole number above zero.`)
  return limits
}

/** What a cell shows, by MIME type, as notebooks have it. */
export const MimeBundle = z.record(z.string().max(100), z.unknown())
export type MimeBundle = z.infer<typeof MimeBundle>

export const CellErrorKind = z.enum(['python', 'timeout', 'interrupted', 'memory', 'crashed', 'limit', 'missing-package'])
export type CellErrorKind = z.infer<typeof CellErrorKind>

/**
 * What happens while a cell runs. Every run ends in `done`, whatever died.
 * `stateKept`: the namespace is as the cell left it; otherwise it is as before the cell.
 */
export type CellEvent =
  | { readonly type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string; readonly truncated?: true }
  | { readonly type: 'display' | 'result'; readonly data: MimeBundle }
  | {
      readonly type: 'error'
      readonly kind: CellErrorKind
      readonly name: string
      readonly message: string
      readonly traceback: string
      readonly line?: number
    }
  | { readonly type: 'done'; readonly ok: boolean; readonly stateKept: boolean; readonly ms: number; readonly peakMb?: number }

export interface Cell {
  readonly id: string
  readonly code: string
  /** What tracebacks call it: `cell 3`. */
  readonly name: string
  readonly timeoutMs?: number
}

/** What a cell asks of the server: rows of a SELECT, or a table by its name. The answer names a file in the session's data folder. */
export interface DataCall {
  readonly name: 'sql' | 'load'
  readonly text: string
}
export type DataAnswer = { readonly file: string } | { readonly error: string }

export const Variable = z.object({
  name: z.string().max(500),
  type: z.string().max(500),
  shape: z.array(z.number()).max(32).nullable(),
  bytes: z.number().nullable(),
})
export type Variable = z.infer<typeof Variable>

/** One namespace in one sandbox. Runs a cell at a time; further ones wait their turn. Everything it says is checked: it is a stranger's word. */
export interface PythonSession {
  /** Folder where the server lays what cells read, and the one where cells lay what the server reads. */
  readonly dataDir: string
  readonly outDir: string
  /** Events of one cell, up to and with `done`. The signal interrupts it. */
  run(cell: Cell, answer: (call: DataCall) => Promise<DataAnswer>, signal?: AbortSignal): AsyncIterable<CellEvent>
  /** Makes the state what it was after the cell `id` (`start`: before the first). False when no copy of it is held any more. */
  restore(id: string): Promise<boolean>
  /** Writes the state after the cell `id` to a file in `outDir`; undefined when it could not be saved. `notSaved` names what is left out. */
  save(id: string, file: string): Promise<{ notSaved: string[] } | undefined>
  /** Reads such a file, laid into `dataDir`, into the namespace. `lost` names what is not there any more. */
  load(file: string): Promise<{ lost: string[] } | undefined>
  variables(): Promise<Variable[]>
  /** Ends all its processes and removes its folders. */
  stop(): Promise<void>
  readonly isStopped: boolean
}

/** What a self-test found out. */
export interface PythonProbe {
  readonly sandbox: string
  readonly version: string
  readonly packages: Readonly<Record<string, string>>
}

/** A way to run Python that has passed its self-test. */
export interface PythonEngine {
  readonly kind: 'native' | 'pyodide'
  readonly probe: PythonProbe
  start(): Promise<PythonSession>
  /** Gets what the first cell needs; may take minutes. Undefined when there is nothing to get. Never fails: what could not be got is missing in the sessions that follow. */
  prepare?(): Promise<void> | undefined
  close(): Promise<void>
}

/** Why an engine can't run here, for people. */
export class EngineRefused extends Error {}
