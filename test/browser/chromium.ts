import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Path of a Chromium: `$CHROMIUM`, else the first of the usual names on the path. */
export async function findChromium(): Promise<string | undefined> {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  const candidates = [process.env['CHROMIUM'], ...folders.flatMap((folder) => names.map((name) => join(folder, name)))]
  for (const path of candidates) {
    if (!path) continue
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return undefined
}

/** Why browser tests are left out, or nothing when they run. In CI a missing browser is a failure, not a reason. */
export async function reasonToSkip(): Promise<string | undefined> {
  if (await findChromium()) return undefined
  if (process.env['CI'] === 'true') throw new Error('No Chromium found. Install one, or name it in CHROMIUM.')
  return 'no Chromium on this machine: name one in CHROMIUM'
}

/** Starts Chromium without a network of its own. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = await findChromium()
  if (!executablePath) throw new Error('No Chromium found. Install one, or name it in CHROMIUM.')
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  })
}
