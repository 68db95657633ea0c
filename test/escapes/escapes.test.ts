import { execFile } from 'node:child_process'
import { chmod, copyFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { escapes, hostingJavaScript } from '../../server/python/escapes.ts'
import { withBait } from '../../server/python/self-test.ts'
import { reasonToSkipNative } from '../python/engine-here.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const skip = await reasonToSkipNative()
if (skip) console.log(`Escapes are not tried: ${skip}.`)
const isRoot = process.getuid?.() === 0
const NOBODY = 65_534
const users = [
  { name: 'the user who runs the tests', uid: undefined },
  ...(isRoot ? [{ name: 'an ordinary user', uid: NOBODY }] : []),
]
const needed = [
  'server/python',
  'server/basics',
  'server/tenancy',
  'contract',
  'kernel',
  'test/python',
  'node_modules/zod',
  'node_modules/deno',
  'node_modules/pyodide',
  'package.json',
]

interface Outcome {
  readonly uid: number
  readonly tried: number
  readonly escaped: string[]
}

describe.skipIf(skip !== undefined)('cells do not get out', () => {
  let copy: string

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'qry-escapes-'))
    await chmod(copy, 0o755)
    // NOTE: an ordinary user may not be able to enter the folder that the project lies in.
    for (const path of needed) await cp(join(root, path), join(copy, path), { recursive: true, dereference: true })
    await mkdir(join(copy, 'bin'))
    await copyFile(process.execPath, join(copy, 'bin', 'node'))
  })
  afterAll(() => rm(copy, { recursive: true, force: true }))

  const tryAs = async (engine: string, uid: number | undefined): Promise<Outcome> => {
    const { stdout } = await promisify(execFile)(join(copy, 'bin', 'node'), [join(copy, 'test/python/try-escapes.ts'), engine], {
      cwd: copy,
      env: { PATH: '/usr/bin:/bin', A_SECRET_OF_THE_SERVER: 'sk-not-for-cells' },
      timeout: 120_000,
      ...(uid === undefined ? {} : { uid, gid: uid }),
    })
    return JSON.parse(stdout) as Outcome
  }

  test('the attempts are real: without a sandbox they reach what they aim at', async () => {
    const aims = ['read a file of the host', 'signal the server', 'start a program of the host in the host']
    const reached = await withBait(async (bait) => {
      const found: string[] = []
      for (const { name, code } of escapes(bait).filter((escape) => aims.includes(escape.name))) {
        const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-I', '-c', code])
        if (stdout.includes('ESCAPED')) found.push(name)
      }
      return found
    })
    expect(reached).toEqual(aims)
  })

  test('the attempts in JavaScript are real: with all rights they reach what they aim at', async () => {
    const unreached = await withBait(async (bait) => {
      const found: string[] = []
      for (const { name, code } of hostingJavaScript(bait)) {
        // NOTE: what runs in the background would knock on the bait, which throws then.
        if (code.endsWith(', false') || name === 'write') continue
        const parameters = ['eval', '--quiet', `console.log(!!eval(${JSON.stringify(code)}))`]
        const { stdout } = await promisify(execFile)(join(root, 'node_modules/deno/deno'), parameters, { cwd: copy })
        if (!stdout.includes('true')) found.push(name)
      }
      return found
    })
    expect(unreached).toEqual([])
  })

  for (const engine of ['bubblewrap', 'landlock', 'pyodide'])
    test.each(users)(`through ${engine}, server run by $name`, { timeout: 180_000 }, async ({ uid }) => {
      const { tried, escaped } = await tryAs(engine, uid)
      expect(escaped).toEqual([])
      expect(tried).toBeGreaterThan(25)
    })
})
