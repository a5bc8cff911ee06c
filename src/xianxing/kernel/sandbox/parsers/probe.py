"""What a parser could do if it were taken over: tried out, for tests and for whoever checks an installation."""

import os
import socket
from collections.abc import Callable
from typing import Any

__all__ = ["attempts", "dies", "grows", "sleeps", "spins", "surroundings", "talks"]


def attempts(_content: bytes) -> dict[str, bool]:
    """What succeeds of: a socket, opening a file for reading, one for writing, another program, another process."""
    ways: dict[str, Callable[[], Any]] = {
        "socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close(),
        "read": lambda: os.close(os.open("/etc/passwd", os.O_RDONLY)),
        "write": lambda: os.close(os.open("/tmp/xianxing-probe", os.O_WRONLY | os.O_CREAT)),  # noqa: S108
        "process": _process,
        "program": lambda: os.execv("/bin/true", ["/bin/true"]),  # noqa: S606 - it must fail
    }
    return {name: _succeeds(way) for name, way in ways.items()}


def _process() -> None:
    if os.fork() == 0:
        os._exit(0)


def _succeeds(way: Callable[[], Any]) -> bool:
    try:
        way()
    except (OSError, RuntimeError):
        return False
    return True


def spins(_content: bytes) -> None:
    """Use up the processor."""
    while True:
        pass


def sleeps(_content: bytes) -> None:
    """Do nothing, for ever."""
    while True:
        os.read(os.pipe()[0], 1)


def grows(_content: bytes) -> int:
    """Ask for more and more memory."""
    held = []
    while True:
        held.append(bytearray(2**24))


def dies(_content: bytes) -> None:
    """End at once, without an answer."""
    os.abort()


def surroundings(_content: bytes) -> list[str]:
    """The names of what the environment holds."""
    return sorted(os.environ)


def talks(_content: bytes, size: int) -> str:
    """Give a long answer."""
    return "x" * size
