import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { shownPictures } from './browser/pictures.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => /\.(ts|tsx|mjs)$/.test(file))
  .filter((file) => {
    try {
      readFileSync(join(root, file))
      return true
    } catch {
      return false
    }
  })
const isTest = (file: string) => /\.(test|conformance)\.tsx?$/.test(file) || file.startsWith('test/')
const source = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
const imports = new Map([...source].map(([file, text]) => [file, importsOf(file, text)]))

function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g)].map((match) =>
    normalize(join(dirname(file), match[1] ?? '')),
  )
}

/** Files over the limit, each with its reason. */
const longFiles: Record<string, string> = {}

const forbiddenNames = /^(utils?|helpers?|common|misc|manager|service|base|types|constants|index)\.(ts|tsx|mjs)$/

/** The law of the rooms, read from ARCHITECTURE.md: who owns which tables, and who may import whom. */
const rooms = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  .split('\n')
  .map((line) => /^\| (\S+) \| ([^|]+) \| ([^|]+) \|$/.exec(line))
  .filter((match) => match !== null)
  .filter((match) => match[1] !== 'room' && match[1] !== '---')
  .map((match) => ({ name: match[1] ?? '', owns: list(match[2]), may: list(match[3]) }))
  .filter((room) => room.name !== 'a')

function list(cell: string | undefined): string[] {
  return (cell ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '–' && word !== '')
}

const roomOf = (file: string): string | undefined => {
  if (file.startsWith('server/http/public/')) return 'http/public'
  if (['server/app.ts', 'server/config.ts', 'server/sealed-columns.ts'].includes(file)) return 'app'
  return /^server\/([^/]+)\//.exec(file)?.[1]
}

test('the law in ARCHITECTURE.md names every room, and no other', () => {
  const there = new Set(files.map(roomOf).filter((room) => room !== undefined && room !== 'basics'))
  expect(new Set(rooms.map((room) => room.name))).toEqual(there)
})

test('rooms import only what the law allows them', () => {
  const offences: string[] = []
  for (const [file, targets] of imports) {
    if (isTest(file) || /^(bench|demo|evals)\//.test(file)) continue
    const room = roomOf(file)
    for (const target of targets) {
      const other = roomOf(target)
      if (!other || other === room || other === 'basics') continue
      if (room === 'basics') offences.push(`${file} → ${target}: basics import nothing`)
      else if (!rooms.find((candidate) => candidate.name === room)?.may.includes(other)) offences.push(`${file} → ${target}`)
    }
  }
  expect(offences).toEqual([])
})

test('zones: contract imports only itself, render only contract, browser and server never one another', () => {
  const allowed: Record<string, string[]> = {
    contract: ['contract'],
    render: ['render', 'contract'],
    server: ['server', 'render', 'contract'],
    web: ['web', 'render', 'contract'],
  }
  const offences: string[] = []
  for (const [file, targets] of imports) {
    const zone = file.split('/')[0] ?? ''
    if (isTest(file) || !allowed[zone]) continue
    for (const target of targets) {
      const other = target.split('/')[0] ?? ''
      if (file === 'server/app.ts' && other === 'demo') continue
      if (!allowed[zone]?.includes(other)) offences.push(`${file} → ${target}`)
    }
    const packages = [...(source.get(file) ?? '').matchAll(/from '([^.'][^']*)'/g)].map((match) => match[1])
    if (zone === 'contract' && packages.some((name) => name !== 'zod')) offences.push(`${file} imports ${packages.join(', ')}`)
    if (zone === 'render' && packages.some((name) => name?.startsWith('node:'))) offences.push(`${file} imports Node`)
  }
  expect(offences).toEqual([])
})

test('web: pages never import one another, share imports the viewer only', () => {
  const may: Record<string, string[]> = {
    client: [],
    controls: ['client'],
    viewer: [],
    share: ['viewer'],
    figure: [],
    'sign-in': ['client', 'controls', 'viewer'],
    results: ['client', 'controls', 'viewer'],
    'share-dialog': ['client', 'controls', 'viewer'],
    chat: ['client', 'controls', 'viewer', 'results', 'share-dialog'],
    continue: ['client', 'controls'],
    dashboards: ['client', 'controls', 'viewer', 'results', 'share-dialog'],
    settings: ['client', 'controls', 'viewer'],
    shares: ['client', 'controls', 'viewer'],
    sources: ['client', 'controls', 'viewer'],
    schedules: ['client', 'controls', 'viewer'],
    models: ['client', 'controls', 'viewer'],
  }
  const roomIn = (file: string) => /^web\/([^/]+)\//.exec(file)?.[1]
  const offences: string[] = []
  for (const [file, targets] of imports) {
    const room = roomIn(file)
    if (!room || isTest(file)) continue
    for (const target of targets) {
      const other = roomIn(target)
      if (other && other !== room && !may[room]?.includes(other)) offences.push(`${file} → ${target}`)
    }
  }
  expect(offences).toEqual([])
})

test('top shelf public, drawers private', () => {
  const offences: string[] = []
  for (const [file, targets] of imports) {
    if (isTest(file)) continue
    for (const target of targets) {
      const drawer = /^server\/([^/]+)\/[^/]+\//.exec(target)
      if (drawer && roomOf(target) !== 'http/public' && !file.startsWith(`server/${drawer[1]}/`))
        offences.push(`${file} → ${target}`)
    }
  }
  expect(offences).toEqual([])
})

test('no circles', () => {
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: string[]) => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      return
    }
    if (done.has(file)) return
    for (const target of imports.get(file) ?? []) if (source.has(target)) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  expect(circles).toEqual([])
})

test('a table is named only by the room that owns it', () => {
  const owners = new Map(rooms.flatMap((room) => room.owns.map((table) => [table, room.name] as const)))
  expect(owners.size).toBeGreaterThan(8)
  const offences: string[] = []
  for (const [file, text] of source) {
    if (isTest(file)) continue
    const declared = [...text.matchAll(/pgTable\(\s*'(\w+)'/g)].map((match) => match[1] ?? '')
    for (const table of declared) if (owners.get(table) !== roomOf(file)) offences.push(`${file} declares ${table}`)
    for (const target of imports.get(file) ?? []) {
      const isForeign = /^server\/[^/]+\/tables\.ts$/.test(target) && roomOf(target) !== roomOf(file)
      if (isForeign && !file.endsWith('/tables.ts')) offences.push(`${file} → ${target}`)
    }
  }
  expect(offences).toEqual([])
})

test('no file is too long, none has a name that says nothing', () => {
  const offences: string[] = []
  for (const [file, text] of source) {
    const lines = text.split('\n').length - 1
    if (lines > (isTest(file) ? 600 : 400) && !longFiles[file]) offences.push(`${file}: ${lines} lines`)
    if (forbiddenNames.test(file.split('/').at(-1) ?? '')) offences.push(`${file}: a name that says nothing`)
  }
  expect(offences).toEqual([])
})

test('nothing of one machine stands in the tree', () => {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  expect(lock).not.toMatch(/"resolved": *"https?:/)
})

test('F4 what the public page loads by itself reaches no library', () => {
  const reached = new Set<string>()
  const libraries: string[] = []
  const walk = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    for (const [, names = '', from = ''] of (source.get(file) ?? '').matchAll(/^(?:import|export) ([^;'"]*?) from '([^']+)'/gm)) {
      const isTypes =
        names.startsWith('type ') ||
        (names.startsWith('{') &&
          names
            .slice(1, -1)
            .split(',')
            .every((name) => /^\s*(type |$)/.test(name)))
      if (isTypes) continue
      if (from.startsWith('.')) walk(normalize(join(dirname(file), from)))
      else libraries.push(`${file} → ${from}`)
    }
  }
  walk('web/share/page.ts')
  expect([libraries, reached.has('web/viewer/table.ts')]).toEqual([[], true])
})

test('the pictures that are kept are those that the documents show', () => {
  const kept = globSync('docs/pictures/*.png', { cwd: root }).map((path) => path.replace(/^.*\/|\.png$/g, ''))
  expect(new Set(kept)).toEqual(shownPictures())
})
