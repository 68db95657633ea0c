const digitsOf = (text: string): number[] => Array.from(text, Number)

/** ISO/IEC 7812: the last digit makes the weighted sum a multiple of ten. */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (const [place, digit] of digitsOf(digits).reverse().entries()) {
    const weighted = place % 2 === 0 ? digit : digit * 2
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}

/** ISO 13616: letters as numbers, the country and check digits moved to the end, rest 1 by 97. */
export function passesMod97(iban: string): boolean {
  let rest = 0
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}

/** ISO 7064 MOD 11,10, as the German tax number and others use it. */
export function passesMod11And10(digits: string): boolean {
  let product = 10
  for (const digit of digitsOf(digits).slice(0, -1)) {
    const sum = (digit + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === Number(digits.at(-1))
}

/** The digits times the weights, summed. */
export const weighted = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, place) => sum + weight * Number(digits[place] ?? 0), 0)

/** Whether `YYMMDD` or `DDMMYY` could be a day. */
export function isDay(day: string, month: string): boolean {
  return Number(day) >= 1 && Number(day) <= 31 && Number(month) >= 1 && Number(month) <= 12
}
