/** What is asked for below `/shared/` or another public path, maybe of an older version. */
export type PublicRoute = PublicPart & { readonly publicPath: string; readonly version?: number }

type PublicPart =
  | { kind: 'page' | 'json-twin' | 'markdown-twin' | 'card' | 'unlock'; token: string }
  | { kind: 'columns' | 'rows' | 'csv' | 'parquet'; token: string; tableId: string; query: URLSearchParams }
  | { kind: 'file'; token: string; name: string }

const MAX_URL = 4_096
const part = '([A-Za-z0-9_-]{1,64})'
const whole = new RegExp(`^/shared/${part}(\\.json|\\.md|/card\\.png|/unlock)?$`)
const wholeKinds = { '.json': 'json-twin', '.md': 'markdown-twin', '/card.png': 'card', '/unlock': 'unlock' } as const
const table = new RegExp(`^/shared/${part}/tables/(t[1-9][0-9]{0,5})\\.(columns|json|csv|parquet)$`)
const file = new RegExp(`^/shared/${part}/files/([^/]+)$`)

const isAt = (url: string, path: string): boolean => url.startsWith(`${path}/`) || url === path || url.startsWith(`${path}?`)
export const isPublicUrl = (url: string): boolean => isAt(url, '/shared') || isAt(url, '/dashboards/shared')

/** Another kind's public path and an older version's segment: what follows is the same for all. */
const start = /^(\/dashboards)?\/shared\/([A-Za-z0-9_-]{1,64})(?:\/v([1-9][0-9]{0,5}))?(?=$|[/.?])/
const askedVersion = /^\?(?:.*&)?v=([1-9][0-9]{0,5})(?:&|$)/

/** Undefined for what no route of ours can be: it is answered like any closed link. Nothing is normalised: a path is right or it is not. */
export function routeOf(url: string): PublicRoute | undefined {
  const found = url.length > MAX_URL ? null : start.exec(url)
  if (!found) return undefined
  const rest = url.slice(found[0].length)
  const part = partOf(`/shared/${found[2]}${rest}`)
  if (!part) return undefined
  const version = found[3] ?? (part.kind === 'page' ? askedVersion.exec(rest)?.[1] : undefined)
  return { ...part, publicPath: `${found[1] ?? ''}/shared`, ...(version === undefined ? {} : { version: Number(version) }) }
}

function partOf(url: string): PublicPart | undefined {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const page = whole.exec(path)
  if (page?.[1]) return { kind: page[2] ? wholeKinds[page[2] as keyof typeof wholeKinds] : 'page', token: page[1] }
  const found = table.exec(path)
  if (found?.[1] && found[2] && found[3]) {
    const kind = found[3] === 'json' ? 'rows' : (found[3] as 'columns' | 'csv' | 'parquet')
    return { kind, token: found[1], tableId: found[2], query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)) }
  }
  const asked = file.exec(path)
  const name = asked?.[2] === undefined ? undefined : decoded(asked[2])
  return asked?.[1] && name !== undefined ? { kind: 'file', token: asked[1], name } : undefined
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
