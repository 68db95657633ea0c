/** The thread that runs cells: Pyodide with the kernel's own session in it. It reads and writes the session's folders, which Python does not see, and knows nothing else of the host. */
const WHAT_BEGINS = `
import os, sys
os.environ.clear()
os.environ.update(environment)
sys.path.insert(0, "/kernel")
def _refuse(*_, **__):
    raise OSError("There are no other programs here.")
os.system = os.popen = _refuse
from qry_kernel.session import Session
import json
def _tell(event):
    tell(json.dumps(event))
def _ask(call):
    return json.loads(ask(json.dumps(call)))
session = Session(json.loads(settings), tell=_tell, ask=_ask)
ready = json.dumps(session.prepare())
`

let pyodide
let settings
let shared
let session
let cell = ''
let printed = 0
let calls = 0
/** The cell after which the state is as it is now. */
let state = 'start'

const post = (event) => self.postMessage(event)
const inside = (folder, name) => `${folder}/${plain(name)}`

/** A name without a way to other folders. */
function plain(name) {
  if (!/^[\w.-]{1,200}$/.test(name) || name.startsWith('.')) throw new Error('This is no name of a file.')
  return name
}

function print(name, text) {
  const most = settings.limits.output_bytes
  if (printed > most) return
  printed += text.length
  const isCut = printed > most
  post({
    t: 'stream',
    id: cell,
    name,
    text: isCut ? text.slice(0, text.length - (printed - most)) : text,
    ...(isCut ? { truncated: true } : {}),
  })
}

function output(name) {
  const decoder = new TextDecoder()
  return {
    write(bytes) {
      print(name, decoder.decode(bytes, { stream: true }))
      return bytes.length
    },
  }
}

/** Files that Python wrote go out, files that the server laid come in. */
const takeOut = (name) => {
  const path = `/out/${plain(name)}`
  Deno.writeFileSync(inside(settings.hostOut, name), pyodide.FS.readFile(path))
  pyodide.FS.unlink(path)
}
const layIn = (name) => {
  for (const old of pyodide.FS.readdir('/data')) if (!old.startsWith('.')) pyodide.FS.unlink(`/data/${old}`)
  pyodide.FS.writeFile(`/data/${plain(name)}`, Deno.readFileSync(inside(settings.hostData, name)))
}

function tell(text) {
  const event = JSON.parse(text)
  const table = event.data?.['application/vnd.qry.table+json']
  if (table) takeOut(table.file)
  post({ ...event, id: cell })
}

/** Waits for the server's answer, and listens to an interrupt meanwhile. */
function ask(text) {
  const words = new Int32Array(shared.answer, 0, 2)
  const number = ++calls
  Atomics.store(words, 0, 0)
  post({ t: 'call', id: cell, call: number, ...JSON.parse(text) })
  for (;;) {
    Atomics.wait(words, 0, 0, 200)
    pyodide.checkInterrupt()
    if (Atomics.load(words, 0) !== 1) continue
    Atomics.store(words, 0, 0)
    const answer = JSON.parse(new TextDecoder().decode(new Uint8Array(shared.answer, 8, Atomics.load(words, 1)).slice()))
    if (answer.call !== number) continue
    if (answer.file !== undefined) layIn(answer.file)
    return JSON.stringify(answer)
  }
}

async function begin(command) {
  ;({ settings, shared } = command)
  const { loadPyodide } = await import(settings.pyodide)
  pyodide = await loadPyodide({
    indexURL: settings.indexFolder,
    packageCacheDir: settings.wheelFolder,
    ...(settings.lock ? { lockFileContents: Deno.readTextFileSync(settings.lock) } : {}),
    env: { HOME: '/home/cell', TZ: 'UTC' },
    checkIntegrity: true,
  })
  pyodide.setStdout(output('stdout'))
  pyodide.setStderr(output('stderr'))
  const { FS } = pyodide
  for (const folder of ['/data', '/out', '/home/cell', '/kernel', '/kernel/qry_kernel']) FS.mkdirTree(folder)
  for (const { name } of Deno.readDirSync(settings.kernelFolder))
    if (name.endsWith('.py')) FS.writeFile(`/kernel/qry_kernel/${name}`, Deno.readFileSync(`${settings.kernelFolder}/${name}`))
  await load(settings.preload)
  const scope = pyodide.toPy({ environment: settings.environment })
  scope.set('settings', JSON.stringify({ ...settings, data: '/data', out: '/out', cwd: '/home/cell' }))
  scope.set('tell', tell)
  scope.set('ask', ask)
  pyodide.runPython(WHAT_BEGINS, { globals: scope })
  session = scope.get('session')
  pyodide.setInterruptBuffer(new Int32Array(shared.interrupt))
  post({ t: 'ready', ...JSON.parse(scope.get('ready')) })
}

/** Packages whose files are at hand; there is no network to get others from. */
async function load(names) {
  const wanted = names.filter((name) => settings.wheels.includes(name))
  if (wanted.length > 0) await pyodide.loadPackage(wanted, { messageCallback() {}, errorCallback() {} })
}

async function run({ id, code, name }) {
  cell = id
  printed = 0
  const startedAt = performance.now()
  await load(importsOf(code))
  const ok = session.run(code, name)
  session.flush()
  state = id
  cell = ''
  post({ t: 'done', id, ok, stateKept: true, ms: performance.now() - startedAt })
}

/** Packages that a cell imports, as Pyodide's lock names them. */
function importsOf(code) {
  try {
    const find = pyodide.pyimport('pyodide.code').find_imports
    return find(code)
      .toJs()
      .flatMap((module) => settings.packageOf[module] ?? [])
  } catch {
    return []
  }
}

function save({ id, path }) {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (id !== state) return post({ t: 'saved', id, ok: false, notSaved: [] })
  const outcome = session.save(`/out/${plain(name)}`).toJs({ dict_converter: Object.fromEntries })
  if (outcome.ok) takeOut(name)
  post({ t: 'saved', id, ok: outcome.ok, notSaved: outcome.notSaved })
}

function restore({ path }) {
  const name = path.slice(path.lastIndexOf('/') + 1)
  layIn(name)
  const outcome = session.load(`/data/${plain(name)}`).toJs({ dict_converter: Object.fromEntries })
  post({ t: 'loaded', ok: outcome.ok, lost: outcome.lost })
}

const acts = {
  begin,
  run,
  save,
  load: restore,
  variables: () =>
    post({ t: 'variables', variables: JSON.parse(pyodide.runPython('import json; json.dumps')(session.variables())) }),
}

self.onmessage = async ({ data }) => {
  try {
    await acts[data.do](data)
  } catch (error) {
    console.error(error)
    post({ t: 'fatal' })
  }
}
