import { open } from 'node:fs/promises'

export interface ZipEntry {
  readonly name: string
  /** As the archive's own list says. */
  readonly unpackedBytes: number
}

const LIST_END = 0x06054b50
const LIST_ENTRY = 0x02014b50
const MOST_LIST_BYTES = 16 * 1024 * 1024

/** The list of what a zip archive holds, without unpacking any of it; `undefined` when the file has no such list. */
export async function zipEntries(path: string): Promise<ZipEntry[] | undefined> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const tail = Buffer.alloc(Math.min(size, 65_557))
    await file.read(tail, 0, tail.length, size - tail.length)
    let at = tail.length - 22
    while (at >= 0 && tail.readUInt32LE(at) !== LIST_END) at--
    if (at < 0) return undefined
    const listBytes = tail.readUInt32LE(at + 12)
    if (listBytes > MOST_LIST_BYTES || listBytes > size) return undefined
    const list = Buffer.alloc(listBytes)
    await file.read(list, 0, listBytes, tail.readUInt32LE(at + 16))
    const entries: ZipEntry[] = []
    for (let place = 0; place + 46 <= list.length && list.readUInt32LE(place) === LIST_ENTRY; ) {
      const nameBytes = list.readUInt16LE(place + 28)
      entries.push({
        name: list.toString('utf8', place + 46, place + 46 + nameBytes),
        unpackedBytes: list.readUInt32LE(place + 24),
      })
      place += 46 + nameBytes + list.readUInt16LE(place + 30) + list.readUInt16LE(place + 32)
    }
    return entries
  } finally {
    await file.close()
  }
}
