"""
The first program in the sandbox. It runs no code of strangers: it hands cells to a *head*, keeps *frozen* copies of heads (one after each cell) to go
back to, caps what is printed, watches memory, and cleans up after a head that died. Commands come in on standard input, events go out on standard
output, a line of JSON each.

A cell that ends leaves a frozen copy under its id; a head that dies or must be killed is replaced by a fork of the copy before that cell. A head with
threads cannot be forked: its state is saved to a file instead, by itself.
"""

import ctypes
import errno
import json
import os
import select
import signal
import socket
import sys
import time

from .head import serve_head
from .limits import Limits, set_limits
from .sandbox import confine
from .wire import Broken, Channel

PR_SET_CHILD_SUBREAPER = 36
START = "start"


class Copy:
    """A process of ours at the other end of a channel: the head, or a frozen copy."""

    def __init__(self, pid: int, channel: Channel):
        self.pid = pid
        self.channel = channel


class Supervisor:
    def __init__(self, settings: dict):
        self.limits = Limits.of(settings["limits"])
        self.settings = settings
        self.frozen: dict[str, Copy] = {}
        self.head: Copy | None = None
        self.base = START
        """The copy that the head's state is that of, when no cell runs."""
        self.running: str | None = None
        self.started_at = 0.0
        self.peak_bytes = 0
        self.printed = 0
        self.next_look = 0.0
        self.killed_for: str | None = None
        self.commands = bytearray()
        self.saving: dict[int, tuple[Channel, str]] = {}
        self.out_pipe = os.pipe()
        self.err_pipe = os.pipe()
        for read_end in (self.out_pipe[0], self.err_pipe[0]):
            os.set_blocking(read_end, False)

    # -- events

    def tell(self, **event) -> None:
        line = memoryview(json.dumps(event, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n")
        while line:
            line = line[os.write(1, line) :]

    # -- life of heads

    def start(self) -> None:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            self._become_first_head(ours, theirs)
        theirs.close()
        self.head = Copy(pid, Channel(ours))
        hello = self.head.channel.receive()
        self._freeze(START)
        self.tell(t="ready", **hello.get("ready", {}))

    def _become_first_head(self, ours: socket.socket, theirs: socket.socket) -> None:
        try:
            ours.close()
            nothing = os.open("/dev/null", os.O_RDONLY)
            os.dup2(nothing, 0)
            os.dup2(self.out_pipe[1], 1)
            os.dup2(self.err_pipe[1], 2)
            for descriptor in (nothing, *self.out_pipe, *self.err_pipe):
                os.close(descriptor)
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            set_limits(self.limits)
            confine(self.settings)
            serve_head(theirs, self.settings)
        finally:
            os._exit(1)

    def _freeze(self, copy_id: str) -> bool:
        """Keeps a copy of the head as it is. False when the head cannot be forked."""
        head = self.head
        ours, theirs = socket.socketpair()
        head.channel.send({"do": "freeze"}, theirs.fileno())
        theirs.close()
        answer = self._await(head.channel, "froze")
        if not answer.get("pid"):
            ours.close()
            if answer.get("reason") == "processes" and self._sweep(spare_head=True):
                return self._freeze(copy_id)
            return False
        self._drop(copy_id)
        self.frozen[copy_id] = Copy(int(answer["pid"]), Channel(ours))
        self.base = copy_id
        kept = [one for one in self.frozen if one != START]
        for old in kept[: max(0, len(kept) - self.limits.hot_copies)]:
            self._drop(old)
        return True

    def _drop(self, copy_id: str) -> None:
        copy = self.frozen.pop(copy_id, None)
        if copy:
            self._kill(copy.pid)
            copy.channel.close()

    def _await(self, channel: Channel, kind: str) -> dict:
        while True:
            message = channel.receive()
            if message.get("t") == kind:
                return message

    def _restore(self, copy_id: str) -> bool:
        """Replaces the head by a fork of a frozen copy."""
        if self.head:
            self._kill(self.head.pid)
            self.head.channel.close()
            self.head = None
        self._sweep()
        self._drain(None)
        while copy := self.frozen.get(copy_id):
            try:
                ours, theirs = socket.socketpair()
                copy.channel.send({"do": "fork"}, theirs.fileno())
                theirs.close()
                answer = self._await(copy.channel, "forked")
                self.head = Copy(int(answer["pid"]), Channel(ours))
                self.base = copy_id
                return True
            except Broken:
                self._drop(copy_id)
        return False

    def _recover(self) -> None:
        """A new head with the state before the cell that killed the old one."""
        if not self._restore(self.base) and not self._restore(START):
            self.tell(t="lost")
            os._exit(3)

    def _kill(self, pid: int) -> None:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def _sweep(self, spare_head: bool = False) -> bool:
        """Ends every process of the session that is neither this one nor a frozen copy: what cells left running. True when there were any."""
        spared = {1, os.getpid(), *(copy.pid for copy in self.frozen.values())}
        if spare_head:
            spared.add(self.head.pid)
        for round_ in range(50):
            left = [pid for pid in self._pids() if pid not in spared]
            if not left:
                return round_ > 0
            for pid in left:
                self._kill(pid)
            self._reap()
            time.sleep(0.002)
        return False

    def _end(self) -> None:
        self.frozen.clear()
        self._sweep()
        os._exit(0)

    def _pids(self) -> list[int]:
        """Processes of the session. Without a process namespace of our own: those below this one."""
        found = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        if self.settings["sandbox"] == "bubblewrap":
            return [pid for pid in found if not self._is_zombie(pid)]
        parents = {}
        for pid in found:
            try:
                with open(f"/proc/{pid}/stat", "rb") as file:
                    state, parent = file.read().rpartition(b")")[2].split()[:2]
                if state != b"Z":
                    parents[pid] = int(parent)
            except OSError:
                continue

        def is_below(pid: int) -> bool:
            while pid in parents:
                pid = parents[pid]
                if pid == os.getpid():
                    return True
            return False

        return [pid for pid in parents if is_below(pid)]

    @staticmethod
    def _is_zombie(pid: int) -> bool:
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                return file.read().rpartition(b")")[2].split()[0] == b"Z"
        except OSError:
            return True

    def _reap(self) -> None:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass

    # -- what cells print

    def _drain(self, cell: str | None) -> None:
        """Takes all that is in the pipes; what was written before a message of the head is in them when the message is."""
        for name, read_end in (("stdout", self.out_pipe[0]), ("stderr", self.err_pipe[0])):
            while True:
                try:
                    data = os.read(read_end, 2**16)
                except BlockingIOError:
                    break
                if not data:
                    break
                self._print(cell, name, data)

    def _print(self, cell: str | None, name: str, data: bytes) -> None:
        if cell is None or self.printed > self.limits.output_bytes:
            return
        room = self.limits.output_bytes - self.printed
        self.printed += len(data)
        text = data[:room].decode("utf-8", "replace")
        event = {"t": "stream", "id": cell, "name": name, "text": text}
        if self.printed > self.limits.output_bytes:
            event["truncated"] = True
        self.tell(**event)

    # -- commands

    def obey(self, command: dict) -> None:
        do = command.get("do")
        if do == "run":
            self.running = command["id"]
            self.started_at = time.monotonic()
            self.next_look = self.started_at + 0.2
            self.peak_bytes = 0
            self.printed = 0
            self.killed_for = None
            self.head.channel.send(command)
        elif do == "interrupt":
            if self.running:
                os.kill(self.head.pid, signal.SIGINT)
        elif do == "kill":
            if self.running:
                self.killed_for = command["reason"]
                self._kill(self.head.pid)
        elif do == "answer":
            self.head.channel.send(command)
        elif do == "restore":
            began = time.monotonic()
            known = command["id"] in self.frozen
            done = known and self._restore(command["id"])
            if known and not done:
                self._recover()
            self.tell(t="restored", id=command["id"], ok=done, ms=_ms_since(began))
        elif do == "save":
            self._save(command)
        elif do in ("load", "variables", "seed"):
            self.head.channel.send(command)
        elif do == "stop":
            self._end()

    def _save(self, command: dict) -> None:
        """A fork of the frozen copy writes its state; the copy itself stays as it is."""
        copy = self.frozen.get(command["id"])
        if not copy and command["id"] != self.base:
            self.tell(t="saved", id=command["id"], ok=False, notSaved=[])
            return
        if not copy and self.running:
            self.tell(t="saved", id=command["id"], ok=False, notSaved=[])
            return
        if not copy:
            self.head.channel.send(command)
            return
        ours, theirs = socket.socketpair()
        try:
            copy.channel.send({"do": "fork"}, theirs.fileno())
            theirs.close()
            self._await(copy.channel, "forked")
            channel = Channel(ours)
            channel.send({**command, "exit": True})
            self.saving[channel.fileno()] = (channel, command["id"])
        except Broken:
            self._drop(command["id"])
            self.tell(t="saved", id=command["id"], ok=False, notSaved=[])

    # -- messages of the head

    def hear(self, message: dict) -> None:
        kind = message.get("t")
        self._drain(self.running)
        if kind == "ended" and self.running:
            cell, self.running = self.running, None
            self._done(cell, ok=bool(message.get("ok")), state_kept=True)
            began = time.monotonic()
            try:
                hot = self._freeze(cell)
            except Broken:
                hot = False
                self._recover()
            if not hot and self.head:
                self.base = cell
            self.tell(t="frozen", id=cell, hot=hot, ms=_ms_since(began))
        elif kind in ("display", "result", "error", "call") and self.running:
            self.tell(**{**message, "id": self.running})
        elif kind in ("variables", "loaded", "saved"):
            self.tell(**message)

    def _done(self, cell: str, ok: bool, state_kept: bool) -> None:
        peak = {"peakMb": round(self.peak_bytes / 2**20)} if self.peak_bytes else {}
        self.tell(t="done", id=cell, ok=ok, stateKept=state_kept, ms=_ms_since(self.started_at), **peak)

    def _head_died(self) -> None:
        self._drain(self.running)
        cell, self.running = self.running, None
        status = 0
        try:
            status = os.waitpid(self.head.pid, 0)[1]
        except ChildProcessError:
            pass
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        self.head.channel.close()
        self.head = None
        self._recover()
        if cell is None:
            return
        reason = self.killed_for or "crashed"
        name = signal.Signals(number).name if number else ""
        self.tell(t="died", id=cell, reason=reason, signal=name, restoredTo=self.base)
        self._done(cell, ok=False, state_kept=False)

    def _watch_memory(self) -> None:
        """Ends a head whose processes hold more than they may. Frozen copies share most of their pages, so a cheap sum comes first."""
        held = self._memory()
        self.peak_bytes = max(self.peak_bytes, held)
        if held > self.limits.memory_bytes and not self.killed_for:
            self.killed_for = "memory"
            self._sweep_all_but_copies()

    def _sweep_all_but_copies(self) -> None:
        self._kill(self.head.pid)
        self._sweep()

    def _memory(self) -> int:
        """Bytes that belong to the head and what it started: proportional shares where the plain sum is near the limit."""
        spared = {1, os.getpid(), *(copy.pid for copy in self.frozen.values())}
        pids = [pid for pid in self._pids() if pid not in spared]
        plain = sum(_resident(pid) for pid in pids)
        return plain if plain < self.limits.memory_bytes * 0.9 else sum(_proportional(pid) for pid in pids)

    # -- the loop

    def run(self) -> None:
        self.start()
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while True:
            sources = [0, self.out_pipe[0], self.err_pipe[0], self.head.channel, *(channel for channel, _ in self.saving.values())]
            ready, _, _ = select.select(sources, [], [], 0.2 if self.running else 5)
            if self.running and time.monotonic() >= self.next_look:
                self.next_look = time.monotonic() + 0.2
                self._watch_memory()
            if self.out_pipe[0] in ready or self.err_pipe[0] in ready:
                self._drain(self.running)
            for channel, copy_id in list(self.saving.values()):
                if channel in ready:
                    self._hear_saver(channel, copy_id)
            if self.head.channel in ready:
                try:
                    self.head.channel.read()
                    while self.head and (message := self.head.channel.take()):
                        self.hear(message)
                except Broken:
                    self._kill(self.head.pid)
                    self._head_died()
            if 0 in ready:
                self._read_commands()
            self._reap_strays()

    def _hear_saver(self, channel: Channel, copy_id: str) -> None:
        message = {"t": "saved", "id": copy_id, "ok": False, "notSaved": []}
        try:
            channel.read()
            heard = channel.take()
            if heard is None:
                return
            message = heard
        except Broken:
            pass
        del self.saving[channel.fileno()]
        channel.close()
        self.tell(**message)

    def _read_commands(self) -> None:
        data = os.read(0, 2**16)
        if not data:
            self._end()
        self.commands += data
        while (end := self.commands.find(b"\n")) >= 0:
            line = bytes(self.commands[:end])
            del self.commands[: end + 1]
            try:
                self.obey(json.loads(line))
            except Broken:
                self._kill(self.head.pid)
                self._head_died()

    def _reap_strays(self) -> None:
        """Collects processes that ended, but leaves the head to `_head_died`, which wants to know how it ended."""
        try:
            while True:
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                if found is None or (self.head and found.si_pid == self.head.pid):
                    return
                os.waitpid(found.si_pid, 0)
        except OSError as error:
            if error.errno != errno.ECHILD:
                raise


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            fields = file.read().split()
        return (int(fields[1]) - int(fields[2])) * 4096
    except (OSError, IndexError):
        return 0


def _proportional(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def main() -> None:
    Supervisor(json.loads(sys.argv[1])).run()
