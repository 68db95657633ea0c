const face = /@font-face\s*\{[^}]*\}/g

/**
 * A style sheet that needs no other file: fonts whose characters the text uses become part of it, the others are left out.
 * `font` answers with the WOFF2 file of an address in base64.
 */
export function embedFonts(css: string, text: string, font: (url: string) => string | undefined): string {
  const used = new Set(Array.from(text, (character) => character.codePointAt(0) ?? 0))
  return css.replace(face, (block) => {
    const url = /url\(["']?([^"')]+)["']?\)/.exec(block)?.[1]
    const base64 = url !== undefined && isUsed(block, used) ? font(url) : undefined
    if (url === undefined || base64 === undefined) return ''
    return block.replace(/url\([^)]+\)/, () => `url(data:font/woff2;base64,${base64})`)
  })
}

function isUsed(block: string, used: ReadonlySet<number>): boolean {
  const ranges = /unicode-range:([^;}]+)/.exec(block)?.[1]
  if (ranges === undefined) return true
  return ranges.split(',').some((range) => {
    const found = /U\+([0-9a-f?]+)(?:-([0-9a-f]+))?/i.exec(range)
    if (!found?.[1]) return false
    const from = Number.parseInt(found[1].replaceAll('?', '0'), 16)
    const to = Number.parseInt(found[2] ?? found[1].replaceAll('?', 'f'), 16)
    for (const character of used) if (character >= from && character <= to) return true
    return false
  })
}
