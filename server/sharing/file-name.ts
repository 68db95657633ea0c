const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff<>:"/\\|?*\ufffd]/g
const MAX_BYTES = 200

/** A name that every system can keep a file under: no folders, control or direction characters, device names, and no dots at either end. */
export function safeFileName(given: string): string {
  const bare = given.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const cleaned = bare
    .replace(unsafe, '_')
    .replace(/[. ]+$/, '')
    .trimStart()
  const named = cleaned.replace(/^\.+/, '') === '' ? 'file' : cleaned
  return cutToBytes(reserved.test(named) || named.startsWith('.') ? `_${named}` : named)
}

/** Names that differ on every system, in the order given: `a.csv`, `a (2).csv`. Case alone does not make a difference. */
export function uniqueFileNames(given: readonly string[]): string[] {
  const taken = new Set<string>()
  return given.map((raw) => {
    const name = safeFileName(raw)
    const { stem, ending } = splitEnding(name)
    let unique = name
    for (let count = 2; taken.has(unique.toLowerCase()); count++) unique = `${stem} (${count})${ending}`
    taken.add(unique.toLowerCase())
    return unique
  })
}

function splitEnding(name: string): { stem: string; ending: string } {
  const dot = name.lastIndexOf('.')
  return dot > 0 && name.length - dot <= 12 ? { stem: name.slice(0, dot), ending: name.slice(dot) } : { stem: name, ending: '' }
}

function cutToBytes(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name
  const { stem, ending } = splitEnding(name)
  let cut = ''
  for (const character of stem) {
    if (Buffer.byteLength(cut + character + ending) > MAX_BYTES) break
    cut += character
  }
  return cut + ending
}
