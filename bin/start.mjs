import { spawn } from 'node:child_process'
import { buildWeb, environment, install, node24, root, runTypeScript, vite } from './steps.mjs'

await install()
await buildWeb()
const isDev = process.argv.includes('--dev')
if (isDev) {
  const watcher = spawn(node24(), vite('--watch', '--logLevel', 'warn'), {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  process.once('exit', () => watcher.kill())
}
process.chdir(root)
process.exit(await runTypeScript('server/cli/main.ts', ['serve'], isDev ? ['--watch'] : []))
