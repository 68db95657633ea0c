/** What an answer below `/shared/` lacks of P2, as whole phrases. Header names are in lower case. */
export function headerComplaints(headers: ReadonlyMap<string, string>): string[] {
  const complaints: string[] = []
  const demand = (name: string, isRight: (value: string) => boolean, complaint: string) => {
    const value = headers.get(name)
    if (value === undefined) complaints.push(`there is no ${name}`)
    else if (!isRight(value)) complaints.push(complaint)
  }
  const includesAll = (words: readonly string[]) => (value: string) => words.every((word) => value.toLowerCase().includes(word))
  demand('x-robots-tag', includesAll(['noindex', 'nofollow', 'noarchive']), 'x-robots-tag lets crawlers keep it')
  demand('referrer-policy', (value) => value === 'no-referrer', 'referrer-policy gives the link away')
  demand('x-content-type-options', (value) => value === 'nosniff', 'x-content-type-options is not nosniff')
  demand('cache-control', isFresh, 'cache-control lets copies outlive a revoke')
  demand('content-security-policy', () => true, '')
  if ((headers.get('content-encoding') ?? '') !== '' && !headers.get('vary')?.toLowerCase().includes('accept-encoding'))
    complaints.push('vary does not name accept-encoding')
  if (Number(headers.get('age') ?? 0) > 0 || /\bhit\b/i.test(headers.get('x-cache') ?? headers.get('cf-cache-status') ?? ''))
    complaints.push('something on the way answers from a copy, which outlives a revoke')
  return [
    ...complaints,
    ...policyComplaints(headers.get('content-security-policy') ?? "default-src 'none'; frame-ancestors 'none'"),
  ]
}

const isFresh = (value: string): boolean => /\bno-(cache|store)\b/.test(value) && !/immutable|max-age=[1-9]/.test(value)

function policyComplaints(policy: string): string[] {
  const rules = new Map(
    policy.split(';').map((rule): [string, string[]] => {
      const [name = '', ...values] = rule.trim().toLowerCase().split(/\s+/)
      return [name, values]
    }),
  )
  const scripts = rules.get('script-src') ?? rules.get('default-src')
  const complaints: string[] = []
  if (rules.get('default-src')?.join() !== "'none'")
    complaints.push("content-security-policy does not begin with default-src 'none'")
  if (!scripts || scripts.some((value) => /unsafe-(inline|eval|hashes)|^\*$|^https?:$|^data:$/.test(value)))
    complaints.push('content-security-policy lets other scripts run')
  if (!rules.has('frame-ancestors') || rules.get('frame-ancestors')?.includes('*'))
    complaints.push('content-security-policy lets anybody show it in a frame')
  return complaints
}

/** A crawler that may not read the page never sees that it must not index it. */
export function robotsComplaints(status: number, text: string): string[] {
  if (status === 404) return []
  if (status !== 200) return [`robots.txt is answered with ${status}`]
  const blocked = text.split('\n').map((line) => /^\s*disallow:\s*(\S+)/i.exec(line)?.[1])
  return blocked.some((path) => path !== undefined && '/shared/'.startsWith(path.replace(/\*.*$/, '')))
    ? ['robots.txt keeps crawlers from /shared/']
    : []
}
