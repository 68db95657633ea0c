import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

const LOW = constants.priority.PRIORITY_LOW

/**
 * Has all other work of the machine go first. NOTE: Linux keeps a priority for each thread, and a new one has that of its maker: those that
 * read this program's files are there before its first line runs, and run DuckDB later.
 */
export function giveWay(): void {
  setPriority(LOW)
  for (const thread of threads()) {
    try {
      setPriority(thread, LOW)
    } catch {
      // It has ended.
    }
  }
}

function threads(): number[] {
  try {
    return readdirSync('/proc/self/task').map(Number)
  } catch {
    return []
  }
}
