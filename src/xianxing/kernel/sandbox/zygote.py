"""The process from which the cages are forked: it has loaded the parsers, holds no secret and reads no file itself.

``python -m xianxing.kernel.sandbox.zygote FD`` takes requests from a socket: JSON with three descriptors, the content,
the answer, and one that is told how the child ended. It ends when its own input does.
"""

import importlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from xianxing.kernel.sandbox.cage import Limits, confine
from xianxing.kernel.sandbox.parsers import grids
from xianxing.kernel.sandbox.parsers.refusal import Refusal

__all__ = ["PARSERS", "main"]

PARSERS = "xianxing.kernel.sandbox.parsers."
PIECE = 2**20
MOST_OPEN = 4096
_LOADED = (grids,)


def main() -> None:
    """Serve until the input ends."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    waiting = selectors.DefaultSelector()
    for source in (requests.fileno(), woken, sys.stdin.fileno()):
        waiting.register(source, selectors.EVENT_READ)
    children: dict[int, tuple[int, float]] = {}
    while True:
        patience = min((until for _told, until in children.values()), default=None)
        ready = {key.fd for key, _events in waiting.select(patience and max(0.0, patience - time.monotonic()))}
        if sys.stdin.fileno() in ready:
            _end(children)
        if woken in ready:
            os.read(woken, 4096)
        if requests.fileno() in ready:
            _begin(requests, children)
        _reap(children)


def _begin(requests: socket.socket, children: dict[int, tuple[int, float]]) -> None:
    message, descriptors, _flags, _address = socket.recv_fds(requests, 2**16, 3)
    content, answer, told = descriptors
    asked = json.loads(message)
    pid = os.fork()
    if pid == 0:
        _work(asked, content, answer)
    for descriptor in (content, answer):
        os.close(descriptor)
    children[pid] = (told, time.monotonic() + asked["limits"]["seconds"])


def _reap(children: dict[int, tuple[int, float]]) -> None:
    """Say of each child that is gone how it ended; end those that took too long."""
    now = time.monotonic()
    for pid, (told, until) in list(children.items()):
        if until <= now:
            os.kill(pid, signal.SIGKILL)
        gone, status = os.waitpid(pid, 0 if until <= now else os.WNOHANG)
        if gone:
            del children[pid]
            with suppress(BrokenPipeError):  # whoever asked is gone
                os.write(told, b"late" if until <= now else str(status).encode())
            os.close(told)


def _end(children: dict[int, tuple[int, float]]) -> None:
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    os._exit(0)


def _work(asked: dict[str, Any], content: int, answer: int) -> None:
    """In the child: read, give everything up, parse, answer, end. Never returns."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        module, _colon, name = str(asked["function"]).partition(":")
        if not module.startswith(PARSERS):
            os._exit(2)
        function: Callable[..., Any] = getattr(importlib.import_module(module), name)
        read = _all(content)
        os.closerange(0, answer)
        os.closerange(answer + 1, MOST_OPEN)
        confine(Limits(**asked["limits"]))
        _write(answer, _answer(function, read, asked["arguments"]))
        code = 0
    finally:
        os._exit(code)


def _all(descriptor: int) -> bytes:
    pieces = []
    while piece := os.read(descriptor, PIECE):
        pieces.append(piece)
    return b"".join(pieces)


def _answer(function: Callable[..., Any], content: bytes, arguments: dict[str, Any]) -> bytes:
    try:
        return json.dumps({"found": function(content, **arguments)}, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", "surrogatepass"
        )
    except Refusal as error:
        return json.dumps({"refused": error.code, "params": error.params}).encode()
    except MemoryError:
        os._exit(3)
    except Exception as error:  # noqa: BLE001 - whatever a hostile file brought about is told, not shown
        return json.dumps({"broken": type(error).__name__}).encode()


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view[: 2**20]) :]


if __name__ == "__main__":
    main()
