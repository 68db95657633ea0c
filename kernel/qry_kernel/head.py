"""The process that runs cells, and what becomes of its frozen copies. It speaks to the supervisor over one channel."""

import ctypes
import os
import signal
import socket
import threading

from .session import Session
from .wire import Broken, Channel


def serve_head(end: socket.socket, settings: dict) -> None:
    """Answers the supervisor until it is gone; returns never."""
    head = Head(end, settings)
    head.channel.send({"t": "hello", "ready": head.session.prepare()})
    head.serve()


class Head:
    def __init__(self, end: socket.socket, settings: dict):
        self.channel = Channel(end)
        self.copies: list[int] = []
        self.calls = 0
        self.pid = os.getpid()
        self.session = Session(settings, tell=self._tell, ask=self._ask)

    def serve(self) -> None:
        self.pid = os.getpid()
        while True:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                self._obey(self.channel.receive())
            except Broken:
                os._exit(0)

    def _obey(self, command: dict) -> None:
        do = command["do"]
        if do == "run":
            self._run(command)
        elif do == "freeze":
            self._freeze(socket.socket(fileno=self.channel.take_descriptor()))
        elif do == "variables":
            self.channel.send({"t": "variables", "variables": self.session.variables()})
        elif do == "save":
            outcome = self.session.save(command["path"])
            self.channel.send({"t": "saved", "id": command["id"], **outcome})
            if command.get("exit"):
                os._exit(0)
        elif do == "load":
            self.channel.send({"t": "loaded", **self.session.load(command["path"])})

    def _run(self, command: dict) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        try:
            ok = self.session.run(command["code"], command["name"])
        except KeyboardInterrupt:
            ok = False
        self._leave_if_forked()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        self.session.flush()
        ctypes.CDLL(None).fflush(None)
        self.channel.send({"t": "ended", "ok": ok})

    def _freeze(self, end: socket.socket) -> None:
        """A fork that waits as the state is now. Threads do not come along in a fork, so there is none while they run."""
        self.copies = [pid for pid in self.copies if not _has_ended(pid)]
        reason = "threads" if _has_threads() else ""
        try:
            pid = -1 if reason else os.fork()
        except OSError:
            pid, reason = -1, "processes"
        if pid < 0:
            end.close()
            self.channel.send({"t": "froze", "reason": reason})
            return
        if pid == 0:
            self.channel.close()
            self._wait_frozen(Channel(end))
        end.close()
        self.copies.append(pid)
        self.channel.send({"t": "froze", "pid": pid})

    def _wait_frozen(self, channel: Channel) -> None:
        """Waits to be forked again; each fork is a head of its own."""
        self.copies = []
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            while True:
                channel.receive()
                end = socket.socket(fileno=channel.take_descriptor())
                self.copies = [pid for pid in self.copies if not _has_ended(pid)]
                pid = os.fork()
                if pid == 0:
                    channel.close()
                    self.copies = []
                    self.channel = Channel(end)
                    self.serve()
                end.close()
                self.copies.append(pid)
                channel.send({"t": "forked", "pid": pid})
        except (Broken, OSError):
            os._exit(0)

    def _leave_if_forked(self) -> None:
        """A process that a cell forked has no part in the conversation."""
        if os.getpid() != self.pid:
            os._exit(0)

    def _tell(self, event: dict) -> None:
        self._leave_if_forked()
        self.session.flush()
        self.channel.send(event)

    def _ask(self, call: dict) -> dict:
        """Asks the server something and waits; answers to calls that were interrupted are passed over."""
        self.calls += 1
        number = self.calls
        self._tell({"t": "call", "call": number, **call})
        while True:
            answer = self.channel.receive()
            if answer.get("do") == "answer" and answer.get("call") == number:
                return answer


def _has_threads() -> bool:
    try:
        return len(os.listdir("/proc/self/task")) > 1
    except OSError:
        return threading.active_count() > 1


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True
