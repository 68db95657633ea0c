import type { FindingKind } from '../../contract/share.ts'

const words: Readonly<Record<FindingKind, string>> = {
  secret: '[secret]',
  email: '[e-mail]',
  phone: '[phone]',
  card: '[card number]',
  iban: '[IBAN]',
  'national-id': '[id number]',
}

/** A text that is to be hidden, and what it is. */
export type HiddenValue = readonly [kind: FindingKind, text: string]

/** The found text as its owner is shown it: enough to know it, too little to use it. */
export function sampleOf(kind: FindingKind, value: string): string {
  if (kind === 'email') return value.replace(/^(.{1,2})[^@]*/u, '$1•••')
  if (kind === 'secret') {
    const line = value.split('\n', 1)[0] ?? ''
    const scheme = /^([a-z][a-z0-9+.-]*:\/\/)/i.exec(line)?.[1]
    if (scheme) return `${scheme}•••`
    return line.length > 12 ? `${line.slice(0, 4)}••••••••${line.length > 24 ? line.slice(-3) : ''}` : '••••••••'
  }
  const letters = Array.from(value)
  const shown = letters.length > 8 ? 2 : 1
  return letters
    .map((letter, place) =>
      place < shown + (kind === 'phone' ? 1 : 0) || place >= letters.length - 2 || /[\s+().-]/.test(letter) ? letter : '•',
    )
    .join('')
}

const isLetter = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 97 && code <= 122) || code > 127
const digitRun = /\d(?:[\s.,\-/()\u00a0\u202f]?\d){6,24}/g
const FEW = 40

/**
 * Replaces hidden texts by words that say what stood there, in any writing of capitals, and numbers in any grouping of their digits.
 * Built once for many texts.
 */
export function createMask(values: readonly HiddenValue[]): (text: string) => string {
  const kinds = new Map<string, FindingKind>()
  const digitKinds = new Map<string, FindingKind>()
  for (const [kind, value] of values) {
    if (value.trim() === '') continue
    kinds.set(value.toLowerCase(), kind)
    const digits = value.replace(/\D/g, '')
    if (kind !== 'secret' && kind !== 'email' && digits.length >= 7) digitKinds.set(digits, kind)
  }
  const lengths = [...new Set([...kinds.keys()].map((value) => value.length))].sort((one, other) => other - one)
  const shortest = lengths.at(-1) ?? 0
  const longestFirst = [...kinds.keys()].sort((one, other) => other.length - one.length)
  const few =
    kinds.size <= FEW
      ? new RegExp(longestFirst.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|') || '(?!)', 'giu')
      : undefined

  const maskMany = (text: string): string => {
    // NOTE: the one letter that grows when it is written small.
    const lower = text.replaceAll('\u0130', 'I').toLowerCase()
    let out = ''
    let kept = 0
    for (let at = 0; at + shortest <= lower.length; at++) {
      if (at > kept && isLetter(lower.charCodeAt(at - 1)) && isLetter(lower.charCodeAt(at))) continue
      for (const length of lengths) {
        const kind = at + length <= lower.length ? kinds.get(lower.slice(at, at + length)) : undefined
        if (kind === undefined) continue
        out += text.slice(kept, at) + words[kind]
        kept = at + length
        at = kept - 1
        break
      }
    }
    return kept === 0 ? text : out + text.slice(kept)
  }

  const maskDigits = (text: string): string =>
    text.replace(digitRun, (run) => {
      const kind = digitKinds.get(run.replace(/\D/g, ''))
      return kind === undefined ? run : words[kind]
    })

  return (text) => {
    if (kinds.size === 0 || text.length < Math.min(shortest, 7)) return text
    const masked = few ? text.replace(few, (found) => words[kinds.get(found.toLowerCase()) ?? 'secret']) : maskMany(text)
    return digitKinds.size > 0 ? maskDigits(masked) : masked
  }
}
