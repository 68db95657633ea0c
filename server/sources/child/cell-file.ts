import { closeSync, openSync, writeSync } from 'node:fs'
import { NULL_CELL } from '../../duckdb/job.ts'
import type { CellRow } from '../driver.ts'

const CHUNK_BYTES = 1024 * 1024
/** UTF-8 takes at most so many for each unit of a JavaScript string. */
const BYTES_PER_UNIT = 3

/** Writes rows of cells as the file that `CellsJob` reads, through one chunk of memory. */
export class CellFile {
  readonly #file: number
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  #filled = 0
  /** Bytes so far. */
  byteCount = 0

  constructor(path: string) {
    this.#file = openSync(path, 'w', 0o600)
  }

  add(row: CellRow): void {
    const line = `${row.map((cell) => (cell === null ? NULL_CELL : cellText(cell))).join(',')}\n`
    const most = line.length * BYTES_PER_UNIT
    if (this.#filled + most > CHUNK_BYTES) this.#flush()
    const written = most > CHUNK_BYTES ? writeSync(this.#file, line) : this.#chunk.write(line, this.#filled)
    if (most <= CHUNK_BYTES) this.#filled += written
    this.byteCount += written
  }

  close(): void {
    this.#flush()
    closeSync(this.#file)
  }

  #flush(): void {
    if (this.#filled > 0) writeSync(this.#file, this.#chunk, 0, this.#filled)
    this.#filled = 0
  }
}

function cellText(cell: string): string {
  const plain = cell.includes('\0') ? cell.replaceAll('\0', '') : cell
  return `"${plain.includes('"') ? plain.replaceAll('"', '""') : plain}"`
}
