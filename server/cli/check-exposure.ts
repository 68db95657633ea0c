import { KnownError } from '../../contract/error.ts'
import { Snapshot } from '../../contract/snapshot.ts'
import { randomToken } from '../basics/random-id.ts'
import type { Commands } from './commands.ts'
import { type Finding, judged } from './finding.ts'
import { headerComplaints, robotsComplaints } from './header-complaints.ts'

interface Answer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

type Ask = (path: string, headers?: Record<string, string>) => Promise<Answer>

/** What makes links for the doctor: the server of this machine's data folder. */
export type ProbeMaker = Pick<Commands, 'openProbe' | 'closeProbe'>

/** What may differ from answer to answer without saying anything about the link. */
const passingHeaders = new Set(['date', 'connection', 'keep-alive', 'x-request-id', 'cf-ray', 'server-timing', 'via'])
const WRONG_TOKENS = 4

/**
 * Opens a server as a stranger would (B12): the headers of the public page and all its parts (P2), the same answer for every link that is not there (S12), the
 * same bytes for somebody who is signed in (S13), TLS and robots.txt; with a link made for it, that a revoke closes everything at once (S9).
 * `address` is the server's, or that of a public page. Throws `unavailable` when nothing answers.
 */
export async function checkExposure(address: string, maker?: ProbeMaker, fetcher: typeof fetch = fetch): Promise<Finding[]> {
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw new KnownError('invalid-input', 'Give the whole address of the server, with https://.')
  const { origin, protocol, hostname, host, pathname } = new URL(address)
  const ask: Ask = async (path, headers = {}) => {
    const answer = await fetcher(`${origin}${path}`, { headers, redirect: 'manual' }).catch((cause: unknown) => {
      throw new KnownError('unavailable', `${host} does not answer: ${reasonOf(cause)}.`, { cause })
    })
    if (answer.status === 429)
      throw new KnownError('too-many-requests', `${host} takes this machine for a guesser of links. Try again in two minutes.`)
    const kept = [...answer.headers].filter(([name]) => !passingHeaders.has(name))
    return { status: answer.status, headers: new Map(kept), body: Buffer.from(await answer.arrayBuffer()) }
  }
  const gone = await ask(`/shared/${randomToken()}`)
  if (gone.status !== 404) {
    const why = `a link that never was is answered with ${gone.status}, not 404: is this QRY, and does what stands before it pass /shared/ on?`
    return [{ promise: 'S12', what: 'a link that is not there', state: 'wrong', why }]
  }
  const robots = await ask('/robots.txt')
  const findings = [
    checkTls(protocol, hostname),
    judged(
      'robots.txt lets crawlers see that they must not index',
      robotsComplaints(robots.status, robots.body.toString()),
      'P2',
    ),
    judged('headers of a link that is not there', headerComplaints(gone.headers), 'P2'),
    await checkMisses(ask, gone),
  ]
  const given = /^\/(?:dashboards\/)?shared\/[^/]+/.exec(pathname)?.[0]
  if (given !== undefined) findings.push(...(await checkPage(ask, given)).findings)
  return [...findings, ...(await checkProbe(ask, gone, host, given === undefined, maker))]
}

function checkTls(protocol: string, hostname: string): Finding {
  const what = 'readers come over TLS'
  if (protocol === 'https:') return { what, state: 'right' }
  const isOwnMachine = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
  if (isOwnMachine) return { what, state: 'unchecked', why: 'this is the machine itself' }
  return { what, state: 'wrong', why: 'whoever is on the way can read the link; put a proxy with TLS before it' }
}

async function checkMisses(ask: Ask, gone: Answer): Promise<Finding> {
  const complaints = new Set<string>()
  const paths = Array.from({ length: WRONG_TOKENS }, () => `/shared/${randomToken()}`)
  for (const path of [...paths, '/shared/short', `/shared/${randomToken()}.json`, `/shared/${randomToken()}/tables/t1.csv`])
    for (const complaint of differences(await ask(path), gone)) complaints.add(complaint)
  return judged('every link that is not there gets the same bytes', [...complaints], 'S12')
}

/** A page that opens, and everything below it that its snapshot names. */
async function checkPage(ask: Ask, path: string): Promise<{ findings: Finding[]; parts: string[] }> {
  const page = await ask(path)
  if (page.status === 401) {
    const findings = [judged('headers of a page that asks for its password', headerComplaints(page.headers), 'P2')]
    return { findings, parts: [''] }
  }
  if (page.status !== 200) {
    const why = `it is answered with ${page.status}`
    return { findings: [{ promise: 'P2', what: 'the page opens', state: 'wrong', why }], parts: [''] }
  }
  const parts = await partsOf(ask, path)
  const complaints: string[] = []
  const signedIn: string[] = []
  for (const part of parts) {
    const stranger = await ask(`${path}${part}`)
    const name = part === '' ? 'page' : part
    if (stranger.status !== 200) complaints.push(`${name}: answered with ${stranger.status}`)
    complaints.push(...headerComplaints(stranger.headers).map((complaint) => `${name}: ${complaint}`))
    const colleague = await ask(`${path}${part}`, {
      Cookie: `qry_session=${randomToken()}`,
      Authorization: `Bearer qry_${randomToken()}`,
    })
    signedIn.push(...differences(colleague, stranger).map((complaint) => `${name}: ${complaint}`))
    if (stranger.headers.has('set-cookie')) signedIn.push(`${name}: sets a cookie`)
  }
  return {
    findings: [
      judged(`headers of the page and its ${parts.length - 1} parts`, complaints, 'P2'),
      judged('a session and a key change no byte', signedIn, 'S13'),
    ],
    parts,
  }
}

async function partsOf(ask: Ask, path: string): Promise<string[]> {
  const document = await ask(`${path}/snapshot.json`)
  if (document.status !== 200) return ['']
  const snapshot = Snapshot.safeParse(JSON.parse(document.body.toString()))
  if (!snapshot.success) return ['', '/snapshot.json']
  const { turns, files, downloads } = snapshot.data
  const kinds = downloads ? ['columns', 'json', 'csv', 'parquet'] : ['columns', 'json']
  const tables = turns.flatMap((turn) => turn.tables).flatMap(({ id }) => kinds.map((kind) => `/tables/${id}.${kind}`))
  const charts = turns.flatMap((turn) => turn.charts.filter(({ pictures }) => pictures))
  return [
    '',
    '.json',
    '.md',
    '/snapshot.json',
    ...(downloads ? ['/offline.html'] : []),
    ...tables,
    ...charts.map(({ id }) => `/charts/${id}.svg`),
    ...files.map(({ name }) => `/files/${encodeURIComponent(name)}`),
  ]
}

/** Makes a link, looks at it, revokes it, and looks again at once. */
async function checkProbe(ask: Ask, gone: Answer, host: string, isLookedAt: boolean, maker?: ProbeMaker): Promise<Finding[]> {
  const what = 'a revoke closes the page and its parts at once'
  const unchecked = (why: string): Finding => ({ promise: 'S9', what, state: 'unchecked', why })
  if (!maker) return [unchecked('no server runs on this data folder; run the command beside it, with its QRY_DATA_DIR')]
  let probe: Awaited<ReturnType<ProbeMaker['openProbe']>>
  try {
    probe = await maker.openProbe({ host })
  } catch (error) {
    return [unchecked(error instanceof Error ? error.message : String(error))]
  }
  let isOpen = true
  const close = async () => {
    if (isOpen) await maker.closeProbe({ host, conversationId: probe.conversationId })
    isOpen = false
  }
  try {
    if ((await ask(probe.path)).status === 404) return [unchecked(`the server of this data folder is not the one at ${host}`)]
    const { findings, parts } = await checkPage(ask, probe.path)
    await close()
    const complaints: string[] = []
    for (const part of parts)
      if (differences(await ask(`${probe.path}${part}`), gone).length > 0)
        complaints.push(`${part === '' ? 'page' : part}: is not answered like a link that never was`)
    return [...(isLookedAt ? findings : []), judged(what, complaints, 'S9')]
  } finally {
    await close()
  }
}

function differences(one: Answer, other: Answer): string[] {
  const names = new Set([...one.headers.keys(), ...other.headers.keys()])
  const headers = [...names].filter((name) => one.headers.get(name) !== other.headers.get(name))
  return [
    ...(one.status === other.status ? [] : [`answered with ${one.status}, not ${other.status}`]),
    ...(one.body.equals(other.body) ? [] : ['other bytes']),
    ...headers.map((name) => `another ${name} header`),
  ]
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message || String(Reflect.get(cause, 'code')) : String(cause)
}
