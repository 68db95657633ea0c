import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { Column, Row } from '../contract/column.ts'
import { matchChart } from './chart-gold.ts'
import type { ChartAsked } from './question-set.ts'

const database = new DatabaseSync(':memory:')
database.exec(`CREATE TABLE staff (name text, hired date, pay real);
  INSERT INTO staff VALUES ('Ann', '2024-09-02', 10.7), ('Ben', '2024-09-05', 20.2)`)

const text: Column = { name: 'x', type: 'text' }
const day: Column = { name: 'x', type: 'date' }
const whole: Column = { name: 'x', type: 'integer' }
const number: Column = { name: 'y', type: 'number' }
const asked = (vql: string, ...values: [string | number, number][]): ChartAsked => ({
  id: 'one',
  db: 'staff',
  chart: 'Bar',
  questions: ['?'],
  vql,
  values: values.map(([x_data, y_data]) => ({ x_data, y_data })),
})
const told = { asTold: true, points: true }

test.each<[what: string, Column[], Row[], ChartAsked, object]>([
  ['points as they stand', [text, number], [['Ann', 1]], asked('', ['Ann', 1]), told],
  ['other points', [text, number], [['Ann', 2]], asked('', ['Ann', 1]), { asTold: false, points: false }],
  ['fractions that the set cut off', [text, number], [['Ann', 10.7]], asked('', ['Ann', 10]), told],
  ['years that the set has as days', [whole, number], [[2004, 1]], asked('', ['2004-01-01', 1]), told],
  ['days that the set has as years', [day, number], [['2004-01-01', 1]], asked('', ['2004', 1]), told],
  ['names that the set cut, and days without a row', [text, number], [['Thursday', 3]], asked('', ['Thur', 3], ['Mon', 0]), told],
  [
    'what the statement gives here',
    [text, number],
    [
      ['Ann', 10.7],
      ['Ben', 20.2],
    ],
    asked('Visualize BAR SELECT name , SUM(pay) FROM staff GROUP BY name', ['Ann', 99]),
    { asTold: false, points: true },
  ],
  [
    'what the binned statement gives here',
    [text, number],
    [
      ['Monday', 10.7],
      ['Thursday', 20.2],
    ],
    asked('Visualize BAR SELECT hired , SUM(pay) FROM staff  ORDER BY SUM(pay) ASC BIN hired BY WEEKDAY', ['Mon', 99]),
    { asTold: false, points: true },
  ],
])('%s', (_, columns, rows, gold, match) => {
  expect(matchChart(columns, rows, gold, database)).toEqual(match)
})
