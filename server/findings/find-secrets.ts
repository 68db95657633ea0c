import { lintSource } from '@secretlint/core'
import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import { SECRET_SHAPE } from './could-hold.ts'
import type { Match } from './find-personal.ts'

// NOTE: comments in a text must not switch the search off: it is not its author who decides.
const config = {
  rules: rules.filter((rule) => !rule.meta.id.endsWith('filter-comments')).map((rule) => ({ id: rule.meta.id, rule })),
}

/** What the library does not look for; shapes as their issuers document them. */
const more: readonly RegExp[] = [
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
  /\bAIza[A-Za-z0-9_-]{35}\b/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b/g,
  /\bqry_[A-Za-z0-9_-]{20,}\b/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bBearer [A-Za-z0-9._~+/-]{20,}=*/g,
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"]*:[^\s@/'"]+@[^\s'"]+/gi,
]
/** `password = hunter2`: the value is the secret. */
const named =
  /(?<![A-Za-z])(?:pass(?:word|wd|phrase)|pwd|secret(?:[_ -]?key)?|api[_ -]?key|access[_ -]?(?:key|token)|auth[_ -]?token|client[_ -]?secret|aws_secret_access_key)["']?\s*(?:=>|:=|=|:|\bis\b)\s*(["']?)([^\s"',;<>]{6,})\1/gi
const couldHold = new RegExp(SECRET_SHAPE, 'u')

/** Keys, tokens, passwords and connection strings. */
export async function findSecrets(text: string): Promise<Match[]> {
  if (!couldHold.test(text)) return []
  const { messages } = await lintSource({
    source: { filePath: 'text.txt', content: text, ext: '.txt', contentType: 'text' },
    options: { config, noPhysicFilePath: true, maskSecrets: false },
  })
  const places = messages.map(({ range: [start, end] }) => ({ start, end }))
  for (const shape of more)
    for (const found of text.matchAll(shape)) places.push({ start: found.index, end: found.index + found[0].length })
  for (const found of text.matchAll(named)) {
    const value = found[2] ?? ''
    const start = found.index + found[0].lastIndexOf(value)
    if (looksSecret(value)) places.push({ start, end: start + value.length })
  }
  return joined(places)
}

/** A word alone is no secret, and neither is what only stands for one. */
const looksSecret = (value: string): boolean => /\d|[^A-Za-z0-9_]/.test(value) && !/^[*•.x]+$|^\$?\{|^\$\w|^\[/i.test(value)

/** Overlapping places as one. */
function joined(places: readonly { start: number; end: number }[]): Match[] {
  const sorted = [...places].sort((one, other) => one.start - other.start)
  const matches: { kind: 'secret'; start: number; end: number }[] = []
  for (const { start, end } of sorted) {
    const last = matches.at(-1)
    if (last && start < last.end) last.end = Math.max(last.end, end)
    else if (end > start) matches.push({ kind: 'secret', start, end })
  }
  return matches
}
