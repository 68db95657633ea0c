import { readFile, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { measureAskTime } from './ask-time.ts'
import { measureBigTables, type TableTimes } from './big-tables.ts'
import { measureFirstPaint } from './first-paint.ts'
import { measureLargeCatalog } from './large-catalog.ts'
import { measureLighthouse } from './lighthouse.ts'
import { measureLogCommits } from './log-commits.ts'
import { measurePageRequests } from './page-requests.ts'
import { measurePageWeight } from './page-weight.ts'
import { measurePythonCells } from './python-cells.ts'
import { measureQuestionTime } from './question-time.ts'
import { type Line, withLines } from './results.ts'
import { measureShareCheck } from './share-check.ts'
import { measureShareTime } from './share-time.ts'
import { measureSourceRows } from './source-rows.ts'
import { measureStopTime } from './stop-time.ts'
import { measureViewers } from './viewers.ts'

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits })
const kilobytes = (bytes: number): string => `${number(bytes / 1000, 1)} kB`
const ratio = (one: number, other: number): string => number(one / other, 2)

/** `npm run bench [part …]`: runs the parts, all without names, and writes their lines into RESULTS.md. Ratios count; absolutes are the machine's. */
const parts: Record<string, () => Promise<Line[]>> = {
  async 'share-time'() {
    const { smallMs, largeMs } = await measureShareTime()
    const measured = `${number(largeMs, 1)} ms against ${number(smallMs, 1)} ms: ${ratio(largeMs, smallMs)} ×`
    return [
      {
        requirement: 'F1',
        what: 'sharing 1,000,000 rows against 1,000',
        measured,
        bound: '≤ 1.20 ×',
        isMet: largeMs <= smallMs * 1.2,
      },
    ]
  },
  async 'share-check'() {
    const { rows, columns, scanMs, found } = await measureShareCheck()
    return [
      {
        requirement: 'B1',
        what: `${number(rows)} rows of ${columns} columns searched for secrets and personal texts, behind the answer`,
        measured: `${number(scanMs / 1000, 1)} s`,
        bound: '≤ 3 s',
        isMet: scanMs <= 3_000,
      },
      ...found.map(({ name, tables, cells, findings }) => ({
        requirement: 'B1',
        what: `findings in ${name}: ${tables} tables, ${number(cells)} cells`,
        measured: findings.length === 0 ? 'none' : findings.join('; '),
        bound: '(read them: see docs/guide/sharing.md)',
        isMet: true,
      })),
    ]
  },
  async viewers() {
    const { viewers, wrong, statements, perSecond } = await measureViewers()
    return [
      {
        requirement: 'F6',
        what: `${number(viewers)} viewers who open a page, take its table and sort it, with the database behind it gone`,
        measured: `${statements} statements at the source, ${wrong} wrong answers, ${number(perSecond)} requests a second`,
        bound: 'no statement, no wrong answer',
        isMet: statements === 0 && wrong === 0,
      },
    ]
  },
  async 'python-cells'() {
    const times = await measurePythonCells()
    const plain = times.ipykernel
    const ms = (value: number): string => `${number(value, value < 10 ? 1 : 0)} ms`
    const told: [what: string, measured: string][] = [
      ['start with pandas', `${ms(times.startMs)}${plain ? `; ipykernel ${ms(plain.startMs)}` : ''}`],
      ['a cell `1+1`', `${ms(times.cellMs)}${plain ? `; ipykernel ${ms(plain.cellMs)}` : ''}`],
      ['checkpoint at 200 MB', `${ms(times.checkpointMs)} in memory, ${ms(times.saveMs)} on disk`],
      ['restore at 200 MB', ms(times.restoreMs)],
      ['1,000,000 rows × 8 in, out', `${ms(times.rowsInMs)}, ${ms(times.rowsOutMs)}`],
    ]
    return told.map(([what, measured]) => ({
      requirement: '–',
      what: `Python cells: ${what}`,
      measured,
      bound: '(no bound)',
      isMet: true,
    }))
  },
  async 'page-weight'() {
    const { beforePaintBytes, scriptBytes, requestsBeforePaint, floorBytes } = await measurePageWeight()
    const floor = floorBytes === undefined ? '' : `; the floor page's HTML is ${kilobytes(floorBytes)}`
    const measured = `${kilobytes(beforePaintBytes)} in ${requestsBeforePaint} request${requestsBeforePaint === 1 ? '' : 's'}${floor}`
    return [
      {
        requirement: 'F2',
        what: 'on the wire before the first paint',
        measured,
        bound: '≤ 46 kB',
        isMet: beforePaintBytes <= 46_000,
      },
      {
        requirement: 'F4',
        what: 'scripts that make tables and folds work',
        measured: kilobytes(scriptBytes),
        bound: '≤ 10 kB',
        isMet: scriptBytes <= 10_000,
      },
    ]
  },
  async lighthouse() {
    const scores = await measureLighthouse()
    if (!scores) {
      console.log('  left out: there is no Chromium')
      return []
    }
    return scores.map(({ form, performance, accessibility }) => ({
      requirement: 'issue 5',
      what: `Lighthouse on the public page as a ${form} sees it`,
      measured: `performance ${performance}, accessibility ${accessibility}`,
      bound: '≥ 95, 100',
      isMet: performance >= 95 && accessibility === 100,
    }))
  },
  async 'first-paint'() {
    const measured = await measureFirstPaint()
    if (!measured) {
      console.log("  left out: the floor page's generator is not beside the project")
      return []
    }
    return measured.flatMap(({ slowed, oursMs, floorMs, longestTaskMs }): Line[] => [
      {
        requirement: 'F2',
        what: `first paint beside the floor page, CPU slowed ${slowed} times`,
        measured: `${number(oursMs)} ms against ${number(floorMs)} ms: ${ratio(oursMs, floorMs)} ×`,
        bound: '≤ 1.50 ×',
        isMet: oursMs <= floorMs * 1.5,
      },
      {
        requirement: 'F4',
        what: `longest task after the first paint, CPU slowed ${slowed} times`,
        measured: `${number(longestTaskMs)} ms`,
        bound: slowed === 1 ? '≤ 50 ms' : '(no bound)',
        isMet: slowed > 1 || longestTaskMs <= 50,
      },
    ])
  },
  async 'big-tables'() {
    const { largePaintMs, smallPaintMs, ours, floor, offlineBytes } = await measureBigTables()
    return [
      {
        requirement: 'F5',
        what: 'first paint on a slowed phone (CPU 4 times, 10 Mbit/s), large tables and charts against small tables',
        measured: `${number(largePaintMs)} ms against ${number(smallPaintMs)} ms: ${ratio(largePaintMs, smallPaintMs)} ×`,
        bound: '≤ 1.20 ×',
        isMet: largePaintMs <= smallPaintMs * 1.2,
      },
      ...ours.flatMap((times) => tableLines(times, times.rows === floor?.rows ? floor : undefined)),
      {
        requirement: 'F7',
        what: 'offline copy of the reference content',
        measured: `${number(offlineBytes / 1e6, 2)} MB`,
        bound: '≤ 2.50 MB',
        isMet: offlineBytes <= 2_500_000,
      },
    ]
  },
  async 'page-requests'() {
    const { page, notModified, idleBytes, loadedBytes, bodyBytes } = await measurePageRequests()
    const lines = [
      { what: 'page', size: ` at ${kilobytes(bodyBytes)}`, ...page },
      { what: '304', size: '', ...notModified },
    ].flatMap(({ what, size, ours, bare }): Line[] => [
      {
        requirement: 'F3',
        what: `${what}: requests a second against bare node:http`,
        measured: `${number(ours.perSecond)} against ${number(bare.perSecond)}: ${ratio(ours.perSecond, bare.perSecond)} ×${size}`,
        bound: '≥ 0.70 ×, aim 0.90',
        isMet: ours.perSecond >= bare.perSecond * 0.7,
      },
      {
        requirement: 'F3',
        what: `${what}: p99`,
        measured: `${number(ours.p99Ms)} ms against ${number(bare.p99Ms)} ms; ${ours.errors} errors`,
        bound: '≤ 3 ×, no errors',
        isMet: ours.p99Ms <= bare.p99Ms * 3 && ours.errors === 0,
      },
    ])
    const measured = `${number(loadedBytes / 1e6)} MB against ${number(idleBytes / 1e6)} MB: ${ratio(loadedBytes, idleBytes)} ×`
    return [
      ...lines,
      {
        requirement: 'F3',
        what: 'memory under load against idle',
        measured,
        bound: '≤ 1.30 ×',
        isMet: loadedBytes <= idleBytes * 1.3,
      },
    ]
  },
  async 'ask-time'() {
    const lines: Line[] = []
    for (const rows of [1_000_000, 10_000_000]) {
      const { askMs, duckdbMs, importMs, duckdbImportMs, firstAnswerMs, duckdbFirstAnswerMs } = await measureAskTime(rows)
      lines.push(
        {
          requirement: 'F8',
          what: `a group-by over the API, ${number(rows)} rows, against DuckDB in process`,
          measured: `${number(askMs, 1)} ms against ${number(duckdbMs, 1)} ms`,
          bound: '≤ 1.25 × + 10 ms',
          isMet: askMs <= duckdbMs * 1.25 + 10,
        },
        {
          requirement: 'F8',
          what: `bringing a CSV of ${number(rows)} rows against DuckDB's own copy to Parquet`,
          measured: `${number(importMs / 1000, 1)} s against ${number(duckdbImportMs / 1000, 1)} s: ${ratio(importMs, duckdbImportMs)} ×`,
          bound: '≤ 1.20 ×',
          isMet: importMs <= duckdbImportMs * 1.2,
        },
        {
          requirement: 'F8',
          what: `from a CSV of ${number(rows)} rows to its first answer, imported behind it, against DuckDB straight from the file`,
          measured: `${number(firstAnswerMs / 1000, 1)} s against ${number(duckdbFirstAnswerMs / 1000, 1)} s: ${ratio(firstAnswerMs, duckdbFirstAnswerMs)} ×`,
          bound: '≤ 1.30 ×',
          isMet: firstAnswerMs <= duckdbFirstAnswerMs * 1.3,
        },
      )
    }
    return lines
  },
  async 'source-rows'() {
    return (await measureSourceRows()).map(({ kind, driver, bare }) => ({
      requirement: 'issue 6',
      what: `${number(driver.rowCount)} rows from ${kind} into a file of cells, against the bare library into nothing`,
      measured: `${number((driver.rowCount / driver.elapsedMs) * 1000)} rows a second against ${number((bare.rowCount / bare.elapsedMs) * 1000)}: ${ratio(bare.elapsedMs, driver.elapsedMs)} ×; peak memory ${number(driver.peakMb)} MB against ${number(bare.peakMb)} MB`,
      bound: 'memory ≤ 400 MB',
      isMet: driver.peakMb <= 400,
    }))
  },
  async 'stop-time'() {
    return (await measureStopTime()).map(({ kind, answerMs, databaseMs }) => ({
      requirement: 'issue 6',
      what: `a question to ${kind} that is stopped: until the database runs nothing any more`,
      measured: `${number(databaseMs)} ms; said after ${number(answerMs)} ms`,
      bound: '≤ 1,000 ms',
      isMet: databaseMs <= 1_000,
    }))
  },
  async 'large-catalog'() {
    const { tables, refreshMs, openMs, searchMs, slowedSearchMs, keyMs } = await measureLargeCatalog()
    const told: [what: string, tookMs: number, boundMs: number][] = [
      ['read from the source again and kept', refreshMs, 5_000],
      ['from the list of sources to its tables', openMs, 1_000],
      ['from a typed name to the one table that has it', searchMs, 100],
      ['the same, CPU slowed 4 times', slowedSearchMs, 400],
      ['a key in the question, with the source chosen', keyMs, 50],
    ]
    return told.map(([what, tookMs, boundMs]) => ({
      requirement: 'issue 6',
      what: `catalog of ${number(tables)} tables: ${what}`,
      measured: `${number(tookMs)} ms`,
      bound: `≤ ${number(boundMs)} ms`,
      isMet: tookMs <= boundMs,
    }))
  },
  async 'question-time'() {
    const { tables, values, questions, readingMs, slowestMs, firstMs, typeAheadMs } = await measureQuestionTime()
    const what = `${tables} tables of 12 columns, ${number(values)} values`
    return [
      {
        requirement: 'issue 7',
        what: `basic analyst, ${what}: from a question to its SQL, median of ${questions} questions`,
        measured: `${number(readingMs, 1)} ms; slowest ${number(slowestMs)} ms; the very first, which makes the index, ${number(firstMs)} ms`,
        bound: '≤ 50 ms',
        isMet: readingMs <= 50,
      },
      {
        requirement: 'issue 7',
        what: `type-ahead, ${what}: from a letter to the phrases, median`,
        measured: `${number(typeAheadMs, 1)} ms`,
        bound: '≤ 20 ms',
        isMet: typeAheadMs <= 20,
      },
    ]
  },
  async 'log-commits'() {
    return (await measureLogCommits()).map(({ writers, ours, plain }) => ({
      requirement: 'F9',
      what: `turn log commits a second, ${writers} writer${writers === 1 ? '' : 's'}, against plain single-row commits`,
      measured: `${number(ours)} against ${number(plain)}: ${ratio(ours, plain)} ×`,
      bound: '≥ 1.00 ×',
      isMet: ours >= plain,
    }))
  },
}

/** F5: beside the floor page where it has such a table, else under 300 ms. */
function tableLines(ours: TableTimes, floor: TableTimes | undefined): Line[] {
  const acts = [
    ['sort by a number', 'numberSortMs'],
    ['sort by text', 'textSortMs'],
    ['last page', 'lastPageMs'],
    ['first sort, nothing fetched yet', 'coldSortMs'],
  ] as const
  const bounded = floor ? acts : acts.slice(0, 3)
  const lines = bounded.map(([what, which]): Line => {
    const measured = `${number(ours[which], 1)} ms`
    return {
      requirement: 'F5',
      what: `${number(ours.rows)} rows: ${what}`,
      measured: floor ? `${measured} against ${number(floor[which], 1)} ms: ${ratio(ours[which], floor[which])} ×` : measured,
      bound: floor ? '≤ 2.00 ×' : '≤ 300 ms',
      isMet: ours[which] <= (floor ? floor[which] * 2 : 300),
    }
  })
  const megabytes = ours.memoryBytes / 1e6
  const memory = `${number(megabytes)} MB${floor ? ` against ${number(floor.memoryBytes / 1e6)} MB` : ''}`
  const what = `${number(ours.rows)} rows: heap and arrays of the page`
  return [...lines, { requirement: 'F5', what, measured: memory, bound: '≤ 200 MB', isMet: megabytes <= 200 }]
}

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const unknown = wanted.find((word) => !Object.hasOwn(parts, word))
if (unknown !== undefined) {
  console.error(`There is no part "${unknown}". Parts: ${Object.keys(parts).join(', ')}.`)
  process.exit(2)
}
const lines: Line[] = []
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`${name} …`)
  const made = await part()
  for (const line of made)
    console.log(`  ${line.requirement} ${line.what}: ${line.measured} (${line.bound}) ${line.isMet ? 'met' : 'NOT MET'}`)
  lines.push(...made)
}
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${number(totalmem() / 1e9)} GB, Node ${process.version}`
const place = fileURLToPath(new URL('./RESULTS.md', import.meta.url))
await writeFile(place, withLines(await readFile(place, 'utf8'), lines, new Date().toISOString().slice(0, 10), machine))
process.exit(0)
