import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ChartSpec } from '../../contract/chart.ts'
import { cardSvg } from '../../render/card-svg.ts'
import { dataOfRows } from '../../render/chart-data.ts'
import { chartSvg } from '../../render/chart-svg.ts'
import { fillPicture } from '../../render/fill-picture.ts'
import { tableSvg } from '../../render/table-svg.ts'
import { createPictures, type Pictures } from './pictures.ts'

let folder: string
let pictures: Pictures

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qry-pictures-'))
  pictures = createPictures(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const drawn = async (text: string, attributes = '') =>
  (
    await pictures.png(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40"><text y="30" ${attributes}>${text}</text></svg>`,
    )
  ).toString('base64')

test('letters beyond Latin are drawn as letters, not as boxes', async () => {
  const box = await drawn('\ue000')
  const letters = Array.from('ŁżőěşıЖжạ→≥€–')
  const pngs = await Promise.all(letters.map((letter) => drawn(letter)))
  expect(letters.filter((_, place) => pngs[place] === box)).toEqual([])
  expect(new Set(pngs).size).toBe(letters.length)
})

test('words of mixed letters are drawn whole, whatever they begin with', async () => {
  const alone = await drawn('plain')
  for (const word of ['Łódź', 'żółw', 'Жół']) expect((await drawn(word)).length).toBeGreaterThan(alone.length / 2)
})

test('what is bold is drawn bold, in every script', async () => {
  for (const letter of ['L', 'Ł', 'Ж']) expect(await drawn(letter, 'font-weight="600"')).not.toBe(await drawn(letter))
})

test('a table is a picture as wide as its cells, escaped names and all', async () => {
  const columns = [
    { name: 'city <b>', type: 'text' as const },
    { name: 'revenue', type: 'decimal' as const },
  ]
  const png = await pictures.png(tableSvg(columns, [['Łódź & Kraków', '1200.5']]))
  expect(png.toString('latin1', 1, 4)).toBe('PNG')
  expect(png.readUInt32BE(16)).toBeGreaterThan(300)
})

test('a chart of several series says which is which colour, and one of a single series needs no legend', async () => {
  const columns = [
    { name: 'month', type: 'date' as const },
    { name: 'region', type: 'text' as const },
    { name: 'revenue', type: 'integer' as const },
  ]
  const regions = ['Łódź <b>', 'DACH & Benelux', ...Array.from({ length: 6 }, (_, place) => `A region of a long name, ${place}`)]
  const rows = ['2026-01-01', '2026-02-01'].flatMap((month, at) =>
    regions.map((region, place) => [month, region, (place + 1) * (at + 2)]),
  )
  const look = { font: 'Onest', color: (name: string) => `[${name}]` }
  const draw = (shown: typeof rows) => {
    const spec = ChartSpec.parse({ version: 1, kind: 'line', x: 'month', y: ['revenue'], by: 'region' })
    return chartSvg(spec, dataOfRows(columns, shown), 'wide')
  }
  const several = draw(rows)
  const filled = fillPicture(several, look)
  for (const [place, name] of ['Łódź &lt;b&gt;', 'DACH &amp; Benelux'].entries())
    expect(filled).toMatch(new RegExp(`fill="\\[--c${place + 1}\\]"/><text [^>]*>${name}</text>`))
  const heightOf = (svg: string) => Number(/ height="([\d.]+)"/.exec(svg)?.[1])
  const one = fillPicture(draw(rows.filter(([, region]) => region === regions[0])), look)
  expect(one).not.toContain('Łódź')
  expect(heightOf(filled)).toBeGreaterThan(heightOf(one) + 40)
  expect(fillPicture(several, look, new Set(['DACH & Benelux']))).not.toMatch(/--c2\]"\/><text/)
  const snapshot = { cardTitle: 'Revenue', by: 'Ridge', turns: [], frozenAt: '2026-05-12T10:00:00.000Z' }
  const card = cardSvg(snapshot, several, look)
  expect(card).toMatch(/fill="\[--c1\]"\/><text [^>]*>Łódź &lt;b&gt;<\/text>/)
  const cardPng = await pictures.draw((light) => cardSvg(snapshot, several, light))
  expect([cardPng.readUInt32BE(16), cardPng.readUInt32BE(20)]).toEqual([1200, 630])
  if (process.env['PICTURES_IN']) await writeFile(join(process.env['PICTURES_IN'], 'card.png'), cardPng)
  const png = await pictures.png(several)
  expect(png.readUInt32BE(20) / png.readUInt32BE(16)).toBeGreaterThan(heightOf(one) / 790)
  if (process.env['PICTURES_IN']) await writeFile(join(process.env['PICTURES_IN'], 'legend.png'), png)
})
