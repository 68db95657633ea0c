import type { Encoding } from '../../sharing/encoded-body.ts'

const known = new Map<string, Encoding>()

/** The best of br, gzip and identity that `Accept-Encoding` allows. */
export function encodingFor(accepts: string | undefined): Encoding {
  if (!accepts) return 'identity'
  const seen = known.get(accepts)
  if (seen) return seen
  const chosen = choose(accepts)
  if (known.size < 256) known.set(accepts, chosen)
  return chosen
}

function choose(accepts: string): Encoding {
  const weights = new Map<string, number>()
  for (const entry of accepts.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = entry.split(';').map((text) => text.trim())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    weights.set(coding === 'x-gzip' ? 'gzip' : coding, quality ? Number(quality.slice(2)) || 0 : 1)
  }
  const allows = (coding: string) => (weights.get(coding) ?? weights.get('*') ?? 0) > 0
  return allows('br') ? 'br' : allows('gzip') ? 'gzip' : 'identity'
}

/** Whether `If-None-Match` names this entity; the comparison is weak, as the header asks. */
export function matchesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header === etag) return true
  return header.split(',').some((one) => {
    const tag = one.trim().replace(/^W\//, '')
    return tag === '*' || tag === etag
  })
}

/** The asked part of `size` bytes: undefined for all of it, `unsatisfiable` when there is no such part. */
export function rangeOf(header: string | undefined, size: number): { start: number; end: number } | 'unsatisfiable' | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (!found || (found[1] === '' && found[2] === '')) return undefined
  if (found[1] === '') {
    const count = Math.min(Number(found[2]), size)
    return count === 0 ? 'unsatisfiable' : { start: size - count, end: size - 1 }
  }
  const start = Number(found[1])
  const end = found[2] === '' ? size - 1 : Math.min(Number(found[2]), size - 1)
  if (found[2] !== '' && Number(found[2]) < start) return undefined
  return start >= size ? 'unsatisfiable' : { start, end }
}
