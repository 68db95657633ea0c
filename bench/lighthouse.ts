import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { findChromium } from '../test/browser/chromium.ts'
import { settledPage } from './page-requests.ts'
import { shareReference, startReferenceApp } from './reference-app.ts'

export interface LighthouseScore {
  readonly form: 'phone' | 'desktop'
  /** Of 100. */
  readonly performance: number
  readonly accessibility: number
}

/** NOTE: fetched when it is run, as it and what it needs are 186 MB that nothing else here wants. */
const LIGHTHOUSE = 'lighthouse@13.5.0'

const Score = z.object({ score: z.number().nullable() })
const Report = z.object({ categories: z.object({ performance: Score, accessibility: Score }) })

/** Lighthouse's scores of the public reference page, with its own slowed network and CPU. Undefined where npm or Chromium can't be had. */
export async function measureLighthouse(): Promise<LighthouseScore[] | undefined> {
  const chromium = await findChromium()
  if (!chromium) return undefined
  const reference = await startReferenceApp()
  const folder = await mkdtemp(join(tmpdir(), 'qry-lighthouse-'))
  try {
    const { path } = await shareReference(reference)
    const url = `${reference.url}${path}`
    await settledPage(url)
    const scores: LighthouseScore[] = []
    for (const form of ['phone', 'desktop'] as const) {
      const output = join(folder, `${form}.json`)
      const settings = [
        '--output=json',
        `--output-path=${output}`,
        '--only-categories=performance,accessibility',
        '--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage',
        ...(form === 'desktop' ? ['--preset=desktop'] : []),
        '--quiet',
      ]
      const call = ['exec', '--yes', `--package=${LIGHTHOUSE}`, '--', 'lighthouse', url, ...settings]
      await promisify(execFile)('npm', call, { cwd: folder, env: { ...process.env, CHROME_PATH: chromium } })
      const { categories } = Report.parse(JSON.parse(await readFile(output, 'utf8')))
      const of100 = ({ score }: z.infer<typeof Score>): number => Math.round((score ?? 0) * 100)
      scores.push({ form, performance: of100(categories.performance), accessibility: of100(categories.accessibility) })
    }
    return scores
  } finally {
    await reference.close()
    await rm(folder, { recursive: true, force: true })
  }
}
