import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { AwsV4Signer } from 'aws4fetch'
import { sha256 } from '../server/basics/sha256.ts'

export interface S3Peer {
  readonly endpoint: string
  readonly objects: ReadonlyMap<string, Uint8Array>
  /** Answers 503 to everything while true. */
  setDown(isDown: boolean): void
  /** Puts other bytes under a key that is there. */
  spoil(key: string): void
  close(): Promise<void>
}

export const s3Keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not a real secret' }

/**
 * A store that speaks as much of S3 as blobs need, written from its documentation: path-style keys in one bucket, PUT with a checked payload hash,
 * GET with ranges, HEAD, DELETE, listings of two keys a page. Refuses requests whose version 4 signature is not that of the keys.
 */
export async function startS3Peer(bucket: string): Promise<S3Peer> {
  const objects = new Map<string, Uint8Array>()
  let isDown = false
  const server = createServer((request, response) => {
    const end = (status: number, headers: Record<string, string | number> = {}, body?: Uint8Array | string) => {
      response.writeHead(status, headers)
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    const answer = async () => {
      const body = await buffer(request)
      if (isDown) return end(503, {}, '<Error><Code>SlowDown</Code></Error>')
      if (!(await isSigned(request.method ?? '', `http://${request.headers.host}${request.url}`, request.headers)))
        return end(403, {}, '<Error><Code>SignatureDoesNotMatch</Code></Error>')
      const [, first, ...rest] = decodeURIComponent((request.url ?? '').split('?', 1)[0] ?? '').split('/')
      if (first !== bucket) return end(404, {}, '<Error><Code>NoSuchBucket</Code></Error>')
      const url = new URL(request.url ?? '', 'http://peer')
      if (url.searchParams.get('list-type') === '2') return end(200, {}, listing([...objects.keys()].sort(), url.searchParams))
      const key = rest.join('/')
      if (request.method === 'PUT') {
        if (request.headers['x-amz-content-sha256'] !== sha256(body))
          return end(400, {}, '<Error><Code>XAmzContentSHA256Mismatch</Code></Error>')
        objects.set(key, body)
        return end(200)
      }
      if (request.method === 'DELETE') {
        objects.delete(key)
        return end(204)
      }
      const object = objects.get(key)
      if (!object) return end(404, {}, '<Error><Code>NoSuchKey</Code></Error>')
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
      if (!range) return end(200, { 'content-length': object.byteLength }, object)
      const [from, to] = [Number(range[1]), Math.min(Number(range[2]), object.byteLength - 1)]
      return end(
        206,
        { 'content-range': `bytes ${from}-${to}/${object.byteLength}`, 'content-length': to - from + 1 },
        object.subarray(from, to + 1),
      )
    }
    answer().catch((error: unknown) => end(500, {}, String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    setDown(down) {
      isDown = down
    },
    spoil(key) {
      objects.set(key, Buffer.from('other bytes'))
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Signs the request again with the keys and the headers that it says it signed. */
async function isSigned(method: string, url: string, headers: NodeJS.Dict<string | string[]>): Promise<boolean> {
  const given = String(headers['authorization'] ?? '')
  const region = /Credential=[^/]+\/\d{8}\/([^/]+)\/s3\/aws4_request/.exec(given)?.[1]
  if (!region) return false
  const signedNames = /SignedHeaders=([^,]+)/.exec(given)?.[1]?.split(';') ?? []
  const kept = signedNames.filter((name) => name !== 'host').map((name) => [name, String(headers[name] ?? '')] as const)
  const signer = new AwsV4Signer({
    ...s3Keys,
    url,
    method,
    region,
    service: 's3',
    datetime: String(headers['x-amz-date']),
    headers: Object.fromEntries(kept),
  })
  return (await signer.sign()).headers.get('authorization') === given
}

/** Two keys a page, so that whoever lists must go on. */
function listing(keys: readonly string[], query: URLSearchParams): string {
  const wanted = keys.filter((key) => key.startsWith(query.get('prefix') ?? ''))
  const from = Number(query.get('continuation-token') ?? 0)
  const page = wanted.slice(from, from + 2).map((key) => `<Contents><Key>${key}</Key></Contents>`)
  const next = from + 2 < wanted.length ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : ''
  return `<ListBucketResult>${page.join('')}${next}</ListBucketResult>`
}
