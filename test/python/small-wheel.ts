import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** A pure Python package of one module as its file would be published: a zip whose entries are stored as they are. */
export function smallWheel(name: string, version: string, source: string): Buffer {
  const info = `${name}-${version}.dist-info`
  const files: [string, string][] = [
    [`${name}.py`, source],
    [`${info}/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`],
    [`${info}/WHEEL`, 'Wheel-Version: 1.0\nGenerator: qry\nRoot-Is-Purelib: true\nTag: py3-none-any\n'],
  ]
  const digest = (text: string) => createHash('sha256').update(text).digest('base64url')
  const record = files.map(([path, text]) => `${path},sha256=${digest(text)},${text.length}`)
  return zip([...files, [`${info}/RECORD`, `${[...record, `${info}/RECORD,,`].join('\n')}\n`]])
}

function zip(files: readonly [string, string][]): Buffer {
  const bodies: Buffer[] = []
  const entries: Buffer[] = []
  let offset = 0
  for (const [path, text] of files) {
    const [name, data] = [Buffer.from(path), Buffer.from(text)]
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(33, 8)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(data.length, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, data])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, tail, name]))
    bodies.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, directory, end])
}
