#!/usr/bin/env node
import { join } from 'node:path'
import { buildWeb, install, root, runTypeScript } from './steps.mjs'

const parameters = process.argv.slice(2)
await install()
if (parameters[0] === 'serve') await buildWeb()
process.exit(await runTypeScript(join(root, 'server', 'cli', 'main.ts'), parameters))
