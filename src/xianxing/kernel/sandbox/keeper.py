"""The side of the product: hands a file to the cage and takes what was found, or a refusal in words.

The zygote starts with the first file and ends with its process; a child is forked for each file, which costs a few
milliseconds. Two files are read at a time; who comes third waits.
"""

import atexit
import json
import logging
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.sandbox.cage import Limits

__all__ = ["TOO_MUCH", "UNREADABLE", "run", "walls"]

LOG = logging.getLogger(__name__)
USUAL = Limits()
AT_ONCE = 2
PATIENCE = 90.0
GRACE = 5.0
"""Seconds beyond the limit after which nobody waits for the zygote any more."""
PIECE = 2**20
SOURCE = Path(__file__).resolve().parents[3]
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")

TOO_MUCH = Problem(
    "file_too_much",
    _("Reading the file takes more memory or time than a file may take"),
    _("Split it into several files, or save it anew from its program"),
)
UNREADABLE = Problem(
    "file_unreadable", _("The file cannot be read; it may be damaged"), _("Save it anew from its program and send that")
)
CROWDED = Problem("files_crowded", _("Several files are being read at the moment"), _("Try again in a minute"))


class _Zygote:
    """A process from which cages are forked, and the socket to ask it by."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._ask, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with there:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "xianxing.kernel.sandbox.zygote", str(there.fileno())],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=(there.fileno(),), cwd="/",
                env=_environment(),
            )  # fmt: skip
        self._lock = threading.Lock()

    @property
    def alive(self) -> bool:
        return self.owner == os.getpid() and self._process.poll() is None

    def ask(self, message: bytes, descriptors: list[int]) -> None:
        with self._lock:
            socket.send_fds(self._ask, [message], descriptors)

    def close(self) -> None:
        self._ask.close()
        if self.owner == os.getpid() and self._process.stdin:
            self._process.stdin.close()
            self._process.wait()


def _environment() -> dict[str, str]:
    """No secret of the installation, and one thread for each library."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    path = os.pathsep.join(filter(None, (str(SOURCE), os.environ.get("PYTHONPATH", ""))))
    return {**kept, "PYTHONPATH": path, "POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1", "PYTHONUTF8": "1"}


_STARTING = threading.Lock()
_TURN = threading.BoundedSemaphore(AT_ONCE)
_HELD: list[_Zygote] = []


def _zygote() -> _Zygote:
    with _STARTING:
        if not _HELD or not _HELD[0].alive:
            _close()
            _HELD.append(_Zygote())
        return _HELD[0]


@atexit.register
def _close() -> None:
    while _HELD:
        with suppress(OSError):
            _HELD.pop().close()


def run(
    function: str,
    content: bytes,
    *,
    refusals: Mapping[str, Problem] = MappingProxyType({}),
    limits: Limits = USUAL,
    field: str = "file",
    **arguments: Any,
) -> Any:
    """What a parser (``module:function`` below ``kernel/sandbox/parsers``) finds in a file, as JSON values.

    ``refusals`` are the problems that the parser may refuse with, by its own codes. Raises :class:`Blocked` for these,
    for a file that breaks the parser, and for one that takes more than the limits allow.
    """
    if not _TURN.acquire(timeout=PATIENCE):
        raise Blocked((Blocker(CROWDED, field=field),))
    try:
        answer, ended = _asked(f"{_PARSERS}{function}", content, limits, arguments)
    finally:
        _TURN.release()
    if ended != b"0" or len(answer) > limits.answer * 2**20:
        raise Blocked((Blocker(TOO_MUCH, field=field),))
    told = json.loads(answer.decode("utf-8", "surrogatepass"))
    if "found" in told:
        return told["found"]
    if "broken" in told:
        LOG.warning("%s broke on a file of %s bytes: %s", function, len(content), told["broken"])
    problem = refusals.get(told.get("refused", ""), UNREADABLE)
    raise Blocked((Blocker(problem, field=field, params=told.get("params", {})),))


_PARSERS = "xianxing.kernel.sandbox.parsers."


def _asked(function: str, content: bytes, limits: Limits, arguments: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """The child's answer, and how it ended."""
    message = json.dumps({"function": function, "limits": asdict(limits), "arguments": dict(arguments)}).encode()
    (given, give), (taken, put), (heard, tell) = os.pipe(), os.pipe(), os.pipe()
    with closing(_Ends(give, taken, heard)) as mine:
        with closing(_Ends(given, put, tell)):
            try:
                _zygote().ask(message, [given, put, tell])
            except OSError:  # it was ended this moment: another one is started
                _zygote().ask(message, [given, put, tell])
        with suppress(BrokenPipeError):
            view = memoryview(content)
            while view:
                view = view[os.write(give, view[:PIECE]) :]
        mine.drop(give)
        until = time.monotonic() + limits.seconds + GRACE
        answer = _until_end(taken, limits.answer * 2**20, until)
        mine.drop(taken)
        return answer, _until_end(heard, 64, until)


class _Ends:
    """Descriptors that are closed once."""

    def __init__(self, *descriptors: int) -> None:
        self._open = set(descriptors)

    def drop(self, descriptor: int) -> None:
        self._open.discard(descriptor)
        os.close(descriptor)

    def close(self) -> None:
        for descriptor in list(self._open):
            self.drop(descriptor)


def _until_end(descriptor: int, most: int, until: float) -> bytes:
    pieces, size = [], 0
    while size <= most and select.select([descriptor], [], [], max(0.0, until - time.monotonic()))[0]:
        if not (piece := os.read(descriptor, PIECE)):
            break
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


@cache
def walls() -> Mapping[str, bool]:
    """What a parser that was taken over could still do on this machine, tried out: see the probe."""
    found: dict[str, bool] = run("probe:attempts", b"")
    return found
