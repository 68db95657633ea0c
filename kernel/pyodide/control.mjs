/**
 * The control thread of Pyodide's process, under Deno. It passes the server's commands (lines of JSON on standard input) to the thread that runs cells and that
 * thread's events back, and it can end a cell that does not listen. Its argument is the session's settings as JSON. The wall is Deno's permissions, not this.
 */
const settings = JSON.parse(Deno.args[0])
const STOP = 2
const SPARE_BYTES = 512 * 2 ** 20

/** Python looks into `interrupt`; an answer to a call is laid into `answer`: in `words` a flag and its length, then its bytes. */
const shared = { interrupt: new SharedArrayBuffer(4), answer: new SharedArrayBuffer(8 + 32_768) }
const words = new Int32Array(shared.answer, 0, 2)
const bytes = new Uint8Array(shared.answer, 8)

let worker
let cell
let isUsed = false
let isStopped = false
/** The state that the thread was asked to save; one that is ended does not answer. */
let saving

const say = (event) => {
  const line = new TextEncoder().encode(`${JSON.stringify(event)}\n`)
  for (let sent = 0; sent < line.length; ) sent += Deno.stdout.writeSync(line.subarray(sent))
}

const end = (reason) => {
  worker.terminate()
  if (cell !== undefined) say({ t: 'died', id: cell, reason, signal: '', restoredTo: '' })
  Deno.exit(0)
}

/** A namespace with nothing in it, in a thread of its own. */
const begin = () =>
  new Promise((resolve) => {
    worker?.terminate()
    if (saving !== undefined) say({ t: 'saved', id: saving, ok: false, notSaved: [] })
    saving = undefined
    worker = new Worker(new URL('./cells.mjs', import.meta.url), { type: 'module' })
    worker.onerror = (event) => {
      event.preventDefault()
      end('crashed')
    }
    worker.onmessage = ({ data }) => {
      if (data.t === 'fatal') return end('crashed')
      if (data.t === 'ready') return resolve(data)
      // NOTE: a cell that was stopped leaves nothing behind, as running it again to bring its state back would take as long as it was let run.
      if (isStopped && data.t === 'error') return
      if (isStopped && data.t === 'done') return end('interrupted')
      if (data.t === 'done') cell = undefined
      if (data.t === 'saved') saving = undefined
      say(data)
    }
    isUsed = false
    worker.postMessage({ do: 'begin', settings, shared })
  })

const answer = (command) => {
  const { file, error, call } = command
  const text = JSON.stringify({ call, ...(file === undefined ? { error: String(error).slice(0, 4_000) } : { file }) })
  const { written } = new TextEncoder().encodeInto(text, bytes)
  Atomics.store(words, 1, written)
  Atomics.store(words, 0, 1)
  Atomics.notify(words, 0)
}

const obey = async (command) => {
  switch (command.do) {
    case 'run':
      Atomics.store(new Int32Array(shared.interrupt), 0, 0)
      cell = command.id
      isUsed = true
      isStopped = false
      return worker.postMessage(command)
    case 'interrupt':
      isStopped = true
      Atomics.store(new Int32Array(shared.interrupt), 0, STOP)
      return Atomics.notify(words, 0)
    case 'kill':
      return end(command.reason)
    case 'answer':
      return answer(command)
    case 'restore': {
      const startedAt = performance.now()
      const isStart = command.id === 'start'
      if (isStart && isUsed) await begin()
      return say({ t: 'restored', id: command.id, ok: isStart, ms: performance.now() - startedAt })
    }
    case 'stop':
      return Deno.exit(0)
    case 'save':
      saving = command.id
      return worker.postMessage(command)
    case 'load':
      isUsed = true
      return worker.postMessage(command)
    default:
      return worker.postMessage(command)
  }
}

// NOTE: what JavaScript itself takes is not bounded by WebAssembly's limit of pages.
setInterval(() => {
  if (Deno.memoryUsage().rss > settings.limits.memory_bytes + SPARE_BYTES) end('memory')
}, 250)

say(await begin())
const decoder = new TextDecoder()
let rest = ''
for await (const chunk of Deno.stdin.readable) {
  rest += decoder.decode(chunk, { stream: true })
  for (let place = rest.indexOf('\n'); place >= 0; place = rest.indexOf('\n')) {
    const line = rest.slice(0, place)
    rest = rest.slice(place + 1)
    await obey(JSON.parse(line))
  }
}
Deno.exit(0)
