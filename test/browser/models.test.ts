import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KEY, ORDERS } from '../models/model-room.ts'
import { type ScriptedModel, startScriptedModel } from '../models/scripted-model.ts'
import { startServer, type TestServer } from '../server.ts'
import { reasonToSkip } from './chromium.ts'
import { looksRight as looksRightOn, type OwnersPage, openAsFirstOwner } from './first-owner.ts'

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(
  `a model from its settings to an answer${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let owner: OwnersPage
    let server: TestServer
    let scripted: ScriptedModel
    let page: Page

    beforeAll(async () => {
      scripted = await startScriptedModel()
      server = await startServer()
      owner = await openAsFirstOwner(server.url)
      page = owner.page
      await page.getByRole('link', { name: 'Models' }).click()
    })
    afterAll(async () => {
      await owner?.close()
      await server?.close()
      await scripted?.close()
    })

    /** `name`: its picture for the guide. */
    const looksRight = (name?: string) => looksRightOn(page, { name, into: 'article, body' })
    const askNow = async (question: string) => {
      await page.getByLabel('Your question').fill(question)
      await page.getByRole('button', { name: 'Ask', exact: true }).click()
    }

    test('without a model the page says what the basic analyst does and what a model is sent', async () => {
      await page.getByText('No model is connected').waitFor()
      await looksRight()
    })

    test('a model that refuses its key says so, one that answers is kept', async () => {
      await page.getByRole('main').getByRole('link', { name: 'Connect a model' }).click()
      await page.getByText('Who answers?').waitFor()
      await looksRight()
      await page.getByRole('button', { name: /Server of your own/ }).click()
      await page.getByLabel('Model', { exact: true }).fill('scripted')
      await page.getByLabel('Name', { exact: true }).fill('House model')
      await page.getByLabel('Address').fill(scripted.baseUrl)
      await page.getByLabel(/^Key/).fill(KEY)
      scripted.script([{ reply: { fault: 'status', status: 401 } }, { reply: { text: 'Yes.' } }, { reply: { text: 'Yes.' } }])
      await page.getByRole('button', { name: 'Test', exact: true }).click()
      await page.getByText('refused the key').first().waitFor()
      await looksRight('model-form')
      await page.getByRole('button', { name: 'Test', exact: true }).click()
      await page.getByText('It answered').waitFor()
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('Asked first').waitFor()
      expect(await page.content()).not.toContain(KEY)
      await looksRight('models')
    })

    test('limits are kept', async () => {
      await page.getByLabel('Tokens for one day').fill('1,000,000')
      await page.getByRole('button', { name: 'Save limits' }).click()
      await page.getByText('The limits are kept.').waitFor()
    })

    test('it is chosen beside the question, streams, and shows what it thought', async () => {
      await page.goto(server.url)
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(ORDERS) })
      await page.getByRole('button', { name: 'Analyst: Basic analyst' }).click()
      await page.getByRole('menuitemradio', { name: /House model/ }).click()
      const sql = 'SELECT country, sum(amount) AS total FROM orders GROUP BY country ORDER BY total DESC'
      scripted.script([
        {
          reply: {
            thought: 'The person wants totals per country.',
            calls: [
              { name: 'run_sql', input: { shape: 'one row per country', purpose: 'answer', title: 'Amount by country', sql } },
            ],
          },
        },
        {
          reply: {
            calls: [
              { name: 'make_chart', input: { table: 't1', title: 'Amount by country', kind: 'bar', x: 'country', y: ['total'] } },
            ],
          },
        },
        { reply: { text: 'Germany brought most with **40**, more than France with **30**.' } },
      ])
      await askNow('Which country brought most?')
      await page.getByText('Germany brought most with').first().waitFor()
      await page.getByText('360 tokens').waitFor()
      await page.getByText('Processing details').click()
      await page.getByText('The person wants totals per country.').waitFor()
      expect(scripted.problems).toEqual([])
      await looksRight('model-answer')
    })

    test('it asks back with buttons, and a press goes on', async () => {
      const choices = ['The country with the most orders', 'The country with the highest amount']
      scripted.script([
        { reply: { calls: [{ name: 'ask_back', input: { question: 'What does best mean here?', choices } }] } },
        { reply: { text: 'France has two orders.' } },
      ])
      await askNow('Which country is best?')
      await page.getByText('What does best mean here?').first().waitFor()
      await page.getByText('Waits for you').first().waitFor()
      await looksRight('model-asks-back')
      await page.getByRole('button', { name: choices[0] ?? '' }).click()
      await page.getByText('France has two orders.').first().waitFor()
    })

    test('a provider that fails says so, and Run again goes on', async () => {
      scripted.script([{ reply: { fault: 'status', status: 401 } }, { reply: { text: 'Sweden brought least.' } }])
      await askNow('Which country brought least?')
      await page.getByText('refused the key').first().waitFor()
      await looksRight('model-failed')
      await page.getByRole('button', { name: 'Run again' }).last().click()
      await page.getByText('Sweden brought least.').first().waitFor()
      expect(owner.problems).toEqual([])
    })
  },
)
