import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openApiDocument } from '../server/http/openapi.ts'

const file = new URL('../docs/openapi.json', import.meta.url)

/** `UPDATE=1 vitest run test/openapi.test.ts` writes it. */
test('docs/openapi.json is what the contract says', () => {
  const fresh = `${JSON.stringify(openApiDocument(), null, 2)}\n`
  if (process.env.UPDATE === '1') writeFileSync(file, fresh)
  expect(readFileSync(file, 'utf8')).toBe(fresh)
})
