import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Bare node:http with one answer from memory: what the public door is measured against. */
process.on('message', (message) => {
  if (message === 'end') process.exit(0)
  if (message === 'memory') {
    globalThis.gc?.()
    return process.send?.({ rssBytes: process.memoryUsage().rss })
  }
  const { body, etag } = message as { body: string; etag: string }
  const bytes = Buffer.from(body, 'base64')
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Encoding': 'br',
    'Content-Length': bytes.byteLength,
    ETag: etag,
  }
  const server = createServer((request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { ETag: etag }).end()
    else response.writeHead(200, headers).end(bytes)
  })
  server.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }))
})
