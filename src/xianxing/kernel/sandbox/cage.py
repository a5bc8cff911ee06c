"""What a child gives up before it reads a file from outside: network, files, other processes, time and memory.

Linux: a user and network namespace of its own where the system allows that, and in any case a seccomp filter that
answers EPERM to what a parser never needs. Elsewhere the limits of the process and an audit hook of Python remain.
"""

import contextlib
import ctypes
import os
import platform
import resource
import signal
import sys
from dataclasses import dataclass
from typing import Any

__all__ = ["Limits", "confine"]

CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC, CLONE_THREAD = 0x10000000, 0x40000000, 0x08000000, 0x00010000
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_SET_DUMPABLE, FILTER = 1, 38, 22, 4, 2
EPERM, ENOSYS = 1, 38
_ERRNO, _ALLOW = 0x00050000, 0x7FFF0000
_LOAD, _EQUAL, _GREATER, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06

# Numbers of system calls, from the tables of the kernel (arch/x86/entry/syscalls/syscall_64.tbl; asm-generic/unistd.h).
_CALLS = {
    "x86_64": (
        0xC000003E, 56,
        (2, 41, 42, 43, 44, 49, 50, 53, 57, 58, 59, 62, 76, 80, 82, 83, 85, 86, 87, 88, 90, 92, 101, 161, 165, 248, 249,
         250, 257, 258, 260, 263, 264, 265, 266, 268, 272, 288, 304, 308, 310, 311, 316, 319, 321, 322, 323, 425, 426,
         427, 437, 438),
    ),
    "aarch64": (
        0xC00000B7, 220,
        (34, 35, 36, 37, 38, 40, 45, 49, 51, 53, 54, 56, 97, 117, 129, 198, 199, 200, 201, 202, 203, 206, 217, 218, 219,
         221, 242, 265, 268, 270, 271, 276, 279, 280, 281, 282, 425, 426, 427, 437, 438),
    ),
}  # fmt: skip
CLONE3 = 435
_HOOKED = ("socket.", "open", "os.exec", "os.fork", "os.posix_spawn", "subprocess.", "ctypes.", "shutil.")


@dataclass(frozen=True)
class Limits:
    """What reading one file may take: seconds of processor and of clock, MiB of memory, MiB of answer."""

    cpu: int = 30
    seconds: float = 60.0
    memory: int = 3072
    answer: int = 512


def confine(limits: Limits) -> dict[str, bool]:
    """Give up everything; returns which of the two walls stand. Call in a process with one thread."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))
    with contextlib.suppress(ValueError, OSError):  # not every system knows a limit of addresses
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory * 2**20,) * 2)
    walls = {"namespace": False, "filter": False}
    if sys.platform.startswith("linux"):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # nobody would end it if the zygote were gone
        walls["namespace"] = libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) == 0
        walls["filter"] = _filter(libc)
    sys.addaudithook(_refuse)
    return walls


class _Step(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("k", ctypes.c_uint)]


class _Program(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step))]


def _filter(libc: Any) -> bool:
    known = _CALLS.get(platform.machine())
    if known is None:
        return False
    steps = _steps(*known)
    laid = (_Step * len(steps))(*(_Step(*step) for step in steps))
    program = _Program(len(steps), ctypes.cast(laid, ctypes.POINTER(_Step)))
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(PR_SET_SECCOMP, FILTER, ctypes.byref(program), 0, 0) == 0)


def _steps(arch: int, clone: int, refused: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """The filter: another architecture is refused whole; a thread may be made, a process may not."""
    head = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, arch),
        (_RETURN, 0, 0, _ERRNO | EPERM),
        (_LOAD, 0, 0, 0),
        (_GREATER, 0, 1, 0x40000000),
        (_RETURN, 0, 0, _ERRNO | EPERM),
        (_EQUAL, 0, 1, CLONE3),
        (_RETURN, 0, 0, _ERRNO | ENOSYS),  # the C library falls back to clone, whose flags can be read
    ]
    calls = [step for number in refused for step in ((_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | EPERM))]
    tail = [
        (_EQUAL, 0, 3, clone),
        (_LOAD, 0, 0, 16),
        (_ANY_BIT, 1, 0, CLONE_THREAD),
        (_RETURN, 0, 0, _ERRNO | EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return [*head, *calls, *tail]


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    """What Python itself is asked for is refused before the system is."""
    if event.startswith(_HOOKED) and not event.startswith("open."):
        raise PermissionError(f"{event} is refused to a process that reads a file from outside ({os.getpid()})")
