import { closeSync, openSync, writeSync } from 'node:fs'
import { NULL_CELL } from '../../duckdb/job.ts'
import type { CellRow } from '../driver.ts'

const CHUNK_CHARACTERS = 1_000_000

/** Writes rows of cells as the file that `CellsJob` reads, never holding more than a chunk of them. */
export class CellFile {
  readonly #file: number
  #text = ''
  /** Bytes so far, near enough. */
  byteCount = 0

  constructor(path: string) {
    this.#file = openSync(path, 'w', 0o600)
  }

  add(row: CellRow): void {
    let line = ''
    for (const cell of row) {
      if (line !== '') line += ','
      line += cell === null ? NULL_CELL : cellText(cell)
    }
    this.#text += `${line}\n`
    this.byteCount += line.length + 1
    if (this.#text.length > CHUNK_CHARACTERS) this.#flush()
  }

  close(): void {
    this.#flush()
    closeSync(this.#file)
  }

  #flush(): void {
    if (this.#text !== '') writeSync(this.#file, this.#text)
    this.#text = ''
  }
}

function cellText(cell: string): string {
  const plain = cell.includes('\0') ? cell.replaceAll('\0', '') : cell
  return `"${plain.includes('"') ? plain.replaceAll('"', '""') : plain}"`
}
