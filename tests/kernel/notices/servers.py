"""Servers on loopback for the tests of what leaves the product: one that takes mails, one that answers calls."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast


@dataclass
class Post:
    """What a server of mails took. ``refuses`` answers every recipient with a code; ``breaks`` is called once a mail
    has been taken, before the server says so."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refuses: str = ""
    breaks: Callable[[], None] | None = None

    def text(self, place: int = -1) -> str:
        body = self.mails[place].get_body(("plain",))
        assert body is not None
        return cast("str", body.get_content())


@dataclass
class Site:
    """What a server was asked, and what it answers: the whole bytes of an answer, by path. Where it ``holds``, a
    connection stays open after the answer until that is set."""

    port: int = 0
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)
    holds: threading.Event | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in"


@contextmanager
def _serving(handler: type[socketserver.BaseRequestHandler]) -> Iterator[int]:
    socketserver.ThreadingTCPServer.daemon_threads = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def post_office() -> Iterator[Post]:
    """An SMTP server (RFC 5321) without encryption or log-in."""
    post = Post()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 here")
            for raw in self.rfile:
                verb = raw[:4].decode().upper()
                if verb == "DATA":
                    self.say("354 go on")
                    lines = list(iter(self.rfile.readline, b".\r\n"))
                    mail = message_from_bytes(b"".join(lines), policy=policy.default)
                    post.mails.append(cast("EmailMessage", mail))
                    if post.breaks:
                        post.breaks()
                    self.say("250 taken")
                elif verb == "RCPT" and post.refuses:
                    self.say(f"{post.refuses} <{raw.decode().strip()}> refused")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

    with _serving(Handler) as port:
        post.port = port
        yield post


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def web_site() -> Iterator[Site]:
    """An HTTP server that remembers what it was asked."""
    site = Site()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            target = self.rfile.readline().decode().split(" ")[1]
            headers: dict[str, str] = {}
            for raw in iter(self.rfile.readline, b"\r\n"):
                name, _colon, value = raw.decode().partition(":")
                headers[name.lower()] = value.strip()
            site.asked.append((target, headers, self.rfile.read(int(headers.get("content-length", 0)))))
            self.wfile.write(site.answers.get(target.partition("?")[0], OK))
            if site.holds:
                self.wfile.flush()
                site.holds.wait(10)

    with _serving(Handler) as port:
        site.port = port
        yield site


def redirect(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


def answer(body: bytes, **headers: Any) -> bytes:
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 200 OK\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body
