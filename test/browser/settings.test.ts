import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Person } from '../person.ts'
import { startServer, type TestServer } from '../server.ts'
import { reasonToSkip } from './chromium.ts'
import { looksRight as looksRightOn, type OwnersPage, openAsFirstOwner } from './first-owner.ts'

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(
  `an owner sets their organisation up${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let owner: OwnersPage
    let server: TestServer
    let page: Page

    beforeAll(async () => {
      server = await startServer()
      owner = await openAsFirstOwner(server.url, 'Mara Lindqvist')
      page = owner.page
      await page.getByRole('link', { name: 'Settings' }).click()
      await page.getByRole('heading', { name: 'Profile', level: 1 }).waitFor()
    })
    afterAll(async () => {
      await owner?.close()
      await server?.close()
    })

    const open = async (section: string) => {
      await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: section, exact: true }).click()
      await page.getByRole('heading', { name: section, level: 1 }).waitFor()
    }

    /** `name`: its picture for the guide. */
    const looksRight = (name: string) => looksRightOn(page, { name: `settings-${name}` })

    const invitationAddress = async (email: string, role: string): Promise<string> => {
      await page.getByRole('button', { name: 'Invite…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('E-mail').fill(email)
      await dialog.getByLabel('Role').selectOption(role)
      await dialog.getByRole('button', { name: 'Invite' }).click()
      await page.getByRole('dialog', { name: `${email} is invited` }).waitFor()
      const address = await page.locator('.once code').innerText()
      await page.getByRole('button', { name: 'Done' }).click()
      return address
    }

    const accept = async (address: string, name: string): Promise<Person> => {
      const token = new URL(address).hash.slice(1)
      const response = await fetch(`${server.url}/api/invitation/accept`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token, name, password: 'correct horse battery' }),
      })
      expect(response.status).toBe(200)
      return Person.withCookie(server.url, response.headers.get('set-cookie') ?? '')
    }

    test('the profile keeps a name and a time zone', async () => {
      await page.getByLabel('Name').fill('Mara L.')
      await page.getByLabel('Time zone').selectOption('Europe/Stockholm')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Profile saved.').waitFor()
      await page.reload()
      expect(await page.getByLabel('Name').inputValue()).toBe('Mara L.')
      expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Stockholm')
      await looksRight('profile')
    })

    test('an API key is shown once, then only its ending, and is revoked', async () => {
      await open('API keys')
      await page.getByRole('button', { name: 'New key…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Name').fill('Nightly report')
      await dialog.getByLabel('Ends after').selectOption('30')
      await dialog.getByLabel('May do').selectOption('some')
      await dialog.getByLabel('Start conversations and ask').check()
      await dialog.getByRole('button', { name: 'Make the key' }).click()
      await page.getByRole('dialog', { name: 'The key “Nightly report”' }).waitFor()
      const key = await page.locator('.once code').innerText()
      await page.getByRole('button', { name: 'I have kept it' }).click()
      const program = Person.withKey(server.url, key)
      expect((await program.call<{ permissions: string[] }>('GET', '/api/me')).body.permissions).toEqual(['conversations:create'])
      await page.getByRole('cell', { name: `qry_…${key.slice(-4)}` }).waitFor()
      await looksRight('keys')
      await page.getByRole('button', { name: 'Revoke Nightly report' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click()
      await page.getByText('Nightly report is revoked.').waitFor()
      expect((await program.call('GET', '/api/me')).status).toBe(401)
    })

    let jonas: Person
    test('people are invited, join, and get another role, which can be undone', async () => {
      await open('Members')
      jonas = await accept(await invitationAddress('jonas@example.com', 'analyst'), 'Jonas Weber')
      await invitationAddress('priya@example.com', 'viewer')
      await page.reload()
      const role = page.getByLabel('Role of Jonas Weber')
      await role.selectOption('viewer')
      await page.getByText('Jonas Weber is now viewer.').waitFor()
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('Jonas Weber is now analyst.').waitFor()
      await page.getByRole('cell', { name: 'priya@example.com', exact: true }).waitFor()
      await looksRight('members')
    })

    test('a role is made from permissions and stands beside the built-in ones', async () => {
      await open('Roles')
      await page.getByRole('button', { name: 'New role…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Name').fill('finance-lead')
      await dialog.getByLabel('Read the audit log').check()
      await dialog.getByRole('button', { name: 'Make the role' }).click()
      await page.getByRole('button', { name: 'Change the role finance-lead' }).waitFor()
      await looksRight('roles')
    })

    test('a group is made of people', async () => {
      await open('Groups')
      await page.getByRole('button', { name: 'New group…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Name').fill('Finance')
      await dialog.getByLabel('Jonas Weber').check()
      await dialog.getByRole('button', { name: 'Make the group' }).click()
      await page.getByText('Finance has 1 member.').waitFor()
      await looksRight('groups')
    })

    test('S4 a conversation is shown to a group, and one that is shown to everybody is found', async () => {
      const theirs = await jonas.conversation([], 'Stock cover')
      await jonas.call('PUT', `/api/conversations/${theirs.id}/visibility`, { to: 'tenant', named: [] })
      const id = await page.evaluate(async () => {
        const response = await fetch('/api/conversations', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ title: 'Price list' }),
        })
        return ((await response.json()) as { id: string }).id
      })
      await page.goto(`${server.url}/c/${id}`)
      await page.getByRole('button', { name: 'More for this conversation' }).click()
      await page.getByRole('menuitem', { name: /^Who can see this/ }).click()
      const dialog = page.getByRole('dialog', { name: 'Who can see this' })
      await dialog.getByLabel('Named people or groups').check()
      await dialog.getByLabel('Add a person or group').selectOption({ label: 'Finance (group)' })
      await dialog.getByLabel('What Finance may do').selectOption('edit')
      await looksRight('visibility')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await page.getByText('You and 1 named person or group can see this.').waitFor()
      const shown = await jonas.call<{ items: { title: string; access: string }[] }>('GET', '/api/conversations?of=shared')
      expect(shown.body.items.map(({ title, access }) => `${title}: ${access}`)).toEqual(['Price list: edit'])
      await page.getByRole('button', { name: 'Shared with me' }).click()
      await page.getByRole('link', { name: 'Stock cover' }).waitFor()
      await page.getByRole('link', { name: 'Settings' }).click()
    })

    test('S24 the sharing switch says how many links it closes before it does', async () => {
      const conversation = await jonas.conversation()
      await jonas.ask(conversation.id, '/sql SELECT 1 AS one')
      expect((await jonas.share(conversation.id, 'public')).status).toBe(200)
      await open('Sharing')
      await page.getByText('Switching off closes 1 open link at once.').waitFor()
      await page.getByRole('switch', { name: 'Public sharing' }).click()
      await looksRight('sharing-off')
      await page.getByRole('dialog').getByRole('button', { name: 'Close 1 link' }).click()
      await page.getByText('Sharing is off. Every link answers 404.').waitFor()
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('Sharing is on. 1 link answers again.').waitFor()
      await page.getByLabel('Longest, in days').fill('90')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('The sharing policy is saved.').waitFor()
      await looksRight('sharing')
    })

    test('the organisation shows what it uses; providers say the address to register', async () => {
      await open('Organisation')
      await page.getByText('1 question in the last 30 days.').waitFor()
      await looksRight('organisation')
      await open('Sign-in providers')
      await page.getByText('None yet: people sign in with e-mail and password.').waitFor()
      await looksRight('providers')
    })

    test('who leaves hands over, and the log has all of it', async () => {
      await open('Members')
      await page.getByRole('button', { name: 'More for Jonas Weber' }).click()
      await page.getByRole('menuitem', { name: 'Remove…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('1 open link', { exact: false }).waitFor()
      await dialog.getByLabel('Links are revoked').check()
      await looksRight('remove')
      await dialog.getByRole('button', { name: 'Remove and revoke 1 link' }).click()
      await page.getByText('Jonas Weber is no longer a member.').waitFor()
      expect((await jonas.call('GET', '/api/me')).status).toBe(401)
      await open('Audit log')
      await page.getByRole('cell', { name: 'Removed Jonas Weber' }).waitFor()
      await page.getByLabel('What').selectOption('shar')
      await page.getByRole('cell', { name: 'Made a link to a conversation' }).waitFor()
      await expect.poll(() => page.getByRole('cell', { name: 'Removed Jonas Weber' }).count()).toBe(0)
      await looksRight('audit')
    })

    test('sessions are listed, this one marked', async () => {
      await open('Sign-in')
      await page.getByText('This one').waitFor()
      await looksRight('sign-in')
      await page.emulateMedia({ forcedColors: 'active' })
      const current = page.getByRole('navigation', { name: 'Settings' }).locator('[aria-current]')
      expect(await current.evaluate((link) => getComputedStyle(link).outlineStyle)).toBe('solid')
      await page.emulateMedia({ forcedColors: 'none' })
      expect(owner.problems).toEqual([])
    })
  },
)
