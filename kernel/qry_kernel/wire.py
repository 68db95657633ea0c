"""Messages between the processes of a session: JSON behind its length, on sockets, with a file descriptor beside it where one is handed on."""

import json
import os
import select
import signal
import socket
import struct

MAX_MESSAGE_BYTES = 64 * 2**20


class Broken(Exception):
    """The other side is gone or talks nonsense."""


class Channel:
    """One end of a socket pair. An interrupt never tears a message: SIGINT waits while bytes are moved."""

    def __init__(self, end: socket.socket):
        self._socket = end
        self._bytes = bytearray()
        self._descriptors: list[int] = []

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, message: dict, descriptor: int | None = None) -> None:
        body = json.dumps(message, separators=(",", ":")).encode("utf-8", "surrogatepass")
        frame = struct.pack("<I", len(body)) + body
        with interrupts_held():
            try:
                sent = 0 if descriptor is None else socket.send_fds(self._socket, [frame], [descriptor])
                self._socket.sendall(memoryview(frame)[sent:])
            except OSError as error:
                raise Broken(str(error)) from None

    def receive(self) -> dict:
        """Waits for the next message. May be interrupted while it waits, never in the middle of reading."""
        while True:
            message = self.take()
            if message is not None:
                return message
            select.select([self._socket], [], [])
            self.read()

    def read(self) -> None:
        """Takes in what is there; the socket must be readable."""
        with interrupts_held():
            try:
                data, descriptors, _, _ = socket.recv_fds(self._socket, 2**18, 4)
            except OSError as error:
                raise Broken(str(error)) from None
            if not data:
                raise Broken("the other side closed")
            self._bytes += data
            self._descriptors += descriptors

    def take(self) -> dict | None:
        """The next whole message that was read, if there is one."""
        if len(self._bytes) < 4:
            return None
        (length,) = struct.unpack_from("<I", self._bytes)
        if length > MAX_MESSAGE_BYTES:
            raise Broken("a message is too long")
        if len(self._bytes) < 4 + length:
            return None
        body = bytes(self._bytes[4 : 4 + length])
        del self._bytes[: 4 + length]
        try:
            message = json.loads(body)
        except ValueError:
            raise Broken("a message is not JSON") from None
        if not isinstance(message, dict):
            raise Broken("a message is not an object")
        return message

    def take_descriptor(self) -> int:
        """The descriptor that came with the last message."""
        if not self._descriptors:
            raise Broken("a descriptor is missing")
        return self._descriptors.pop(0)

    def close(self) -> None:
        self._socket.close()
        for descriptor in self._descriptors:
            os.close(descriptor)


class interrupts_held:
    def __enter__(self):
        self._before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    def __exit__(self, *_):
        signal.pthread_sigmask(signal.SIG_SETMASK, self._before)
