import { isDay, passesLuhn, passesMod11And10, weighted } from './check-digits.ts'

/** A number that a state gives a person. `needsHint`: too many other numbers look like it, so a name or word nearby must say what it is. */
interface NationalId {
  readonly country: string
  readonly shape: RegExp
  /** How many digits it has at least: texts with fewer need no look. */
  readonly digits: number
  readonly needsHint?: true
  /** Gets letters and digits only, in capitals. */
  isRight(compact: string): boolean
}

const fiscalOdd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
const fiscalValue = (character: string, isOdd: boolean): number => {
  const place = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65
  return isOdd ? (fiscalOdd[place] ?? 0) : place
}

/** The rules are those that the states publish; each ends in its check digits. */
const nationalIds: readonly NationalId[] = [
  {
    country: 'US',
    digits: 9,
    shape: /\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b/g,
    isRight: () => true,
  },
  {
    country: 'GB',
    digits: 6,
    shape: /\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b/g,
    isRight: (id) => !/^(?:BG|GB|NK|KN|TN|NT|ZZ)/.test(id),
  },
  {
    country: 'ES',
    digits: 7,
    shape: /\b[XYZ0-9]-?\d{7}-?[A-HJ-NP-TV-Z]\b/g,
    isRight: (id) => {
      const number = Number(id.slice(0, 8).replace('X', '0').replace('Y', '1').replace('Z', '2'))
      return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === id[8]
    },
  },
  {
    country: 'IT',
    digits: 0,
    shape: /\b[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-EHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\b/g,
    isRight: (id) => {
      const sum = Array.from(id.slice(0, 15)).reduce((total, one, place) => total + fiscalValue(one, place % 2 === 0), 0)
      return sum % 26 === id.charCodeAt(15) - 65
    },
  },
  {
    country: 'FR',
    digits: 13,
    shape: /\b[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}\b/g,
    isRight: (id) => {
      const number = id.slice(0, 13).replace('2A', '19').replace('2B', '18')
      return 97n - (BigInt(number) % 97n) === BigInt(id.slice(13))
    },
  },
  {
    country: 'DE',
    digits: 11,
    shape: /\b[1-9]\d(?: ?\d{3}){3}\b/g,
    needsHint: true,
    isRight: (id) => id.length === 11 && passesMod11And10(id),
  },
  {
    country: 'NL',
    digits: 9,
    shape: /\b\d{9}\b/g,
    needsHint: true,
    isRight: (id) => weighted(id, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 && id !== '000000000',
  },
  {
    country: 'BE',
    digits: 11,
    shape: /\b\d{2}\.(?:0[1-9]|1[0-2])\.\d{2}-\d{3}\.\d{2}\b/g,
    isRight: (id) => [0, 2_000_000_000].some((century) => 97 - ((Number(id.slice(0, 9)) + century) % 97) === Number(id.slice(9))),
  },
  {
    country: 'PL',
    digits: 11,
    shape: /\b\d{11}\b/g,
    needsHint: true,
    isRight: (id) => (10 - (weighted(id, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === Number(id[10]),
  },
  {
    country: 'SE',
    digits: 10,
    shape: /\b(?:19|20)?\d{6}[-+]\d{4}\b/g,
    isRight: (id) => isDay(id.slice(-6, -4), id.slice(-8, -6)) && passesLuhn(id.slice(-10)),
  },
  {
    country: 'NO',
    digits: 11,
    shape: /\b\d{6} ?\d{5}\b/g,
    isRight: (id) =>
      isDay(id.slice(0, 2), id.slice(2, 4)) &&
      weighted(id, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
      weighted(id, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
  },
  {
    country: 'FI',
    digits: 9,
    shape: /\b\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]\b/g,
    isRight: (id) =>
      isDay(id.slice(0, 2), id.slice(2, 4)) &&
      '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(id.slice(0, 6) + id.slice(-4, -1)) % 31] === id.at(-1),
  },
  {
    country: 'CH',
    digits: 13,
    shape: /\b756\.?\d{4}\.?\d{4}\.?\d{2}\b/g,
    isRight: (id) => weighted(id, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
  },
  {
    country: 'BR',
    digits: 11,
    shape: /\b\d{3}\.\d{3}\.\d{3}-\d{2}\b/g,
    isRight: (id) =>
      [9, 10].every((length) => {
        const weights = Array.from({ length }, (_, place) => length + 1 - place)
        return ((weighted(id, weights) * 10) % 11) % 10 === Number(id[length])
      }),
  },
  {
    country: 'CN',
    digits: 17,
    shape: /\b[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9X]\b/g,
    isRight: (id) => '10X98765432'[weighted(id, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] === id[17],
  },
]

/** Places of national ids in a text that has so many digits. */
export function findNationalIds(text: string, digits: number, isHinted: boolean): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  for (const { shape, digits: needed, needsHint, isRight } of nationalIds) {
    if (digits < needed || (needsHint && !isHinted)) continue
    shape.lastIndex = 0
    for (let match = shape.exec(text); match; match = shape.exec(text))
      if (isRight(match[0].replace(/[^A-Za-z0-9]/g, '').toUpperCase()))
        found.push({ start: match.index, end: match.index + match[0].length })
  }
  return found
}
