import { type ColumnarTable, decodeColumnar } from '../../render/columnar.ts'
import { openPage } from './open-page.ts'

const tables = new Map<string, Promise<ColumnarTable>>()

/** Opens a table that stands in this very file, once for all who show it. */
function readTable(address: string): Promise<ColumnarTable> {
  const known = tables.get(address) ?? openTable(address)
  tables.set(address, known)
  return known
}

async function openTable(address: string): Promise<ColumnarTable> {
  const element = document.querySelector(address)
  if (!element) throw new Error('These rows are not in this copy.')
  const bytes = Uint8Array.from(atob(element.textContent), (character) => character.charCodeAt(0))
  element.remove()
  const opened = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return decodeColumnar(new Uint8Array(await new Response(opened).arrayBuffer()))
}

openPage(readTable)
