const link = '(?<path>(?:/dashboards)?/shared)/(?<token>[A-Za-z0-9_-]{1,64})'
const at = (below: string): RegExp => new RegExp(`^${link}(?:/v(?<version>[1-9][0-9]{0,5}))?${below}$`)
const table = '/tables/(?<id>t[1-9][0-9]{0,5})'
const chart = '/charts/(?<id>c[1-9][0-9]{0,5})'

/** Every public route, the page's own first. The test of the gate holds a row for each. */
export const publicRoutes = {
  page: at(''),
  'json-twin': at('\\.json'),
  'markdown-twin': at('\\.md'),
  snapshot: at('/snapshot\\.json'),
  offline: at('/offline\\.html'),
  card: at('/card\\.png'),
  columns: at(`${table}\\.columns`),
  rows: at(`${table}\\.json`),
  csv: at(`${table}\\.csv`),
  parquet: at(`${table}\\.parquet`),
  picture: at(`${chart}\\.svg`),
  'narrow-picture': at(`${chart}-narrow\\.svg`),
  figure: at('/figures/(?<id>f[1-9][0-9]{0,5})'),
  file: at('/files/(?<id>[^/]+)'),
  /** The only one that takes something: a password, by POST. */
  unlock: new RegExp(`^${link}/unlock$`),
} as const

export type PublicRouteKind = keyof typeof publicRoutes
/** What is read by GET. */
export type ReadRouteKind = Exclude<PublicRouteKind, 'unlock'>

/** The token whose password is sent here, undefined for every other path. */
export const unlockTokenOf = (url: string): string | undefined => publicRoutes.unlock.exec(url)?.groups?.['token']

/** What is asked for below a public path. */
export interface PublicRoute {
  readonly kind: ReadRouteKind
  /** Where the token was found: `/shared`. */
  readonly publicPath: string
  /** An older version, by `/v2` in the path, or `?v=2` of the page. */
  readonly version: number | undefined
  readonly token: string
  /** Of the table or chart, or the file's name; empty where the route has none. */
  readonly id: string
  readonly query: URLSearchParams
}

const MAX_URL = 4_096
const { unlock: _, ...readRoutes } = publicRoutes
const kinds = Object.entries(readRoutes) as [ReadRouteKind, RegExp][]
const nothing = new URLSearchParams()

export const isPublicUrl = (url: string): boolean => /^(?:\/dashboards)?\/shared(?:[/?]|$)/.test(url)

/** Undefined for what no route of ours can be: it is answered like any closed link. Nothing is normalised: a path is right or it is not. */
export function routeOf(url: string): PublicRoute | undefined {
  if (url.length > MAX_URL) return undefined
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  for (const [kind, pattern] of kinds) {
    const found = pattern.exec(path)?.groups
    if (!found) continue
    const id = decoded(found['id'] ?? '')
    if (id === undefined) return undefined
    const query = mark < 0 ? nothing : new URLSearchParams(url.slice(mark + 1))
    const version = found['version'] ?? (kind === 'page' ? /^[1-9][0-9]{0,5}$/.exec(query.get('v') ?? '')?.[0] : undefined)
    return {
      kind,
      publicPath: found['path'] ?? '',
      token: found['token'] ?? '',
      version: version === undefined ? undefined : Number(version),
      id,
      query,
    }
  }
  return undefined
}

const preview = /^\/preview\/(?<key>v[0-9]{1,3}(?:\.[0-9a-f]{8})?\.[A-Za-z0-9_-]{80,1000})(?<below>(?:[./?].*)?)$/

/** What is asked for of a page that is not public yet, and the key to it. It has the same routes below it. */
export function previewRouteOf(url: string): { key: string; route: PublicRoute } | undefined {
  if (!url.startsWith('/preview/')) return undefined
  const { key, below = '' } = preview.exec(url)?.groups ?? {}
  const route = key === undefined ? undefined : routeOf(`/shared/preview${below}`)
  return key === undefined || !route ? undefined : { key, route }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
