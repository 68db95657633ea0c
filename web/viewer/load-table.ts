import { type ColumnarTable, decodeColumnar } from '../../render/columnar.ts'

const tables = new Map<string, Promise<ColumnarTable>>()

/** Fetches and opens a table once for all who show it. A failure is forgotten, so that the next call tries again. */
export function loadTable(url: string): Promise<ColumnarTable> {
  const known = tables.get(url)
  if (known) return known
  const loading = fetchTable(url)
  tables.set(url, loading)
  loading.catch(() => tables.delete(url))
  return loading
}

async function fetchTable(url: string): Promise<ColumnarTable> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(loadFailure(response.status))
  return decodeColumnar(new Uint8Array(await response.arrayBuffer()))
}

export const loadFailure = (status: number): string =>
  status === 404
    ? 'These rows are not here any more.'
    : status === 429
      ? 'Too many requests just now.'
      : 'The rows could not be loaded.'
