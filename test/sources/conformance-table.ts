import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'

const guide = new URL('../../docs/guide/sources.md', import.meta.url)
const WORDS = { yes: true, no: false } as const

/** What a suite saw of each kind of source, and the table of it that stands in the guide between `<!-- mark -->` and `<!-- end -->`. */
export class ConformanceTable {
  readonly #mark: string
  readonly #facts = new Map<string, Map<string, boolean | undefined>>()
  readonly #names = new Set<string>()

  constructor(mark: string) {
    this.#mark = mark
  }

  /** Said for every test of the suite before the first one runs. */
  expect(what: string, name: string): void {
    this.#names.add(name)
    const facts = this.#facts.get(what) ?? new Map<string, boolean | undefined>()
    this.#facts.set(what, facts.set(name, undefined))
  }

  async see(what: string, name: string, prove: () => Promise<void>): Promise<void> {
    this.#facts.get(what)?.set(name, false)
    await prove()
    this.#facts.get(what)?.set(name, true)
  }

  /** Fails when the guide says other than what was seen. A run of some tests or of some kinds is compared as far as it goes; `UPDATE=1` writes a whole one. */
  compare(): void {
    const isWhole = [...this.#facts.values()].every((facts) => [...facts.values()].every((fact) => fact !== undefined))
    if (isWhole && process.env['UPDATE'] === '1') this.#write()
    const kept = this.#read()
    const differing: string[] = []
    for (const [what, facts] of this.#facts)
      for (const name of this.#names) {
        const said = kept.get(what)?.get(name)
        const fact = facts.get(name)
        if ((fact !== undefined || !facts.has(name)) && said !== fact) differing.push(`${name}: ${what}`)
      }
    if (isWhole) differing.push(...[...kept.keys()].filter((what) => !this.#facts.has(what)))
    expect(differing, 'docs/guide/sources.md is out of date: UPDATE=1 vitest run with this file writes it').toEqual([])
  }

  #read(): Map<string, Map<string, boolean>> {
    const [, text = ''] = this.#place().exec(readFileSync(guide, 'utf8')) ?? []
    const [head = [], , ...rows] = text.split('\n').map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))
    const said = (cells: readonly string[]): [string, boolean][] =>
      cells.flatMap((cell, index) => (cell === 'yes' || cell === 'no' ? [[head[index + 1] ?? '', WORDS[cell]]] : []))
    return new Map(rows.map(([what = '', ...cells]) => [what, new Map(said(cells))]))
  }

  #write(): void {
    const names = [...this.#names]
    const lines = [...this.#facts].map(([what, facts]) => {
      const marks = names.map((name) => (facts.get(name) === undefined ? '–' : facts.get(name) ? 'yes' : 'no'))
      return `| ${what} | ${marks.join(' | ')} |`
    })
    const head = [`| shown by test | ${names.join(' | ')} |`, `| --- |${' --- |'.repeat(names.length)}`]
    const text = readFileSync(guide, 'utf8')
    writeFileSync(guide, text.replace(this.#place(), `<!-- ${this.#mark} -->\n${[...head, ...lines].join('\n')}\n<!-- end -->`))
  }

  #place(): RegExp {
    return new RegExp(`<!-- ${this.#mark} -->\\n([\\s\\S]*?)\\n<!-- end -->`)
  }
}
