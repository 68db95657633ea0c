import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
