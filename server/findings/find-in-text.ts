import { findPersonal, type Hints, type Match } from './find-personal.ts'
import { findSecrets } from './find-secrets.ts'

/** Raised whenever the rules change: what was scanned before is scanned again. */
export const RULES_VERSION = 2

/** Secrets and personal texts, in the order of the text; what lies in a secret is part of it. */
export async function findInText(text: string, hints?: Hints): Promise<Match[]> {
  const secrets = await findSecrets(text)
  const personal = findPersonal(text, hints).filter(
    (one) => !secrets.some((secret) => one.start < secret.end && secret.start < one.end),
  )
  return [...secrets, ...personal].sort((one, other) => one.start - other.start)
}

const CHUNK_CHARACTERS = 262_144

/** As `findInText` for many short texts: those of one batch are searched for secrets together. */
export const findInTexts = (texts: readonly string[], hints?: Hints): Promise<Match[][]> =>
  findInCandidates(
    texts.map((text) => ({ text, mayBeSecret: true, mayBePersonal: true })),
    hints,
  )

/** A text with what is known of it already: what it cannot hold is not searched for. */
export interface Candidate {
  readonly text: string
  readonly mayBeSecret: boolean
  readonly mayBePersonal: boolean
}

export async function findInCandidates(texts: readonly Candidate[], hints?: Hints): Promise<Match[][]> {
  const found: Match[][] = []
  for (let from = 0; from < texts.length; ) {
    let characters = 0
    let to = from
    while (to < texts.length && (to === from || characters < CHUNK_CHARACTERS)) characters += (texts[to++]?.text ?? '').length + 1
    const batch = texts.slice(from, to)
    const secrets = await secretsOf(batch)
    for (const [place, { text, mayBePersonal }] of batch.entries()) {
      const own = secrets[place] ?? []
      const all = mayBePersonal ? findPersonal(text, hints) : []
      const personal = all.filter((one) => !own.some((secret) => one.start < secret.end && secret.start < one.end))
      found.push([...own, ...personal])
    }
    from = to
  }
  return found
}

/** Stands between texts that are searched together: no shape reaches over it. */
const BETWEEN = '\n\u0000\n'
/** What follows it is part of the key, to the end of the text. */
const KEY_BEGIN = '-----BEGIN'

/** The secrets in each text: together, as looking once at many is quicker, but for texts that would hide the ones after them. */
async function secretsOf(batch: readonly Candidate[]): Promise<Match[][]> {
  const isApart = ({ text }: Candidate): boolean => text.includes(KEY_BEGIN)
  const together = batch.map((one) => (one.mayBeSecret && !isApart(one) ? one.text : ''))
  const found = together.some((text) => text !== '') ? spread(together, await findSecrets(together.join(BETWEEN))) : []
  const apart = batch.map(async (one, place) => (one.mayBeSecret && isApart(one) ? findSecrets(one.text) : (found[place] ?? [])))
  return Promise.all(apart)
}

/** Matches in the joined text, given back to the texts that they lie in. */
function spread(batch: readonly string[], matches: readonly Match[]): Match[][] {
  let start = 0
  let at = 0
  return batch.map((text) => {
    const end = start + text.length
    const own: Match[] = []
    while (at < matches.length && (matches[at]?.start ?? 0) < end) {
      const match = matches[at]
      if (match && match.end > start)
        own.push({ kind: match.kind, start: Math.max(0, match.start - start), end: Math.min(text.length, match.end - start) })
      if (match && match.end > end) break
      at += 1
    }
    start = end + BETWEEN.length
    return own
  })
}
