import { buildWeb, fail, install, runTypeScript } from './steps.mjs'

const [file, ...parameters] = process.argv.slice(2)
if (!file) fail('Usage: node bin/run.mjs FILE [argument …]')
await install()
await buildWeb()
process.exit(await runTypeScript(file, parameters))
