import { expect, test } from 'vitest'
import type { Digest, TurnId, UploadId } from '../../contract/id.ts'
import type { Turn } from '../../contract/turn.ts'
import type { Upload } from '../../contract/upload.ts'
import { ByteCache } from './byte-cache.ts'
import { cleanError } from './clean-error.ts'
import { uniqueFileNames } from './file-name.ts'
import { StoredPolicy } from './policy.ts'
import { freeze, makeSnapshot, sharePointOf, turnsUpTo, uploadsOf } from './snapshot.ts'

const digest = 'ab'.repeat(32) as Digest
const uploadId = (name: string) => `upl_${name.padEnd(20, '0')}` as UploadId
const turn = (seq: number, change: Partial<Turn> = {}): Turn => ({
  id: `trn_${String(seq).padStart(20, '0')}` as TurnId,
  seq,
  question: `question ${seq}`,
  status: 'answered',
  analyst: 'basic',
  answer: `answer ${seq}`,
  steps: [],
  tables: [],
  charts: [],
  files: [],
  startedAt: '2026-05-12T10:00:00.000Z',
  ...change,
})
const upload = (name: string): Upload => ({
  id: uploadId(name),
  name: `${name}.csv`,
  bytes: 1,
  kind: 'csv',
  digest,
  tables: [],
  problems: [],
  problemCount: 0,
  createdAt: '',
})
const frame = { policy: StoredPolicy.parse({}), by: 'Harbour & Co', frozenAt: new Date('2026-05-12T10:00:00Z'), shareVersion: 1 }
const table = (id: string) => ({
  id,
  digest,
  title: 'T',
  columns: [{ name: 'a', type: 'integer' as const }],
  rowCount: 1_000,
  truncated: false,
  stepId: 's2',
})
const rows = Array.from({ length: 200 }, (_, index) => [index])

test('S1 S20 the share point is the last answered turn; turns before it show as they ended', () => {
  const turns = [
    turn(1),
    turn(2, { status: 'failed' }),
    turn(3, { status: 'cancelled' }),
    turn(4),
    turn(5, { status: 'needs-confirmation' }),
    turn(6, { status: 'running' }),
  ]
  const point = sharePointOf(turns)
  expect(point?.seq).toBe(4)
  const shown = turnsUpTo(turns, turn(4))
  expect(freeze('Orders', shown, [], () => []).turns.map(({ number, status }) => [number, status])).toEqual([
    [1, 'answered'],
    [2, 'failed'],
    [3, 'cancelled'],
    [4, 'answered'],
  ])
  expect(sharePointOf([turn(1, { status: 'interrupted' })])).toBeUndefined()
})

test('S14 S15 a snapshot holds questions, answers, steps and tables under ids of its own', () => {
  const made = freeze(
    'Orders',
    [
      turn(1, {
        steps: [
          { id: 's1', kind: 'catalog', title: 'Looked', input: '', output: { text: 'secret_table' } },
          { id: 's2', kind: 'query', title: 'Ran', input: 'select 1', output: { rowCount: 1_000 }, durationMs: 5 },
        ],
        tables: [table('x')],
        charts: [
          {
            id: 'y',
            title: 'C',
            label: 'L',
            tableId: 'x',
            spec: { version: 1, kind: 'bar', x: 'a', y: ['a'], stack: 'none', horizontal: false },
          },
        ],
      }),
      turn(2, { tables: [table('x')] }),
    ],
    [],
    () => rows,
  )
  expect(
    made.turns.flatMap((one) => one.tables.map(({ id, stepNumber, firstRows }) => [id, stepNumber, firstRows.length])),
  ).toEqual([
    ['t1', 2, 25],
    ['t2', undefined, 25],
  ])
  expect(made.turns[0]?.charts).toMatchObject([{ id: 'c1', tableId: 't1' }])
  expect(made.turns[0]?.steps[1]).toEqual({
    stepId: 's2',
    kind: 'query',
    title: 'Ran',
    input: 'select 1',
    rowCount: 1_000,
    durationMs: 5,
  })
  expect(JSON.stringify(made)).not.toContain('secret_table')
  expect(JSON.stringify(makeSnapshot(made, frame))).not.toMatch(/trn_|stepId|turnId/)
})

test('S19 what a turn may carry one day and is not named is not in the snapshot', () => {
  const sly = { ...turn(1), systemPrompt: 'planted', model: { temperature: 'planted' } } as Turn
  const slyStep = { id: 's', kind: 'query' as const, title: '', input: '', host: 'planted' }
  const made = freeze(
    'Orders',
    [{ ...sly, steps: [slyStep], tables: [{ ...table('x'), source: 'planted' } as Turn['tables'][number]] }],
    [{ ...upload('a'), path: 'planted' } as Upload],
    () => [],
  )
  expect(JSON.stringify(makeSnapshot(made, frame))).not.toContain('planted')
})

test('S19 an error enters as a code and a sentence that tells no place', () => {
  const message = (text: string) => cleanError({ code: 'query-failed', message: text }).message
  expect(message('There is no column "regoin". Did you mean "region"?')).toBe(
    'There is no column "regoin". Did you mean "region"?',
  )
  for (const telling of [
    'no file /srv/data/x.parquet',
    'postgres://a:b@c/d',
    'C:\\data\\x',
    'connect 10.0.0.1 refused',
    'db.prod.internal is away',
    'localhost:5432',
    'user ann@example.org',
    'bad password',
    'first\nat fn (/x.js:1)',
    'upl_01234567890123456789 is gone',
  ])
    expect(message(telling), telling).toBe('The query failed.')
})

test('S18 files are those of the turns shown, once, and their names differ', () => {
  const uploads = [upload('b'), upload('a'), upload('later')]
  const turns = [turn(1, { files: [uploadId('a'), uploadId('b')] }), turn(2, { files: [uploadId('a')] })]
  expect(uploadsOf(turns, uploads).map((one) => one.name)).toEqual(['a.csv', 'b.csv'])
  expect(uniqueFileNames(['a.csv', 'a.csv', 'A.csv', 'a (2).csv', 'archive', 'archive'])).toEqual([
    'a.csv',
    'a (2).csv',
    'A (3).csv',
    'a (2) (2).csv',
    'archive',
    'archive (2)',
  ])
})

test('P4 file names are safe on every system', () => {
  expect(uniqueFileNames(['../x', 'C:\\y.csv', 'nul.txt', 'a\u202egpj.exe', 'trail. ', '...', '', 'q?.csv'])).toEqual([
    'x',
    'y.csv',
    '_nul.txt',
    'a_gpj.exe',
    'trail',
    'file',
    'file (2)',
    'q_.csv',
  ])
  const [long] = uniqueFileNames([`${'表'.repeat(300)}.csv`])
  expect(Buffer.byteLength(long ?? '')).toBeLessThanOrEqual(200)
  expect(long).toMatch(/\.csv$/)
})

test('P7 a link preview is neutral unless the owner chose a title', () => {
  const made = freeze('Why did we lose money?', [turn(1, { question: 'Why did we lose money?' })], [], () => [])
  expect(makeSnapshot(made, frame)).toMatchObject({ title: 'Why did we lose money?', cardTitle: `Shared by ${frame.by}` })
  const chosen = makeSnapshot(made, { ...frame, policy: StoredPolicy.parse({ title: 'Quarter' }) })
  expect(chosen).toMatchObject({ title: 'Quarter', cardTitle: 'Quarter' })
})

test('B3 answers only leaves out steps, chips and every statement', () => {
  const made = freeze(
    'Orders',
    [
      turn(1, {
        analyst: 'hand',
        question: '/sql select hidden from t',
        steps: [{ id: 's2', kind: 'query', title: 'Ran', input: 'select hidden' }],
        tables: [table('x')],
        error: { code: 'query-failed', message: 'no column hidden' },
      }),
      turn(2, {
        reading: {
          state: 'understood',
          plan: { version: 1, table: 'hidden', measures: [], dimensions: [], columns: [], filters: [], order: [] },
          chips: [{ part: 'from', value: 'hidden', unsure: false }],
        },
      }),
    ],
    [],
    () => [],
  )
  const snapshot = makeSnapshot(made, { ...frame, policy: StoredPolicy.parse({ answersOnly: true }) })
  expect(snapshot.showsSteps).toBe(false)
  expect(JSON.stringify(snapshot)).not.toContain('hidden')
})

test('F1 freezing asks each result for its first rows only', () => {
  let asked = 0
  freeze('Orders', [turn(1, { tables: [{ ...table('x'), rowCount: 1_000_000 }] })], [], () => {
    asked += 1
    return rows
  })
  expect(asked).toBe(1)
})

test('a cache stays within its bytes and forgets what was not used', () => {
  const cache = new ByteCache<number>(100)
  for (let key = 0; key < 10; key++) {
    cache.set(String(key), key, 20)
    cache.get('0')
  }
  expect(cache.bytes).toBeLessThanOrEqual(100)
  expect(cache.get('0')).toBe(0)
  expect(cache.get('1')).toBeUndefined()
  cache.set('huge', 1, 60)
  expect(cache.get('huge')).toBeUndefined()
})
