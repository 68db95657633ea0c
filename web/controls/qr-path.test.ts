import { expect, test } from 'vitest'
import { qrPath } from './qr-path.ts'

test('runs of dark modules become one stroke each', () => {
  const rows = ['##.#', '....', '...#', '####']
  expect(qrPath(4, (x, y) => rows[y]?.[x] === '#')).toBe('M0 0.5h2M3 0.5h1M3 2.5h1M0 3.5h4')
})
