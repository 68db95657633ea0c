import { expect, test } from 'vitest'
import { peelChart } from './peel-chart.ts'

test.each([
  [
    'Draw a bar chart about the distribution of sex and the sum of height, and group by attribute sex.',
    'sum of height for each sex',
    'bar',
  ],
  ['Find team name and team id, and visualize them by a bar chart.', 'Find team name and team id.', 'bar'],
  [
    'Show all card types and the number of cards in each type Plot them as a pie chart',
    'Show all card types and the number of cards in each type',
    'pie',
  ],
  [
    'What is the relationship between price and weight? Return a scatter chart',
    'What is the relationship between price and weight',
    'scatter',
  ],
  ['A line chart shows the change of salary over hire date.', 'hire date and salary', 'line'],
  ['Bar chart x axis country y axis the number of country', 'number of rows for each country', 'bar'],
  [
    'For those staff who were hired in 2002, a bar chart shows the distribution of job and salary',
    'job and salary of staff who were hired in 2002',
    'bar',
  ],
  [
    'For those staff who left, draw a bar chart about the distribution of hire_date and the average of salary bin hire_date by weekday.',
    'average of salary by weekday of hire_date of staff who left',
    'bar',
  ],
  [
    'Find hire_date and the sum of salary bin hire_date by month, as a bar chart',
    'sum of salary by month of the year of hire_date',
    'bar',
  ],
])('%s', (question, rest, kind) => {
  expect(peelChart(question)).toMatchObject({ rest, kind })
})

test.each([
  ['How many cards in each type? Show a bar chart, and list in desc by the y axis please.', 'y', true],
  ['How many cards in each type? Show a bar chart, rank x-axis in ascending order', 'x', false],
  ['How many cards in each type, and display from low to high by the total number.', 'y', false],
])('axes sort: %s', (question, by, descending) => {
  expect(peelChart(question)?.sort).toEqual({ by, descending })
})

test.each([
  'How many customers are there?',
  'as a pie chart',
  'show it as a bar chart',
  'customers sorted by name in ascending order',
])('nothing is drawn: %s', (question) => {
  expect(peelChart(question)).toBeUndefined()
})

test.each([
  ['Find hire_date and the sum of salary bin hire_date by time, as a bar chart', 'width'],
  ['Find hire_date and the sum of salary bin hire_date by month, as a bar chart', 'year'],
  ['Find hire_date and the sum of salary bin hire_date by weekday, as a bar chart', undefined],
])('what a bin leaves open: %s', (question, open) => {
  expect(peelChart(question)?.openBin).toBe(open)
})
