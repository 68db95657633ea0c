import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer, type TestServer } from '../server.ts'
import { reasonToSkip } from './chromium.ts'
import { looksRight, type OwnersPage, openAsFirstOwner } from './first-owner.ts'

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(`the ledger of shared links${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  let server: TestServer
  let owner: OwnersPage
  let page: Page
  const addresses: string[] = []

  beforeAll(async () => {
    server = await startServer()
    owner = await openAsFirstOwner(server.url)
    page = owner.page
  })
  afterAll(async () => {
    await owner?.close()
    await server?.close()
  })

  /** As the owner's browser calls the API. */
  const call = async <Body>(method: string, path: string, body?: object): Promise<Body> =>
    (await page.evaluate(
      async (asked) => {
        const headers = { 'content-type': 'application/json' }
        const answer = await fetch(asked.path, { method: asked.method, headers, body: asked.body ?? null })
        if (!answer.ok) throw new Error(await answer.text())
        return (await answer.json()) as unknown
      },
      { method, path, body: body && JSON.stringify(body) },
    )) as Body

  test('B5 it is empty and says what to do', async () => {
    await page.getByRole('link', { name: 'Shared links', exact: true }).click()
    await page.getByText('Nothing is shared yet.').waitFor()
    await looksRight(page)
  })

  test('B5 it tells what each link holds and who opened it, a long name included', { timeout: 60_000 }, async () => {
    for (const title of ['Orders by region', `Quarterly review ${'of everything that was sold '.repeat(6)}`.trim()]) {
      const { id } = await call<{ id: string }>('POST', '/api/conversations', { title })
      await call('POST', `/api/conversations/${id}/turns?wait=1`, { question: '/sql select i as n from range(40) t(i)' })
      const { url } = await call<{ url: string }>('PUT', `/api/conversations/${id}/share`, { visibility: 'public' })
      addresses.push(url)
    }
    await (await fetch(addresses[0] ?? '')).arrayBuffer()
    await page.reload()
    await page.getByText('2 open, 0 closed.').waitFor()
    await page.getByRole('cell', { name: '1 table', exact: false }).first().waitFor()
    await looksRight(page, { name: 'ledger' })
    await page.getByLabel('Search links').fill('regio')
    await page.getByRole('link', { name: 'Orders by region', exact: true }).last().waitFor()
    expect(await page.getByRole('row').count()).toBe(2)
    await page.getByLabel('Search links').fill('nothing like it')
    await page.getByText('No link matches.').waitFor()
    await page.getByLabel('Search links').fill('')
    const first = () => page.getByRole('row').nth(1).getByRole('link').textContent()
    expect(await first()).toMatch(/^Quarterly review/)
    const head = page.getByRole('columnheader', { name: 'Title' })
    await head.getByRole('button').click()
    expect([await first(), await head.getAttribute('aria-sort')]).toEqual(['Orders by region', 'ascending'])
    await head.getByRole('button').click()
    expect(await first()).toMatch(/^Quarterly review/)
  })

  test('B5 many are revoked at once, after a word about what that means', { timeout: 60_000 }, async () => {
    await page.getByLabel('Select all that are shown').check()
    await page.getByRole('button', { name: 'Revoke 2 links…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Revoke 2 links?' })
    await looksRight(page, { name: 'ledger-revoke' })
    await dialog.getByRole('button', { name: 'Keep them' }).click()
    expect((await fetch(addresses[0] ?? '')).status).toBe(200)
    await page.getByRole('button', { name: 'Revoke 2 links…' }).click()
    await dialog.getByRole('button', { name: 'Revoke 2 links', exact: true }).click()
    await page.getByText('0 open, 2 closed.').waitFor()
    for (const address of addresses) expect((await fetch(address)).status).toBe(404)
    await page.getByLabel('state').selectOption('closed')
    await page.getByRole('cell', { name: 'Closed', exact: true }).first().waitFor()
    await looksRight(page)
    expect(owner.problems).toEqual([])
  })
})
