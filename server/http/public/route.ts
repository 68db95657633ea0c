/** What is asked for below `/shared/`. */
export type PublicRoute =
  | { kind: 'page' | 'json-twin' | 'markdown-twin'; token: string }
  | { kind: 'columns' | 'rows' | 'csv' | 'parquet'; token: string; tableId: string; query: URLSearchParams }
  | { kind: 'file'; token: string; name: string }

const MAX_URL = 4_096
const part = '([A-Za-z0-9_-]{1,64})'
const whole = new RegExp(`^/shared/${part}(\\.json|\\.md)?$`)
const table = new RegExp(`^/shared/${part}/tables/(t[1-9][0-9]{0,5})\\.(columns|json|csv|parquet)$`)
const file = new RegExp(`^/shared/${part}/files/([^/]+)$`)

export const isPublicUrl = (url: string): boolean => url.startsWith('/shared/') || url === '/shared' || url.startsWith('/shared?')

/** Undefined for what no route of ours can be: it is answered like any closed link. Nothing is normalised: a path is right or it is not. */
export function routeOf(url: string): PublicRoute | undefined {
  if (url.length > MAX_URL) return undefined
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const page = whole.exec(path)
  if (page?.[1]) return { kind: page[2] === '.json' ? 'json-twin' : page[2] === '.md' ? 'markdown-twin' : 'page', token: page[1] }
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
