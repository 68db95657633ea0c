/** What one measure came to. */
export interface Line {
  readonly requirement: string
  readonly what: string
  readonly measured: string
  readonly bound: string
  readonly isMet: boolean
}

const HEAD = '# Measured'
const TABLE_HEAD = '| no. | what | measured | bound | met |\n| --- | --- | --- | --- | --- |'
const OWN = /^\| (?<requirement>[^|]*) \| (?<what>[^|]*) \|/

/**
 * The text of RESULTS.md with new lines in it: one of the same number and name takes the old one's place, the others come last, and what was not measured
 * this time stays as it was. `machine` tells on what.
 */
export function withLines(old: string, lines: readonly Line[], day: string, machine: string): string {
  const fresh = new Map(lines.map((line) => [keyOf(line.requirement, line.what), rowOf(line, day)]))
  const kept = old
    .split('\n')
    .filter((row) => row.startsWith('| '))
    .slice(2)
    .map((row) => {
      const { requirement = '', what = '' } = OWN.exec(row)?.groups ?? {}
      const key = keyOf(requirement, what)
      const made = fresh.get(key) ?? row
      fresh.delete(key)
      return made
    })
  const note = `Made by \`npm run bench\`, last on ${day}: ${machine}. Each line says when it was measured. Read the ratios: both sides of each ran in the same run.`
  return `${HEAD}\n\n${note}\n\n${TABLE_HEAD}\n${[...kept, ...fresh.values()].join('\n')}\n`
}

const keyOf = (requirement: string, what: string): string => JSON.stringify([requirement, what])

const rowOf = ({ requirement, what, measured, bound, isMet }: Line, day: string): string =>
  `| ${requirement} | ${what} | ${measured} (${day}) | ${bound} | ${isMet ? 'yes' : '**no**'} |`
