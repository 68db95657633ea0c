import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SourceConfig, SourceState } from '../../contract/source.ts'
import { makeSourcesRoom, type SourcesRoom } from './sources-room.ts'
import { passphrase, password, personKey, type SshPeer, startSshPeer, user } from './ssh-peer.ts'
import { openMysql, openPostgres, type TestDatabase } from './test-databases.ts'

const limits = { rowLimit: 10, timeoutMs: 30_000 }
const planted = [password, passphrase, personKey.slice(60, 120)]

for (const open of [openPostgres, openMysql]) {
  const database = await open()
  const kind = database?.destination.kind ?? 'postgres'
  describe.skipIf(!database)(`through an SSH server to ${kind}${database ? '' : ' (left out: it is not here)'}`, () => {
    let room: SourcesRoom
    let peer: SshPeer
    const there = database as TestDatabase
    const config = (more: SourceConfig = {}): SourceConfig => ({
      ...(there.destination.connection as SourceConfig),
      ssh: { host: '127.0.0.1', port: peer.port, user },
      sshPassword: password,
      ...more,
    })
    const tried = (more: SourceConfig): Promise<SourceState> =>
      room.sources.tryConnection(room.admin, { kind, config: config(more) })

    beforeAll(async () => {
      room = await makeSourcesRoom()
      peer = await startSshPeer()
    })
    afterAll(async () => {
      await room.close()
      await peer.close()
      await database?.close()
    })

    test('password and locked key sign in; the first key of the server is kept and shown, another one is refused', {
      timeout: 120_000,
    }, async () => {
      const { sources, admin } = room
      const made = await sources.create(admin, { kind, name: 'Far', config: config() })
      expect(made.state).toMatchObject({ ok: true, sshFingerprint: expect.stringMatching(/^SHA256:/) })
      const fingerprint = made.state?.sshFingerprint ?? ''
      expect(made.config?.ssh).toEqual({ host: '127.0.0.1', port: peer.port, user, fingerprint })
      expect((await sources.query(admin, made.id, 'SELECT 42 AS n', limits)).rows).toEqual([[42]])
      const { host = '', port = 0 } = there.destination.connection
      expect(new Set(peer.asked)).toEqual(new Set([`${host}:${port}`]))
      const { sshPassword: _, ...withKey } = config({ sshKey: personKey, sshPassphrase: passphrase })
      expect(await sources.tryConnection(admin, { kind, config: withKey })).toMatchObject({
        ok: true,
        sshFingerprint: fingerprint,
      })

      const other = await startSshPeer()
      await sources.change(admin, made.id, {
        config: {
          password: config().password ?? '',
          sshPassword: password,
          ssh: { host: '127.0.0.1', port: other.port, user, fingerprint },
        },
      })
      const before = other.tries()
      const state = await sources.test(admin, made.id)
      expect(state.message).toContain('shows another key')
      expect(other.tries()).toBe(before)
      await expect(sources.query(admin, made.id, 'SELECT 1', limits)).rejects.toMatchObject({ code: 'source-unreachable' })
      await other.close()
      expect(JSON.stringify([await sources.list(admin), state])).not.toMatch(
        new RegExp(planted.map((text) => RegExp.escape(text)).join('|')),
      )
    })

    test('a wrong login, a locked key, no key at all, a way that is closed: each in plain words', {
      timeout: 120_000,
    }, async () => {
      const closed = await startSshPeer({ mayForward: false })
      const states = [
        await tried({ sshPassword: 'wrong' }),
        await tried({ sshKey: personKey, sshPassphrase: 'wrong' }),
        await tried({ sshKey: 'no key' }),
        await tried({ ssh: { host: '127.0.0.1', port: closed.port, user } }),
        await tried({ ssh: { host: '127.0.0.1', port: 1, user } }),
        await tried({ ssh: { host: '127.0.0.1', port: there.destination.connection.port ?? 0, user } }),
      ]
      await closed.close()
      expect(states.map(({ ok }) => ok)).toEqual([false, false, false, false, false, false])
      expect(states.slice(0, 5).map(({ message }) => message.split('. ')[0])).toEqual([
        'The SSH server refused the login',
        'The SSH key is locked, and its passphrase is missing or wrong.',
        'The SSH key cannot be read',
        'The SSH server does not reach the database',
        'The SSH server: Nothing listens at this host and port',
      ])
      expect(states[5]?.message).toContain('SSH server')
    })

    test('kept secrets are not sent to another place: whoever changes it writes them again', { timeout: 60_000 }, async () => {
      const { sources, admin } = room
      const { id } = await sources.create(admin, { kind, name: 'Moved', config: config() })
      const elsewhere = { host: '127.0.0.2' }
      const otherWay = { ssh: { host: '127.0.0.2', port: 22, user } }
      for (const change of [elsewhere, otherWay, { ...otherWay, password: 'new' }, { ssh: null }]) {
        await expect(sources.change(admin, id, { config: change })).rejects.toMatchObject({ code: 'invalid-input' })
        await expect(sources.tryConnection(admin, { kind, config: change, sourceId: id })).rejects.toMatchObject({
          code: 'invalid-input',
        })
      }
      const direct = await sources.change(admin, id, { config: { ssh: null, password: config().password ?? '' } })
      expect(direct.config).toMatchObject({ hasSshPassword: false, hasPassword: true })
      expect(direct.config?.ssh).toBeUndefined()
      expect(direct.state?.ok).toBe(true)
    })
  })
}
