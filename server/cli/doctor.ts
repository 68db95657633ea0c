import { type Config, loadConfig } from '../config.ts'
import { checkExposure } from './check-exposure.ts'
import type { Commands } from './commands.ts'
import { connectToServer } from './control-socket.ts'
import type { Finding } from './finding.ts'

/** Looks at the server from outside, making a link of its own when it runs beside it. */
export async function examineOutside(address: string): Promise<Finding[]> {
  const server = await connectToServer(loadConfig(process.env, process.cwd()).dataDir)
  try {
    return await checkExposure(address, server)
  } finally {
    server?.close()
  }
}

/** Looks at the place that a server has here: what its settings say, and what it stands on. */
export async function examinePlace(
  withCommands: (work: (commands: Commands) => Promise<Finding[]>) => Promise<Finding[]>,
): Promise<Finding[]> {
  let config: Config
  try {
    config = loadConfig(process.env, process.cwd())
  } catch (error) {
    return [{ what: 'settings', state: 'wrong', why: error instanceof Error ? error.message : String(error) }]
  }
  const findings = [...settingsOf(config)]
  try {
    findings.push(...(await withCommands((commands) => commands.inspect())))
  } catch (error) {
    findings.push({ what: 'database', state: 'wrong', why: error instanceof Error ? error.message : String(error) })
  }
  return findings
}

function settingsOf({ origin, isLoopback, demo, trustProxy }: Config): Finding[] {
  const what = 'settings'
  if (isLoopback) return [{ what, state: 'right' }]
  const weaknesses = [
    ...(origin === undefined ? ['without QRY_ORIGIN links carry whatever name the reader came by'] : []),
    ...(origin?.startsWith('http:') ? ['QRY_ORIGIN is not https'] : []),
    ...(origin?.startsWith('https:') && !trustProxy
      ? ['without QRY_TRUST_PROXY all who come through a proxy count as one address']
      : []),
    ...(demo ? ['the demo is open to anybody who reaches the server'] : []),
  ]
  return [weaknesses.length === 0 ? { what, state: 'right' } : { what, state: 'weak', why: weaknesses.join('; ') }]
}
