"""Log-in by OpenID Connect against an issuer of our own on loopback, honest and not."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from tests.pages.zone import client_of, context, text_of

from xianxing.kernel import clock
from xianxing.kernel.login.models import LoginSession, OutsideIdentity
from xianxing.kernel.login.oidc import find_provider, link
from xianxing.kernel.units.models import Person

pytestmark = pytest.mark.usefixtures("zone")
KEY = RSAKey.generate_key(2048, {"kid": "one"})


class Issuer(ThreadingHTTPServer):
    """An OpenID provider; ``lie`` changes claims or header, ``asked`` is what the token endpoint was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.claims: dict[str, Any] = {}
        self.lie: dict[str, Any] = {}
        self.token = ""
        self.asked: dict[str, str] = {}
        self.discovery: dict[str, Any] = {}

    def id_token(self) -> str:
        now = int(clock.instant().timestamp())
        told = {"iss": self.url, "aud": "xianxing", "sub": "u-1", "exp": now + 60, "iat": now}
        return self.token or jwt.encode({"alg": "RS256", "kid": "one"}, told | self.claims | self.lie, KEY)


class Answers(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        if self.path.endswith("openid-configuration"):
            base = self.server.url
            found = {name: f"{base}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
            self._say({"issuer": base, **found, **self.server.discovery})
        else:
            self._say(KeySet([KEY]).as_dict(private=False))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked = dict(parse_qsl(body))
        self._say({"access_token": "a", "token_type": "Bearer", "id_token": self.server.id_token()})

    def _say(self, told: object) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    server = Issuer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    told = {"name": "City account", "issuer": server.url, "client_id": "xianxing", "secret_file": ""}
    monkeypatch.setattr(settings, "OIDC", [{"code": "city", **told}, {"code": "other", **told}])
    yield server
    server.shutdown()
    server.server_close()


def begin(client: Client, issuer: Issuer) -> dict[str, str]:
    """Go to the provider, which remembers the nonce; returns what it was asked."""
    address = client.post("/oidc/city/", {"next": "/r/apartment/"})["Location"]
    assert address.startswith(f"{issuer.url}/authorization_endpoint?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    issuer.claims["nonce"] = asked["nonce"]
    return asked


def come_back(client: Client, asked: dict[str, str], **more: str) -> Any:
    return client.get("/oidc/city/back/", {"code": "c", "state": asked["state"], **more}, follow=True)


def linked(issuer: Issuer, login: str = "head", subject: str = "u-1") -> Client:
    provider = find_provider("city")
    assert provider is not None
    assert link(context("guard"), provider, subject, Person.objects.get(login=login).pk).done
    return Client(headers={"Accept-Language": "en"})


def is_in(client: Client) -> bool:
    return client.get("/r/apartment/").status_code == 200


def test_a_linked_account_enters_with_code_pkce_state_and_nonce(issuer: Issuer) -> None:
    client = linked(issuer)
    asked = begin(client, issuer)
    assert come_back(client, asked).redirect_chain[0][0] == "/r/apartment/"
    assert is_in(client)
    assert LoginSession.objects.get().way == "oidc"
    digest = hashlib.sha256(issuer.asked["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
    assert asked["code_challenge_method"] == "S256"
    assert issuer.asked["redirect_uri"] == asked["redirect_uri"] == "http://testserver/oidc/city/back/"


def test_an_account_linked_to_nobody_is_refused_whatever_it_claims(issuer: Issuer) -> None:
    linked(issuer, "head", "u-2")
    client = Client(headers={"Accept-Language": "en"})
    issuer.lie = {"email": "head@zone", "preferred_username": "head", "roles": ["security_admin"], "name": "head某"}
    page = text_of(come_back(client, begin(client, issuer)))
    assert "is linked to nobody here" in page
    assert "u-1" in page
    assert not is_in(client)


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"iss": "https://evil.example"},
        {"aud": "somebody-else"},
        {"aud": ["xianxing", "somebody-else"]},
        {"azp": "somebody-else"},
        {"exp": 1},
        {"iat": 9_999_999_999},
        {"sub": ""},
        {"sub": 7},
    ],
)
def test_a_token_that_does_not_fit_is_refused(issuer: Issuer, lie: dict[str, Any]) -> None:
    client = linked(issuer)
    asked = begin(client, issuer)
    issuer.lie = lie
    assert "does not prove who you are" in text_of(come_back(client, asked))
    assert not is_in(client)


def _part(told: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


@pytest.mark.parametrize("how", ["none", "shared secret", "another key", "no token"])
def test_a_token_nobody_signed_is_refused(issuer: Issuer, how: str) -> None:
    client = linked(issuer)
    asked = begin(client, issuer)
    payload = issuer.id_token().split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    if how == "none":
        issuer.token = f"{_part({'alg': 'none', 'kid': 'one'})}.{payload}."
    elif how == "shared secret":  # signed with the public key as if it were a secret
        signed = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{payload}"
        mac = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")
        issuer.token = f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
    elif how == "another key":
        issuer.token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048, {"kid": "one"}))
    else:
        issuer.token = "x"
    assert "does not prove who you are" in text_of(come_back(client, asked))
    assert not is_in(client)


def test_a_wrong_or_missing_state_is_refused_and_the_right_one_is_good_once(issuer: Issuer) -> None:
    client = linked(issuer)
    asked = begin(client, issuer)
    assert "does not prove" in text_of(come_back(client, asked | {"state": "guessed"}))
    assert "Begin again" in text_of(come_back(client, asked))
    asked = begin(client, issuer)
    assert "Begin again" in text_of(come_back(Client(headers={"Accept-Language": "en"}), asked))
    come_back(client, asked)
    client.post("/logout/")
    come_back(client, asked)
    assert not is_in(client)


def test_an_answer_of_another_issuer_is_refused(issuer: Issuer) -> None:
    client = linked(issuer)
    assert "does not prove" in text_of(come_back(client, begin(client, issuer), iss="https://evil.example"))
    asked = begin(client, issuer)  # begun with one provider, brought back to another
    client.get("/oidc/other/back/", {"code": "c", "state": asked["state"]})
    assert not is_in(client)
    issuer.discovery = {"authorization_response_iss_parameter_supported": True}
    assert "does not prove" in text_of(come_back(client, begin(client, issuer)))
    come_back(client, begin(client, issuer), iss=issuer.url)
    assert is_in(client)


@pytest.mark.parametrize("lie", [{"issuer": "https://evil.example"}, {"token_endpoint": "http://10.0.0.1/token"}])
def test_a_provider_that_misleads_is_not_followed(issuer: Issuer, lie: dict[str, str]) -> None:
    client = linked(issuer)
    asked = begin(client, issuer)
    issuer.discovery = lie
    come_back(client, asked)
    assert not is_in(client)


def test_a_person_links_their_own_account_after_logging_in_and_nobody_takes_it_over(issuer: Issuer) -> None:
    client = client_of("head")
    session = client.session
    session["proved_at"] = clock.instant().timestamp()
    session.save()
    come_back(client, begin(client, issuer))
    assert OutsideIdentity.objects.get().person.login == "head"
    thief = client_of("manager")
    assert thief.post("/oidc/city/")["Location"] == "/me/security/"  # not proved lately
    session = thief.session
    session["proved_at"] = clock.instant().timestamp()
    session.save()
    assert "linked to somebody else" in text_of(come_back(thief, begin(thief, issuer)))
    assert OutsideIdentity.objects.get().person.login == "head"


def test_a_link_begun_by_one_person_is_not_finished_by_another(issuer: Issuer) -> None:
    client = client_of("head")
    session = client.session
    session["proved_at"] = clock.instant().timestamp()
    session.save()
    asked = begin(client, issuer)
    client.post("/logout/")
    come_back(client, asked)
    assert not OutsideIdentity.objects.exists()


def test_an_unreachable_provider_is_said_in_words(issuer: Issuer) -> None:
    issuer.shutdown()
    issuer.server_close()
    page = Client(headers={"Accept-Language": "en"}).post("/oidc/city/", follow=True)
    assert "cannot be reached" in text_of(page)
