/** What kind of number a text is that stands for one. */
export function numberForm(text: string): { isWhole: boolean; bits: 32 | 64 | undefined; digits: number; scale: number } {
  const [whole = '', rest = ''] = text.replace('-', '').split('.')
  const isWhole = rest === ''
  const isWithin = (bits: bigint): boolean => isWhole && BigInt.asIntN(Number(bits), BigInt(text)) === BigInt(text)
  return {
    isWhole,
    bits: isWithin(32n) ? 32 : isWithin(64n) ? 64 : undefined,
    digits: whole.length + rest.length,
    scale: rest.length,
  }
}
