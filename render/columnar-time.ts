/** Day numbers (since 1970-01-01) and microseconds for the texts in which dates, times and timestamps travel. Proleptic Gregorian, years 0000 to 9999. */

const pad = (value: number, width: number): string => String(value).padStart(width, '0')

const digitsAt = (text: string, start: number, length: number): number => {
  let value = 0
  for (let i = start; i < start + length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

function dayOfCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468
}

/** `YYYY-MM-DD` of a day number. */
export function dayText(dayNumber: number): string {
  const z = dayNumber + 719468
  const era = Math.floor(z / 146097)
  const dayOfEra = z - era * 146097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`
}

/** The day number of `YYYY-MM-DD`; NaN for anything else, days that do not exist among it. */
export function dayNumber(text: string): number {
  if (text.length < 10 || text[4] !== '-' || text[7] !== '-') return Number.NaN
  const month = digitsAt(text, 5, 2)
  const day = digitsAt(text, 8, 2)
  const number = month >= 1 && month <= 12 && day >= 1 && day <= 31 ? dayOfCivil(digitsAt(text, 0, 4), month, day) : Number.NaN
  return day > 28 && dayText(number) !== text.slice(0, 10) ? Number.NaN : number
}

/** Microseconds of `HH:MM:SS[.fff|.ffffff]` standing at `start` up to `end`; NaN for anything else. */
export function clockMicroseconds(text: string, start: number, end: number): number {
  if (text[start + 2] !== ':' || text[start + 5] !== ':') return Number.NaN
  const hours = digitsAt(text, start, 2)
  const minutes = digitsAt(text, start + 3, 2)
  const seconds = digitsAt(text, start + 6, 2)
  if (!(hours < 24 && minutes < 60 && seconds < 60)) return Number.NaN
  const whole = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000
  if (end === start + 8) return whole
  if (text[start + 8] !== '.') return Number.NaN
  if (end === start + 12) return whole + digitsAt(text, start + 9, 3) * 1000
  return end === start + 15 ? whole + digitsAt(text, start + 9, 6) : Number.NaN
}

/** `HH:MM:SS` and a fraction of three or six digits where there is one. */
export function clockText(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1_000_000)
  const fraction = microseconds - seconds * 1_000_000
  const clock = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`
  if (fraction === 0) return clock
  return fraction % 1000 === 0 ? `${clock}.${pad(fraction / 1000, 3)}` : `${clock}.${pad(fraction, 6)}`
}

const DAY_SECONDS = 86_400

/** `YYYY-MM-DDTHH:MM:SS[.fff|.ffffff]` of `ticks` since 1970, of which `perSecond` make a second; `Z` at its end when zoned. */
export function timestampText(ticks: number, perSecond: number, isZoned: boolean): string {
  const seconds = Math.floor(ticks / perSecond)
  const day = Math.floor(seconds / DAY_SECONDS)
  const microseconds = (seconds - day * DAY_SECONDS) * 1_000_000 + (ticks - seconds * perSecond) * (1_000_000 / perSecond)
  return `${dayText(day)}T${clockText(microseconds)}${isZoned ? 'Z' : ''}`
}

/** Whole seconds since 1970 and the microseconds beyond them; undefined for anything but the text of `timestampText`. */
export function timestampParts(text: string, isZoned: boolean): { seconds: number; microseconds: number } | undefined {
  const day = dayNumber(text)
  const clock = text[10] === 'T' ? clockMicroseconds(text, 11, text.length - (isZoned ? 1 : 0)) : Number.NaN
  if (Number.isNaN(day) || Number.isNaN(clock) || text.endsWith('Z') !== isZoned) return undefined
  return { seconds: day * DAY_SECONDS + Math.floor(clock / 1_000_000), microseconds: clock % 1_000_000 }
}
