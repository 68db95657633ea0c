import { shareReference, startReferenceApp } from './reference-app.ts'

/** The product with the public reference page, as a process of its own: says where it is, answers what it weighs, ends when told. */
const reference = await startReferenceApp()
const { path } = await shareReference(reference)
process.on('message', (message) => {
  if (message === 'memory') {
    globalThis.gc?.()
    process.send?.({ rssBytes: process.memoryUsage().rss })
  } else
    reference.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
})
process.send?.({ url: reference.url, path })
