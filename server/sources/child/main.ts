import { KnownError } from '../../../contract/error.ts'
import type { FromSourceProcess, ToSourceProcess } from '../job.ts'
import { runJob } from '../run-job.ts'

/** The program of a source's process: what strangers write is parsed here, drivers run here, and one that hangs or falls takes nothing with it. */
let current: AbortController | undefined

const answer = (message: FromSourceProcess): void => {
  process.send?.(message)
}

const end = (): boolean => process.kill(process.pid, 'SIGKILL')
process.on('disconnect', end)
// NOTE: a server that fell while this program was loading has said so already.
if (!process.connected) end()
process.on('message', (message) => {
  const told = message as ToSourceProcess
  if (told.type === 'stop') current?.abort(new KnownError('cancelled'))
  else void work(told)
})

async function work({ id, job, destination }: Extract<ToSourceProcess, { type: 'job' }>): Promise<void> {
  const abort = new AbortController()
  current = abort
  try {
    answer({ type: 'done', id, result: await runJob(destination, job, abort.signal) })
  } catch (error) {
    // NOTE: what no driver put in a sentence may hold a host or worse, so it stays here.
    const known =
      error instanceof KnownError
        ? error
        : new KnownError('query-failed', 'The driver of this source failed in an unexpected way.')
    answer({ type: 'failed', id, code: known.code, message: known.message })
  } finally {
    if (current === abort) current = undefined
  }
}
