/** A moment in millionths (`digits` 6) or billionths (9) of a second since 1970, as `2024-03-31T02:30:00.123456`. */
export function momentText(units: bigint, digits: 6 | 9): string {
  const perSecond = 10n ** BigInt(digits)
  const rest = ((units % perSecond) + perSecond) % perSecond
  const seconds = (units - rest) / perSecond
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, -5)
  return whole + fractionText(rest, digits)
}

/** `.123456`, or nothing where there is none. */
const fractionText = (units: bigint, digits: number): string => {
  const text = units.toString().padStart(digits, '0').replace(/0+$/, '')
  return text === '' ? '' : `.${text}`
}
