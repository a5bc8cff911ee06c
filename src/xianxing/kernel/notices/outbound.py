"""Calling an address outside: an allow-list, one resolution, a pinned connection, no redirects, limits on all of it.

Whoever can name an address could otherwise make the server call machines that only the server reaches, by a name that
resolves to a public address when it is checked and to a private one when it is called.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpcore
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Problem, Refused

__all__ = ["ANSWER_LIMIT", "Answer", "Unreached", "check_url", "post"]

PATIENCE = 15.0
"""Seconds for a whole call, from connecting to the last byte of the answer."""
ANSWER_LIMIT = 64 * 1024
NAT64 = ipaddress.ip_network("64:ff9b::/96")
BAD_URL = Problem(
    "bad_url",
    _("“%(value)s” is not an address that a webhook can have"),
    _("Give https://host/path without user, key or “#”; keys are entered apart"),
)
NOT_LISTED = Problem(
    "host_not_listed",
    _("The host %(host)s is not on the list of those that webhooks may call"),
    _("Let whoever runs the server name it in XIANXING_WEBHOOK_HOSTS"),
)
NOT_PUBLIC = Problem(
    "address_not_public",
    _("The host %(host)s lies at %(address)s, which is not a public address"),
    _("Let whoever runs the server name it in XIANXING_WEBHOOK_PRIVATE, if that is meant"),
)


class Unreached(Exception):
    """No answer came; a later try may get one. Its text says why, without anything that was sent."""


@dataclass(frozen=True)
class Answer:
    """What came back: the status and the beginning of the body."""

    status: int
    body: str = ""

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


def check_url(url: str, query: bool = False) -> SplitResult:
    """The parts of an address that may be called; raises :class:`Refused`. Only a call itself has a ``query``."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused(BAD_URL) from error
    odd = any(not 0x20 < ord(character) < 0x7F or character == "\\" for character in url)
    if odd or not host or "@" in parts.netloc or parts.fragment or (parts.query and not query):
        raise Refused(BAD_URL)
    named = {f"{host}:{port or _usual(parts)}", *([host] if port in (None, 443) else [])}
    if parts.scheme != "https" and not (parts.scheme == "http" and named & settings.WEBHOOK_PRIVATE):
        raise Refused(BAD_URL)
    if not named & settings.WEBHOOK_HOSTS:
        raise Refused(NOT_LISTED, host=host)
    return parts


def _usual(parts: SplitResult) -> int:
    return 80 if parts.scheme == "http" else 443


def post(url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Send a body and read the answer. Raises :class:`Refused` where the call is not allowed, or :class:`Unreached`."""
    parts = check_url(url, query=True)
    host, port = parts.hostname or "", parts.port or _usual(parts)
    address = _resolve(host, port)
    until = time.perf_counter() + PATIENCE
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    called = httpcore.URL(
        scheme=parts.scheme.encode(), host=host.encode(), port=parts.port, target=target.encode("ascii")
    )
    backend = _Pinned(address, until)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=backend) as pool,
            pool.stream("POST", called, headers=list(headers.items()), content=body) as response,
        ):
            return Answer(response.status, _beginning(response.iter_stream()))
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise Unreached(f"{type(error).__name__}: {error}"[:200]) from error


def _beginning(pieces: Iterable[bytes]) -> str:
    read = b""
    for piece in pieces:
        read += piece
        if len(read) >= ANSWER_LIMIT:
            break
    return read[:ANSWER_LIMIT].decode("utf-8", "replace")


def _resolve(host: str, port: int) -> str:
    """The one address that is called. Where any address of a name is not public, none of them is called."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreached(f"{host}: {error}") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not {host, f"{host}:{port}"} & settings.WEBHOOK_PRIVATE:
        for address in addresses:
            if not _public(address):
                raise Refused(NOT_PUBLIC, host=host, address=address)
    return addresses[0]


def _public(text: str) -> bool:
    """Whether an address is public, also the one that is wrapped in it (mapped, 6to4, Teredo, NAT64)."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return _public(str(address.ipv4_mapped))
        if address.sixtofour or address.teredo or address in NAT64:
            return False
    return address.is_global and not address.is_multicast


class _Wire(httpcore.NetworkStream):
    """A connection on which every step has only what is left of the patience: a trickle of bytes cannot hold it."""

    def __init__(self, inner: httpcore.NetworkStream, until: float) -> None:
        self._inner, self._until = inner, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._until))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Wire(self._inner.start_tls(ssl_context, server_hostname, _left(self._until)), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Pinned(httpcore.NetworkBackend):
    """Connects to the one checked address, whatever the name would resolve to by now; TLS still checks the name."""

    def __init__(self, address: str, until: float) -> None:
        self._address, self._until, self._plain = address, until, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        return _Wire(self._plain.connect_tcp(self._address, port, _left(self._until)), self._until)


def _left(until: float) -> float:
    left = until - time.perf_counter()
    if left <= 0:
        raise httpcore.ReadTimeout("out of time")
    return left
