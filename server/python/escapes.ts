/** What an escape is aimed at: things of the host that a cell must not reach. */
export interface Bait {
  /** A file that every user of the host may read, with this text in it. */
  readonly path: string
  readonly text: string
  /** Something listens there, on the loopback address. */
  readonly port: number
  readonly serverPid: number
}

export interface Escape {
  readonly name: string
  /** Prints ESCAPED when it got out. What it raises is the wall. */
  readonly code: string
  /** Among the ones that are tried at each start. */
  readonly isEssential?: true
  /** Where Python runs in WebAssembly the answer comes from an imitation of a system, and says nothing of the host. */
  readonly isImitatedInWasm?: true
}

const syscall = (name: string, call: string): string => `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if ${call} >= 0: print("ESCAPED ${name}")`

/** Ways out of the sandbox that were seen to work somewhere. Each must fail in every engine, for root and for an ordinary user. */
export function escapes({ path, text, port, serverPid }: Bait): Escape[] {
  const file = JSON.stringify(path)
  return [
    {
      name: 'read a file of the host',
      isEssential: true,
      code: `if ${JSON.stringify(text)} in open(${file}).read(): print("ESCAPED")`,
    },
    {
      name: 'write beside a file of the host',
      isEssential: true,
      code: `open(${file} + ".written", "w").write("x"); print("ESCAPED")`,
    },
    {
      name: 'connect over TCP',
      isEssential: true,
      code: `import socket\nsocket.create_connection(("127.0.0.1", ${port}), 2); print("ESCAPED")`,
    },
    {
      name: 'ask through urllib',
      code: `import urllib.request\nprint("ESCAPED", urllib.request.urlopen("http://127.0.0.1:${port}/", timeout=2).read())`,
    },
    {
      name: 'send over UDP',
      code: `import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", ${port})); print("ESCAPED")`,
    },
    {
      name: 'open a netlink, packet or vsock socket',
      code: `import socket\nfor family in (16, 17, 40):\n  try:\n    socket.socket(family, socket.SOCK_RAW); print("ESCAPED", family)\n  except OSError: pass`,
    },
    {
      name: 'resolve a name',
      isImitatedInWasm: true,
      code: `import socket\nprint("ESCAPED", socket.getaddrinfo("example.com", 80))`,
    },
    {
      name: 'find more in the environment than is given',
      isEssential: true,
      code: `
import os
given = {"PATH","HOME","TMPDIR","LANG","LC_CTYPE","TZ","PWD","USER","LOGNAME","MPLBACKEND","MPLCONFIGDIR","PYTHONHASHSEED","PYTHONDONTWRITEBYTECODE","PYTHONINSPECT","KMP_DUPLICATE_LIB_OK","KMP_INIT_AT_FORK"}
found = set(os.environ)
for pid in ("1", "self", str(os.getppid()), "${serverPid}"):
  try: found |= {entry.split("=")[0] for entry in open(f"/proc/{pid}/environ").read().split("\\0") if entry}
  except OSError: pass
more = {name for name in found if name not in given and not name.endswith("_NUM_THREADS")}
if more: print("ESCAPED", sorted(more))`,
    },
    { name: 'signal the server', isEssential: true, code: `import os\nos.kill(${serverPid}, 0); print("ESCAPED")` },
    {
      name: 'change how the host handles core dumps',
      isEssential: true,
      code: `open("/proc/sys/kernel/core_pattern", "r+").write(open("/proc/sys/kernel/core_pattern").read()); print("ESCAPED")`,
    },
    { name: 'read the shadow file', isEssential: true, code: `print("ESCAPED", open("/etc/shadow").read())` },
    { name: 'list home folders', code: `import os\nprint("ESCAPED", os.listdir("/root") + os.listdir("/home"))` },
    {
      name: 'follow a link out',
      code: `import os\nos.symlink(${file}, "link"); print("ESCAPED", open("link").read())`,
    },
    { name: 'write to the system', code: `open("/usr/lib/x", "w"); print("ESCAPED")` },
    {
      name: 'reach the root of another process',
      code: `
import os
for pid in [name for name in os.listdir("/proc") if name.isdigit()]:
  try:
    if os.path.exists(f"/proc/{pid}/root" + ${file}): print("ESCAPED", pid)
  except OSError: pass`,
    },
    { name: 'become root', code: `import os\nos.setuid(0); print("ESCAPED")` },
    {
      name: 'raise a limit',
      code: `import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1)); print("ESCAPED")`,
    },
    { name: 'open a device', code: `open("/dev/kvm"); print("ESCAPED")` },
    { name: 'make a device', code: `import os\nos.mknod("device", 0o20666, os.makedev(1, 1)); print("ESCAPED")` },
    {
      name: 'make namespaces',
      isEssential: true,
      code: syscall('unshare', 'libc.unshare(0x10000000)'),
    },
    { name: 'enter namespaces', code: syscall('setns', 'libc.setns(0, 0)') },
    { name: 'mount', isEssential: true, code: syscall('mount', 'libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)') },
    { name: 'change the root', code: syscall('chroot', 'libc.chroot(b"/tmp")') },
    { name: 'trace', code: syscall('ptrace', 'libc.ptrace(16, 1, 0, 0)') },
    {
      name: 'load into the kernel, io_uring, keys, counters',
      code: `
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
numbers = {"x86_64": (321, 425, 250, 298, 323, 103), "aarch64": (280, 425, 219, 241, 282, 116)}[platform.machine()]
for number in numbers:
  if libc.syscall(number, 0, 0, 0, 0, 0) >= 0 or ctypes.get_errno() not in (1, 38): print("ESCAPED", number, ctypes.get_errno())`,
    },
    {
      name: 'type into the terminal',
      isImitatedInWasm: true,
      code: `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if libc.ioctl(0, 0x5412, b"x") >= 0 or ctypes.get_errno() != 1: print("ESCAPED")`,
    },
    {
      name: 'start a program of the host in the host',
      code: `import subprocess\nif ${JSON.stringify(text)} in subprocess.run(["cat", ${file}], capture_output=True, text=True).stdout: print("ESCAPED")`,
    },
    {
      name: 'a shell through os.system',
      code: `import os\nos.system("touch " + ${file} + ".written")\nimport subprocess\nprint(open(${file} + ".written") and "ESCAPED")`,
    },
    ...hostingJavaScript({ path, text, port, serverPid }).map(({ name, code }) => ({
      name: `the hosting JavaScript: ${name}`,
      isEssential: true as const,
      code: `
try:
  from pyodide.code import run_js
except ImportError:
  raise SystemExit
found = run_js(${JSON.stringify(code)})
print("ESCAPED" if found else "")`,
    })),
    {
      name: 'the constructor of a JavaScript function',
      code: `
try:
  from pyodide.ffi import to_js
except ImportError:
  raise SystemExit
make = to_js([1]).constructor.constructor
print("ESCAPED", make("return Deno.readTextFileSync(" + repr(${file}) + ")")())`,
    },
    {
      name: 'host JavaScript through ctypes',
      code: `
import ctypes, sys
if sys.platform != "emscripten": raise SystemExit
ctypes.CDLL(None).emscripten_run_script(b"Deno.writeTextFileSync(" + repr(${file} + ".written").encode() + b", 'x')")
import os
print(open(${file} + ".written").read() and "ESCAPED")`,
    },
  ]
}

/** Expressions of JavaScript that are true when they reached the host. What they start in the background reaches for the bait's port or its file. */
export function hostingJavaScript({ path, text, port, serverPid }: Bait): { readonly name: string; readonly code: string }[] {
  const file = JSON.stringify(path)
  const url = JSON.stringify(`http://127.0.0.1:${port}/`)
  return [
    { name: 'read', code: `Deno.readTextFileSync(${file}).includes(${JSON.stringify(text)})` },
    { name: 'write', code: `Deno.writeTextFileSync(${file} + '.written', 'x') ?? true` },
    { name: 'a link out', code: `Deno.symlinkSync(${file}, 'link') ?? true` },
    { name: 'the folder of all sessions', code: `[...Deno.readDirSync('..')].length > 0` },
    { name: 'the environment', code: `Object.keys(Deno.env.toObject()).length > 0` },
    { name: 'the environment of the process', code: `Deno.readTextFileSync('/proc/self/environ').length > 0` },
    { name: 'a program', code: `new Deno.Command('/usr/bin/id').outputSync().success` },
    { name: 'a signal', code: `Deno.kill(${serverPid}, 'SIGCONT') ?? true` },
    { name: 'the name of the host', code: `Deno.hostname() !== ''` },
    { name: 'a library of the host', code: `Deno.dlopen('libc.so.6', {}) !== undefined` },
    { name: 'a connection', code: `Deno.connect({ hostname: '127.0.0.1', port: ${port} }).catch(() => 0), false` },
    { name: 'a fetch', code: `fetch(${url}).catch(() => 0), false` },
    { name: 'a socket of the web', code: `new WebSocket(${url}.replace('http', 'ws')).onerror = () => 0, false` },
    { name: 'a program from elsewhere', code: `import(${url}).catch(() => 0), false` },
    {
      name: 'a thread with rights of its own',
      code: `new Worker(URL.createObjectURL(new Blob(["fetch(" + JSON.stringify(${url}) + ").catch(() => 0); Deno.writeTextFileSync(" + JSON.stringify(${file}) + " + '.written', 'x')"], { type: 'text/javascript' })), { type: 'module' }).onerror = (event) => event.preventDefault(), false`,
    },
    { name: 'a request for rights', code: `Deno.permissions.requestSync({ name: 'read' }).state === 'granted'` },
  ]
}
