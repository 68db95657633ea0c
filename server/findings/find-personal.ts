import type { FindingKind } from '../../contract/share.ts'
import { passesLuhn, passesMod97 } from './check-digits.ts'
import { findNationalIds } from './national-ids.ts'

/** A text found in another one, by its place. */
export interface Match {
  readonly kind: FindingKind
  readonly start: number
  readonly end: number
}

const email = /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}-])/gu
const international = /(?<![\w+])\+\d{1,3}(?:[ .\-/()\u00a0\u202f]{0,3}\d){6,13}(?![\w])/g
const northAmerican = /(?<![\w.-])(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\w-])/g
const anyPhone = /(?<![\w.,-])\(?\d(?:[ .\-/()\u00a0\u202f]{0,3}\d){6,14}(?![\w])/g
const card = /(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w-])/g
const iban = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){3,8}(?![A-Za-z0-9])/g

const phoneName =
  /phone|(?:^|[_\W])(?:tel|fax|mobile?|cell|gsm|handy|whatsapp|sms)(?:[_\W]|no|nr|num|$)|telefon|rufnummer|t[eé]l[eé]ph/i
const idName =
  /(?:^|[_\W])(?:ssn|sin|nin|nino|bsn|pesel|nif|nie|dni|cpf|nir|insee|aadhaar|hetu|cpr|steuer_?id|tax_?id|personnummer|codice_?fiscale)(?:[_\W]|$)|social.?security|national.?(?:id|insurance)|f[oø]dselsnummer/i

/** IBAN lengths by country, ISO 13616 registry. */
const ibanLengths =
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 TN24 TR26 UA29 VA22 VG24 XK20'
const lengthOf = new Map(ibanLengths.split(' ').map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]))

/** What the name of a column, or words before a number, say about it. */
export interface Hints {
  readonly phone: boolean
  readonly nationalId: boolean
}
export const hintsOf = (name: string): Hints => {
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1_$2')
  return { phone: phoneName.test(spaced), nationalId: idName.test(spaced) }
}
const noHints: Hints = { phone: false, nationalId: false }

/** Whether a text could hold anything at all: cheap, and true too often rather than too seldom. */
const couldHold = /@|\d(?:\D{0,3}\d){6}|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2}|[A-Z]{6}\d{2}/

/** Personal texts, by shape and check digits. `hints` come from the name of the column that the text stands in. */
export function findPersonal(text: string, hints: Hints = noHints): Match[] {
  if (!couldHold.test(text)) return []
  const digits = countDigits(text)
  const found: Match[] = []
  const add = (kind: FindingKind, places: Iterable<{ start: number; end: number }>) => {
    for (const { start, end } of places)
      if (!found.some((one) => one.start < end && start < one.end)) found.push({ kind, start, end })
  }
  if (text.includes('@')) add('email', places(text, email))
  if (/[A-Z]{2}\d{2}/.test(text)) add('iban', ibansIn(text))
  if (digits >= 13) add('card', places(text, card, isCard))
  add('national-id', findNationalIds(text, digits, hints.nationalId || (digits >= 9 && idName.test(text))))
  if (digits >= 7) addPhones(text, hints, add)
  return found.sort((one, other) => one.start - other.start)
}

type Add = (kind: FindingKind, places: Iterable<{ start: number; end: number }>) => void

function addPhones(text: string, hints: Hints, add: Add): void {
  if (text.includes('+')) add('phone', places(text, international, isInternational))
  add('phone', places(text, northAmerican))
  if (hints.phone)
    add(
      'phone',
      places(text, anyPhone, (one) => digitsIn(one).length >= 7 && digitsIn(one).length <= 15),
    )
  else if (phoneName.test(text))
    add(
      'phone',
      places(text, anyPhone, (_, at) => phoneName.test(text.slice(Math.max(0, at - 24), at))),
    )
}

function countDigits(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 48 && code <= 57) count += 1
  }
  return count
}

function* places(text: string, shape: RegExp, isRight: (found: string, at: number) => boolean = () => true) {
  shape.lastIndex = 0
  for (let found = shape.exec(text); found; found = shape.exec(text))
    if (isRight(found[0], found.index)) yield { start: found.index, end: found.index + found[0].length }
}

const digitsIn = (text: string): string => text.replace(/\D/g, '')

/** An international number, not a large one that is written with its sign. */
function isInternational(found: string): boolean {
  const digits = digitsIn(found).length
  if (digits < 8 || digits > 17) return false
  return !/^\+\d{1,3}(?:\.\d{3})+$/.test(found) && !(digits <= 9 && /^\+\d{1,3}(?:[ \u00a0\u202f]\d{3})+$/.test(found))
}

/** Issuer, length and check digit (ISO/IEC 7812). */
export function isCard(found: string): boolean {
  const digits = digitsIn(found)
  const isIssued =
    /^4(?:\d{12}|\d{15}|\d{18})$/.test(digits) ||
    /^(?:5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12})$/.test(digits) ||
    /^3[47]\d{13}$/.test(digits) ||
    /^3(?:0[0-5]|[68]\d)\d{11}$/.test(digits) ||
    /^(?:6011|65\d\d|64[4-9]\d|35\d\d)\d{12}$/.test(digits) ||
    /^62\d{14,17}$/.test(digits)
  return isIssued && passesLuhn(digits) && !/^(\d)\1+$/.test(digits)
}

/** Capital words may follow an IBAN, so its length decides where it ends. */
function* ibansIn(text: string): Iterable<{ start: number; end: number }> {
  for (const { 0: found, index } of text.matchAll(iban)) {
    const length = lengthOf.get(found.slice(0, 2)) ?? Number.POSITIVE_INFINITY
    let end = 0
    let compact = ''
    while (end < found.length && compact.length < length) {
      const character = found[end++] ?? ''
      if (character !== ' ') compact += character
    }
    if (compact.length === length && passesMod97(compact)) yield { start: index, end: index + end }
  }
}
