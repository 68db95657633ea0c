import { runTests } from './count-tests.mjs'
import { buildWeb, install } from './steps.mjs'

/** What `npm test` does in short, for hours: random walks over conversations and links, and servers killed in the middle of a turn. */
process.env.QRY_WALKS ??= '500'
process.env.QRY_KILL_ROUNDS ??= '1000'
await install()
await buildWeb()
const { sentence, code } = await runTests(['test/random-walks.test.ts', 'test/kill-nine.test.ts', ...process.argv.slice(2)])
console.log(sentence)
process.exitCode = code
