import type { FontTables } from './font-tables.ts'

/**
 * One TrueType font with the letters of several that were cut from one: what draws pictures looks for a letter in one file only.
 * The first font's letters win, and its kerning stays, as its glyphs keep their numbers. Named `family`, whatever the fonts were called.
 */
export function mergeFonts(fonts: readonly FontTables[], family: string): FontTables {
  const [first] = fonts
  if (!first) throw new RangeError('There is no font to merge.')
  const glyphs: Buffer[] = []
  const metrics: Buffer[] = []
  const letters = new Map<number, number>()
  for (const font of fonts) {
    const base = glyphs.length
    for (const [letter, glyph] of lettersOf(table(font, 'cmap'))) if (!letters.has(letter)) letters.set(letter, base + glyph)
    glyphs.push(...glyphsOf(font, base))
    metrics.push(...metricsOf(font))
  }
  const merged = new Map(first)
  for (const tag of ['fpgm', 'prep', 'cvt ', 'gasp', 'DSIG']) merged.delete(tag)
  const [head, hhea, maxp] = ['head', 'hhea', 'maxp'].map((tag) => Buffer.from(table(first, tag))) as [Buffer, Buffer, Buffer]
  head.writeInt16BE(1, INDEX_TO_LOC_FORMAT)
  hhea.writeUInt16BE(metrics.length, METRIC_COUNT)
  maxp.writeUInt16BE(glyphs.length, GLYPH_COUNT)
  for (let field = GLYPH_COUNT + 2; field + 1 < maxp.length; field += 2)
    maxp.writeUInt16BE(Math.max(...fonts.map((font) => table(font, 'maxp').readUInt16BE(field))), field)
  const places = Buffer.alloc((glyphs.length + 1) * 4)
  let end = 0
  for (const [number, glyph] of glyphs.entries()) places.writeUInt32BE((end += glyph.length), (number + 1) * 4)
  const own = { head, hhea, maxp, loca: places, glyf: Buffer.concat(glyphs), hmtx: Buffer.concat(metrics) }
  for (const [tag, bytes] of Object.entries(own)) merged.set(tag, bytes)
  merged.set('cmap', cmapOf(letters))
  merged.set('name', nameTable(family))
  merged.set('post', Buffer.concat([Buffer.from([0, 3, 0, 0]), table(first, 'post').subarray(4, 32)]))
  return merged
}

const INDEX_TO_LOC_FORMAT = 50
const METRIC_COUNT = 34
const GLYPH_COUNT = 4

function table(font: FontTables, tag: string): Buffer {
  const found = font.get(tag)
  if (!found) throw new RangeError(`The font has no table ${tag}.`)
  return found
}

const countOf = (font: FontTables): number => table(font, 'maxp').readUInt16BE(GLYPH_COUNT)

/** Outlines, each padded to four bytes; those that are put together name their parts by the numbers of the merged font. */
function glyphsOf(font: FontTables, base: number): Buffer[] {
  const [places, outlines] = [table(font, 'loca'), table(font, 'glyf')]
  const isLong = table(font, 'head').readInt16BE(INDEX_TO_LOC_FORMAT) === 1
  const startOf = (glyph: number): number => (isLong ? places.readUInt32BE(glyph * 4) : places.readUInt16BE(glyph * 2) * 2)
  return Array.from({ length: countOf(font) }, (_, glyph) => {
    const outline = outlines.subarray(startOf(glyph), startOf(glyph + 1))
    const padded = Buffer.concat([outline, Buffer.alloc((4 - (outline.length % 4)) % 4)])
    if (padded.length > 0 && padded.readInt16BE(0) < 0) shiftParts(padded, base)
    return padded
  })
}

const WORDS = 0x1
const SCALE = 0x8
const MORE = 0x20
const TWO_SCALES = 0x40
const MATRIX = 0x80

function shiftParts(outline: Buffer, base: number): void {
  for (let at = 10, flags = MORE; flags & MORE; ) {
    flags = outline.readUInt16BE(at)
    outline.writeUInt16BE(outline.readUInt16BE(at + 2) + base, at + 2)
    at += 4 + (flags & WORDS ? 4 : 2) + (flags & SCALE ? 2 : flags & TWO_SCALES ? 4 : flags & MATRIX ? 8 : 0)
  }
}

/** Advance and left bearing of every glyph, four bytes each. */
function metricsOf(font: FontTables): Buffer[] {
  const bytes = table(font, 'hmtx')
  const full = table(font, 'hhea').readUInt16BE(METRIC_COUNT)
  return Array.from({ length: countOf(font) }, (_, glyph) => {
    if (glyph < full) return bytes.subarray(glyph * 4, glyph * 4 + 4)
    const bearing = full * 4 + (glyph - full) * 2
    return Buffer.concat([bytes.subarray(full * 4 - 4, full * 4 - 2), bytes.subarray(bearing, bearing + 2)])
  })
}

/** Which glyph a letter has: of the subtables of formats 4 and 12, which all shipped fonts have. */
function lettersOf(cmap: Buffer): Map<number, number> {
  const letters = new Map<number, number>()
  for (let place = 0; place < cmap.readUInt16BE(2); place++) {
    const at = cmap.readUInt32BE(4 + place * 8 + 4)
    const format = cmap.readUInt16BE(at)
    if (format === 4) readSegments(cmap.subarray(at), letters)
    if (format === 12) readGroups(cmap.subarray(at), letters)
  }
  return letters
}

function readSegments(subtable: Buffer, letters: Map<number, number>): void {
  const count = subtable.readUInt16BE(6) / 2
  const [ends, starts, deltas, ranges] = [14, 16 + count * 2, 16 + count * 4, 16 + count * 6] as const
  for (let segment = 0; segment < count; segment++) {
    const [last, first] = [subtable.readUInt16BE(ends + segment * 2), subtable.readUInt16BE(starts + segment * 2)]
    const delta = subtable.readUInt16BE(deltas + segment * 2)
    const range = subtable.readUInt16BE(ranges + segment * 2)
    for (let letter = first; letter <= last && letter < 0xffff; letter++) {
      const listed = range === 0 ? letter : subtable.readUInt16BE(ranges + segment * 2 + range + (letter - first) * 2)
      if (listed !== 0) letters.set(letter, (listed + delta) & 0xffff)
    }
  }
}

function readGroups(subtable: Buffer, letters: Map<number, number>): void {
  for (let group = 0; group < subtable.readUInt32BE(12); group++) {
    const at = 16 + group * 12
    const [first, last, glyph] = [0, 4, 8].map((field) => subtable.readUInt32BE(at + field)) as [number, number, number]
    for (let letter = first; letter <= last; letter++) letters.set(letter, glyph + letter - first)
  }
}

/** One subtable of format 12, for all of Unicode on Windows' terms. */
function cmapOf(letters: ReadonlyMap<number, number>): Buffer {
  const sorted = [...letters].filter(([, glyph]) => glyph !== 0).sort(([one], [other]) => one - other)
  const head = Buffer.alloc(12 + 16)
  for (const [place, value] of [0, 1, 3, 10].entries()) head.writeUInt16BE(value, place * 2)
  head.writeUInt32BE(12, 8)
  head.writeUInt16BE(12, 12)
  head.writeUInt32BE(16 + sorted.length * 12, 16)
  head.writeUInt32BE(sorted.length, 24)
  const groups = Buffer.alloc(sorted.length * 12)
  for (const [place, [letter, glyph]] of sorted.entries())
    for (const [field, value] of [letter, letter, glyph].entries()) groups.writeUInt32BE(value, place * 12 + field * 4)
  return Buffer.concat([head, groups])
}

/** Family (1) and PostScript name (6), in English; without the second a font counts as broken. */
function nameTable(family: string): Buffer {
  const text = Buffer.from(family, 'utf16le').swap16()
  const ids = [1, 6]
  const [format, textAt] = [0, 6 + ids.length * 12]
  const [windows, unicode, english, textStart] = [3, 1, 0x409, 0]
  const records = ids.flatMap((id) => [windows, unicode, english, id, text.length, textStart])
  const head = Buffer.alloc(textAt)
  for (const [place, value] of [format, ids.length, textAt, ...records].entries()) head.writeUInt16BE(value, place * 2)
  return Buffer.concat([head, text])
}
