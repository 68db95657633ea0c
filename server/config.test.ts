import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

test('without settings it listens on loopback and keeps its data beside the program', () => {
  const config = loadConfig({ PORT: '', OTHER: 'x' }, '/somewhere')
  expect(config).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    isLoopback: true,
    dataDir: '/somewhere/data',
    blobs: { folder: '/somewhere/data/blobs' },
    demo: true,
  })
})

test('beyond loopback there is no demo unless told to', () => {
  expect(loadConfig({ HOST: '0.0.0.0' }, '/')).toMatchObject({ isLoopback: false, demo: false })
  expect(loadConfig({ HOST: '0.0.0.0', QRY_DEMO: '1' }, '/').demo).toBe(true)
})

test('every wrong setting has its line, and no value is shown', () => {
  expect(() => loadConfig({ PORT: '99999', DATABASE_URL: 'mysql://me:hunter2@host/db', QRY_SECRET: 'short' }, '/')).toThrow(
    /PORT.*\n.*DATABASE_URL.*postgres:\/\/.*\n.*QRY_SECRET.*16/,
  )
  expect(() => loadConfig({ DATABASE_URL: 'mysql://me:hunter2@host/db' }, '/')).not.toThrow(/hunter2/)
})

test('files are kept in a folder, or in S3 with the usual names for its keys', () => {
  expect(loadConfig({ BLOBS_URL: 'file:kept' }, '/somewhere').blobs).toEqual({ folder: '/somewhere/kept' })
  const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }
  expect(loadConfig({ BLOBS_URL: 's3://bucket/a/b?endpoint=http://store:9000/', ...keys }, '/').blobs).toEqual({
    s3: {
      endpoint: 'http://store:9000',
      region: 'us-east-1',
      bucket: 'bucket',
      prefix: 'a/b/',
      accessKeyId: 'id',
      secretAccessKey: 'secret',
    },
  })
  expect(() => loadConfig({ BLOBS_URL: 'https://bucket' }, '/')).toThrow(/BLOBS_URL.*s3:\/\/bucket/)
})

test('what one question may take is set in seconds, rows and megabytes', () => {
  expect(loadConfig({}, '/').queryLimits).toEqual({ timeoutMs: 60_000, rowLimit: 1_000_000, byteLimit: 2_000_000_000 })
  const set = { QRY_QUERY_SECONDS: '300', QRY_QUERY_ROWS: '5000', QRY_QUERY_MB: '50' }
  expect(loadConfig(set, '/').queryLimits).toEqual({ timeoutMs: 300_000, rowLimit: 5_000, byteLimit: 50_000_000 })
  expect(() => loadConfig({ QRY_QUERY_ROWS: '1000001', QRY_QUERY_SECONDS: '0' }, '/')).toThrow(
    /QRY_QUERY_SECONDS.*\n.*QRY_QUERY_ROWS/,
  )
})
