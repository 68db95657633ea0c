import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSamples } from '../../../test/analysts/sample-tables.ts'
import { must } from '../../basics/must.ts'
import { readQuestion } from './read-question.ts'
import { nearestNames, notRead } from './refusal-words.ts'
import { tokenise } from './tokens.ts'

const now = new Date('2026-05-20T10:00:00Z')
let samples: Awaited<ReturnType<typeof openSamples>>
beforeAll(async () => {
  samples = await openSamples()
})
afterAll(() => samples.close())

const orders = () => must(samples.catalogs['orders'])

function refusalOf(question: string) {
  const reading = readQuestion(question, orders(), now)
  if (reading.state !== 'not-understood') throw new Error(`“${question}” was read`)
  return reading
}

describe('what could not be read', () => {
  test.each([
    ['revenue since spring', ['since', 'spring'], { names: [], times: ['since spring'], words: [] }],
    [
      'spend in the last 2 fortnights',
      ['spend', 'last', 'fortnights'],
      { names: ['spend'], times: ['last 2 fortnights'], words: [] },
    ],
    ['either revenue or flurbs', ['either', 'flurbs'], { names: ['flurbs'], times: [], words: ['either'] }],
    ['revenue of spring mattresses', ['mattresses'], { names: ['mattresses'], times: [], words: [] }],
    ['median revenue 5', ['median', '5'], { names: [], times: [], words: ['median', '5'] }],
  ])('%s', (question, unknown, expected) => {
    expect(notRead(unknown, tokenise(question))).toEqual(expected)
  })

  test('a time is said with times of this data that are read', () => {
    const { message, unknownWords } = refusalOf('flurbs since spring')
    expect(unknownWords).toEqual(['flurbs'])
    expect(message).toMatch(/^I don't know “flurbs” in this data\. I can't read the time “since spring”\./)
    const times = [...message.matchAll(/“([^”]+)”/g)].map(([, time]) => must(time)).slice(2)
    expect(times.length).toBeGreaterThan(2)
    for (const time of times) expect([time, readQuestion(`revenue ${time}`, orders(), now).state]).toEqual([time, 'understood'])
  })

  test('data without a date says so', () => {
    const tables = orders().tables.map((table) => ({
      ...table,
      columns: table.columns.filter(({ name }) => name !== 'order_date'),
    }))
    const reading = readQuestion('flurbs since spring', { tables }, now)
    expect(reading).toMatchObject({ message: expect.stringContaining('“since spring”. This data has no date.') })
  })
})

describe('the nearest names', () => {
  test('are of columns, tables and values, the nearest first', () => {
    expect(nearestNames(['revenu'], orders())[0]).toBe('revenue')
    expect(nearestNames(['ordres'], orders())[0]).toMatch(/order/)
    expect(nearestNames(['germny'], orders())[0]).toBe('Germany')
  })

  test('are three where one alone is near, and no more than there are', () => {
    expect(nearestNames(['regon'], orders()).length).toBeGreaterThanOrEqual(3)
    const tables = orders().tables.map((table) => ({ ...table, columns: table.columns.slice(0, 2) }))
    expect(nearestNames(['regon'], { tables }).length).toBe(2)
  })
})
