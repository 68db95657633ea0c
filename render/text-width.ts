/** At most what Onest takes, so that nothing drawn is too narrow: in tenths of the size. */
const tenthsOf = (letter: string): number =>
  /[il.,:;'|! ]/.test(letter) ? 3.4 : /[MWmw@%—]/.test(letter) ? 9.6 : /[A-Z\u1100-\uffff]/.test(letter) ? 7.6 : 6.3

export const textWidth = (text: string, size: number): number =>
  (Array.from(text).reduce((sum, letter) => sum + tenthsOf(letter), 0) * size) / 10
