/** Words for numbers and times in the app: English words, dates and numbers as the person chose, else British and in this machine's time zone. */

const DEFAULT_LOCALE = 'en-GB'

interface Writing {
  readonly count: Intl.NumberFormat
  readonly day: Intl.DateTimeFormat
  readonly time: Intl.DateTimeFormat
}

function writingOf(locale: string, timeZone: string | undefined): Writing {
  const zone = timeZone ? { timeZone } : {}
  return {
    count: new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }),
    day: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', ...zone }),
    time: new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', ...zone }),
  }
}

let writing = writingOf(DEFAULT_LOCALE, undefined)

/** Writes dates, times and counts as this person chose; null is the default. What this browser does not know is left out. */
export function writeAs({ locale, timeZone }: { readonly locale: string | null; readonly timeZone: string | null }): void {
  try {
    writing = writingOf(locale ?? DEFAULT_LOCALE, timeZone ?? undefined)
  } catch {
    writing = writingOf(DEFAULT_LOCALE, undefined)
  }
}

/** `1204` → `1,204`. */
export const formatCount = (count: number): string => writing.count.format(count)

/** `1 row`, `1,204 rows`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`

/** Bytes in steps of a thousand: `218 kB`, `2.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return counted(bytes, 'byte')
  const units = ['kB', 'MB', 'GB', 'TB']
  let size = bytes / 1_000
  let unit = 0
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1_000
    unit += 1
  }
  return `${size < 9.95 ? size.toFixed(1).replace(/\.0$/, '') : Math.round(size)} ${units[unit] ?? 'TB'}`
}

/** `9 ms`, `0.28 s`, `6.1 s`, `2 min 5 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 100) return `${Math.round(durationMs)} ms`
  if (durationMs < 1_000) return `${(durationMs / 1_000).toFixed(2)} s`
  if (durationMs < 59_950) return `${(durationMs / 1_000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1_000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** `14:20`. */
export const formatTime = (at: string): string => writing.time.format(new Date(at))

/** `9 Nov 2026`. */
export const formatDay = (at: string): string => writing.day.format(new Date(at)).replace('Sept ', 'Sep ')

/** `9 Nov 2026, 14:20`. */
export const formatMoment = (at: string): string => `${formatDay(at)}, ${formatTime(at)}`

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
