declare module 'wawoff2' {
  /** A font file of a WOFF2 file. The bytes are only good until the next call. */
  export function decompress(woff2: Uint8Array): Promise<Uint8Array>
}
