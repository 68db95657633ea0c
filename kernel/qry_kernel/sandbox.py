"""
The sandbox where bubblewrap cannot run: the process confines itself with Landlock and seccomp, and its children with it. Under bubblewrap the server
has built the walls already, and there is nothing to do here.
"""

import base64
import ctypes
import os
import struct

SYS_LANDLOCK_CREATE_RULESET, SYS_LANDLOCK_ADD_RULE, SYS_LANDLOCK_RESTRICT_SELF = 444, 445, 446
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, PR_SET_DUMPABLE = 38, 22, 2, 4
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
READ = EXECUTE | READ_FILE | READ_DIR
# Rights by the interface's version: what a kernel does not know cannot be asked of it.
ALL_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1, 6: (1 << 16) - 1}
TCP_RIGHTS, SCOPES = 0b11, 0b11


def confine(settings: dict) -> None:
    """Confines this process for good. Raises when a wall does not stand."""
    if settings["sandbox"] != "landlock":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    _check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    _landlock(libc, settings)
    program = base64.b64decode(settings["seccomp"])
    buffer = ctypes.create_string_buffer(program)
    head = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    _check(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(head), 0, 0), "seccomp")


def _landlock(libc, settings: dict) -> None:
    version = libc.syscall(SYS_LANDLOCK_CREATE_RULESET, None, 0, 1)
    _check(version, "landlock")
    rights = ALL_RIGHTS[min(version, 6)]
    attributes = struct.pack("QQQ", rights, TCP_RIGHTS if version >= 4 else 0, SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(SYS_LANDLOCK_CREATE_RULESET, ctypes.c_char_p(attributes), size, 0)
    _check(ruleset, "landlock ruleset")
    for path in settings["readable"]:
        _allow(libc, ruleset, path, READ & rights)
    for path in settings["writable"]:
        _allow(libc, ruleset, path, rights & ~EXECUTE)
    for path in ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"):
        _allow(libc, ruleset, path, (READ_FILE | WRITE_FILE) & rights)
    _check(libc.syscall(SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0), "landlock restriction")
    os.close(ruleset)


def _allow(libc, ruleset: int, path: str, rights: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not os.path.isdir(path):
        rights &= EXECUTE | WRITE_FILE | READ_FILE | (1 << 14)
    rule = struct.pack("<Qi", rights, target)
    _check(libc.syscall(SYS_LANDLOCK_ADD_RULE, ruleset, 1, ctypes.c_char_p(rule), 0), f"landlock rule for {path}")
    os.close(target)


def _check(outcome: int, what: str) -> None:
    if outcome < 0:
        raise OSError(ctypes.get_errno(), f"{what} is not to be had here")
