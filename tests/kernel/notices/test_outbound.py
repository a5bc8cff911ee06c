"""A call outside goes to listed hosts at public addresses only, to the one address that was checked, and ends."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings
from tests.kernel.notices.servers import Site, answer, redirect, web_site

from xianxing.kernel.blockers import Refused
from xianxing.kernel.notices import outbound
from xianxing.kernel.notices.outbound import ANSWER_LIMIT, Unreached, check_url, post


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    with web_site() as site:
        settings.WEBHOOK_PRIVATE = frozenset((f"127.0.0.1:{site.port}", f"hooks.example:{site.port}"))
        settings.WEBHOOK_HOSTS = settings.WEBHOOK_PRIVATE | {"public.example"}
        yield site


def resolves(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Every name resolves to these; the names asked for are noted."""
    asked: list[str] = []

    def answered(host: str, port: int, *_args: Any, **_rest: Any) -> list[Any]:
        asked.append(host)
        if host[0].isdigit():  # the connection itself asks for the numbers that it was given
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", answered)
    return asked


def refused(url: str) -> str:
    with pytest.raises(Refused) as error:
        post(url, {}, b"")
    return error.value.problem.code


@pytest.mark.parametrize(
    "url",
    [
        "ftp://public.example/", "http://public.example/", "https://user:pw@public.example/",
        "https://public.example/#x", "https:///x", "https://public.example:x/",
        "https://public.example\\@evil.example/", "https://开发区.example/",
        "",
    ],
)  # fmt: skip
def test_an_address_that_is_not_plain_https_is_refused(site: Site, url: str) -> None:
    with pytest.raises(Refused) as error:
        check_url(url)
    assert error.value.problem.code == "bad_url"


def test_a_key_in_the_address_is_refused_where_an_address_is_entered(site: Site) -> None:
    with pytest.raises(Refused):
        check_url("https://public.example/send?key=secret")


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "https://public.example:8443/", "https://public.example.evil.example/"]
)
def test_a_host_or_port_that_is_not_listed_is_refused(site: Site, url: str) -> None:
    assert refused(url) == "host_not_listed"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
        "224.0.0.1", "::1", "fd00::1",
        "fe80::1%eth0", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_a_listed_name_that_resolves_to_no_public_address_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    resolves(monkeypatch, address)
    assert refused("https://public.example/") == "address_not_public"


def test_one_private_address_among_public_ones_refuses_them_all(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    resolves(monkeypatch, "93.184.216.34", "10.0.0.8")
    assert refused("https://public.example/") == "address_not_public"


def test_a_name_is_resolved_once_and_the_call_goes_to_that_address(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves otherwise the second time (DNS rebinding) has no second time."""
    asked = resolves(monkeypatch, "127.0.0.1")
    assert post(f"http://hooks.example:{site.port}/in", {"Content-Type": "application/json"}, b"{}").status == 200
    assert asked == ["hooks.example", "127.0.0.1"]
    ((target, headers, body),) = site.asked
    assert (target, headers["host"], body) == ("/in", f"hooks.example:{site.port}", b"{}")


def test_the_connection_is_made_to_the_checked_address_with_the_name_for_tls(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[tuple[str, int]] = []
    named: list[str | None] = []

    class Wire(outbound.httpcore.NetworkStream):
        def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Any:
            named.append(server_hostname)
            raise outbound.httpcore.ConnectError("far enough")

        def close(self) -> None:
            pass

    def connect(_self: Any, host: str, port: int, *_args: Any, **_rest: Any) -> Any:
        connected.append((host, port))
        return Wire()

    monkeypatch.setattr(outbound.httpcore.SyncBackend, "connect_tcp", connect)
    resolves(monkeypatch, "93.184.216.34")
    with pytest.raises(Unreached):
        post("https://public.example/", {}, b"")
    assert (connected, named) == ([("93.184.216.34", 443)], ["public.example"])


def test_a_redirect_is_not_followed(site: Site) -> None:
    site.answers["/in"] = redirect(f"http://127.0.0.1:{site.port}/elsewhere")
    got = post(site.url, {}, b"{}")
    assert (got.status, got.accepted) == (302, False)
    assert [target for target, _headers, _body in site.asked] == ["/in"]


def test_of_an_endless_answer_only_the_beginning_is_read(site: Site) -> None:
    site.answers["/in"] = answer(b"x" * (20 * ANSWER_LIMIT))
    assert len(post(site.url, {}, b"").body) == ANSWER_LIMIT


def test_a_server_that_never_ends_its_answer_runs_out_of_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "PATIENCE", 0.3)
    site.answers["/in"] = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nx"
    site.holds = threading.Event()
    try:
        with pytest.raises(Unreached):
            post(site.url, {}, b"")
    finally:
        site.holds.set()


def test_a_host_that_does_not_answer_is_not_reached(settings: Settings) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        settings.WEBHOOK_HOSTS = settings.WEBHOOK_PRIVATE = frozenset((f"127.0.0.1:{port}",))
        with pytest.raises(Unreached):
            post(f"http://127.0.0.1:{port}/", {}, b"")
