import { randomUUID } from 'node:crypto'
import { createWriteStream, openAsBlob } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { AwsClient } from 'aws4fetch'
import { KnownError } from '../../contract/error.ts'
import { Digest, TenantId } from '../../contract/id.ts'
import { sha256, sha256OfFile } from '../basics/sha256.ts'
import type { Blobs } from './blobs.ts'
import { openDiskBlobs } from './disk-blobs.ts'

export interface S3Place {
  /** `https://host` or `http://host:port`; the bucket is the first part of the path, as every compatible server takes it. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** Before every key; empty or ending in `/`. */
  readonly prefix: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Reads `s3://bucket[/prefix]?endpoint=…&region=…`; the keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the usual names. */
export function s3Place(address: string, accessKeyId = '', secretAccessKey = ''): S3Place {
  const url = new URL(address)
  const region = url.searchParams.get('region') ?? 'us-east-1'
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '')
  return {
    endpoint: (url.searchParams.get('endpoint') ?? `https://s3.${region}.amazonaws.com`).replace(/\/+$/, ''),
    region,
    bucket: url.hostname,
    prefix: prefix === '' ? '' : `${prefix}/`,
    accessKeyId,
    secretAccessKey,
  }
}

/**
 * Blobs in S3 or what speaks it: `<prefix><tenant>/<digest>`. What this process wrote or read lies in `cacheFolder` too, as engines read files.
 * An upload carries its SHA-256, so that the store refuses bytes that changed on the way; a download is checked before it is used.
 */
export async function openS3Blobs(place: S3Place, cacheFolder: string, fetchOver: typeof fetch = fetch): Promise<Blobs> {
  const cache = await openDiskBlobs(cacheFolder)
  const incoming = join(cacheFolder, 'downloads')
  await mkdir(incoming, { recursive: true, mode: 0o700 })
  const client = new AwsClient({
    accessKeyId: place.accessKeyId,
    secretAccessKey: place.secretAccessKey,
    region: place.region,
    service: 's3',
  })

  const addressOf = (tenantId: TenantId, digest: Digest): string => {
    if (!TenantId.safeParse(tenantId).success) throw new KnownError('invalid-input', 'This is not the id of a tenant.')
    if (!Digest.safeParse(digest).success) throw new KnownError('invalid-input', 'This is not a digest.')
    return `${place.endpoint}/${place.bucket}/${place.prefix}${tenantId}/${digest}`
  }

  const send = async (
    method: 'GET' | 'HEAD' | 'PUT' | 'DELETE',
    address: string,
    headers: Record<string, string> = {},
    body?: Blob,
  ): Promise<Response> => {
    try {
      // NOTE: signed without the body, whose hash stands in the header: a Blob would be read into memory to be hashed again.
      const signed = await client.sign(address, { method, headers })
      const response = await fetchOver(signed.url, { method, headers: signed.headers, ...(body ? { body } : {}) })
      if (response.ok || response.status === 404) return response
      throw new Error(`${method} answered ${response.status}: ${(await response.text()).slice(0, 500)}`)
    } catch (cause) {
      throw new KnownError('unavailable', 'The store of files does not answer. Try again in a moment.', { cause })
    }
  }

  const found = async (response: Response): Promise<Response> => {
    if (response.status !== 404) return response
    await response.body?.cancel()
    throw new KnownError('not-found', 'This content is not there any more.')
  }

  const upload = async (tenantId: TenantId, digest: Digest): Promise<void> => {
    const body = await openAsBlob(await cache.path(tenantId, digest))
    const response = await send('PUT', addressOf(tenantId, digest), { 'x-amz-content-sha256': digest }, body)
    await response.body?.cancel()
    if (response.status === 404)
      throw new KnownError('unavailable', `There is no bucket ${place.bucket}. Make it, or mend BLOBS_URL.`)
  }

  const downloading = new Map<string, Promise<void>>()
  /** Brings the bytes into the cache once, also when many ask at the same time. */
  const bring = async (tenantId: TenantId, digest: Digest): Promise<void> => {
    const address = addressOf(tenantId, digest)
    if (await cache.has(tenantId, digest)) return
    const running = downloading.get(address) ?? download(tenantId, digest).finally(() => downloading.delete(address))
    downloading.set(address, running)
    await running
  }
  const download = async (tenantId: TenantId, digest: Digest): Promise<void> => {
    const response = await found(await send('GET', addressOf(tenantId, digest)))
    const unfinished = join(incoming, randomUUID())
    try {
      await pipeline(streamOf(response), createWriteStream(unfinished))
      if ((await sha256OfFile(unfinished)) !== digest) throw new Error('the bytes do not have their digest')
      await cache.putFile(tenantId, unfinished)
    } catch (cause) {
      throw new KnownError('unavailable', 'The store of files sent other bytes than were kept. Try again in a moment.', { cause })
    } finally {
      await rm(unfinished, { force: true })
    }
  }

  return {
    async put(tenantId, bytes) {
      addressOf(tenantId, sha256(bytes))
      const digest = await cache.put(tenantId, bytes)
      await upload(tenantId, digest)
      return digest
    },
    async putFile(tenantId, path, digest) {
      const kept = await cache.putFile(tenantId, path, digest)
      await upload(tenantId, kept.digest)
      return kept
    },
    async read(tenantId, digest) {
      await bring(tenantId, digest)
      return cache.read(tenantId, digest)
    },
    async open(tenantId, digest, range) {
      if (range && !(await cache.has(tenantId, digest)))
        return streamOf(
          await found(await send('GET', addressOf(tenantId, digest), { range: `bytes=${range.start}-${range.end}` })),
        )
      await bring(tenantId, digest)
      return cache.open(tenantId, digest, range)
    },
    async size(tenantId, digest) {
      const response = await found(await send('HEAD', addressOf(tenantId, digest)))
      return Number(response.headers.get('content-length'))
    },
    async path(tenantId, digest) {
      await bring(tenantId, digest)
      return cache.path(tenantId, digest)
    },
    async has(tenantId, digest) {
      return (await send('HEAD', addressOf(tenantId, digest))).status !== 404
    },
    async remove(tenantId, digest) {
      const response = await send('DELETE', addressOf(tenantId, digest))
      await response.body?.cancel()
      await cache.remove(tenantId, digest)
    },
    async *list() {
      let token: string | undefined
      do {
        const query = new URLSearchParams({ 'list-type': '2', prefix: place.prefix })
        if (token !== undefined) query.set('continuation-token', token)
        const page = await (await found(await send('GET', `${place.endpoint}/${place.bucket}?${query.toString()}`))).text()
        for (const [, key = ''] of page.matchAll(/<Key>([^<]*)<\/Key>/g)) {
          const [tenant, name] = key.slice(place.prefix.length).split('/')
          const [tenantId, digest] = [TenantId.safeParse(tenant), Digest.safeParse(name)]
          if (tenantId.success && digest.success) yield { tenantId: tenantId.data, digest: digest.data }
        }
        token = /<NextContinuationToken>([^<]*)<\/NextContinuationToken>/.exec(page)?.[1]?.replaceAll('&amp;', '&')
      } while (token !== undefined)
    },
  }
}

const streamOf = (response: Response): Readable =>
  response.body ? Readable.fromWeb(response.body as ReadableStream<Uint8Array>) : Readable.from([])
