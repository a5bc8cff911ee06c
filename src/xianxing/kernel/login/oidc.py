"""Log-in proved by an OpenID provider (OpenID Connect Core 1.0): authorisation code, PKCE, state, nonce.

A provider says who somebody is, by issuer and subject, and nothing else: no e-mail, no name, no claim of its gives a
role or finds a person. The link was made before, by the person or by the security administrator.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpcore
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from xianxing.kernel import clock
from xianxing.kernel.actions.change import Outcome
from xianxing.kernel.actions.work import working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.login.models import OutsideIdentity
from xianxing.kernel.login.policy import REGISTER, may_guard
from xianxing.kernel.login.second import NOT_THEIRS
from xianxing.kernel.units.models import Person

__all__ = [
    "Linked",
    "Provider",
    "Waiting",
    "begin",
    "find_provider",
    "finish",
    "link",
    "linked_of",
    "linked_to",
    "providers",
    "unlink",
]

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by a key pair. ``none`` and the shared-secret ones are not among them."""
LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
LEEWAY, LONGEST, SECONDS = 60, 512 * 1024, 10.0
NOT_REACHED = Problem(
    "oidc_not_reached",
    _("The log-in of %(name)s cannot be reached"),
    _("Log in with your password, or try again later"),
)
NOT_PROVED = Problem(
    "oidc_not_proved",
    _("What %(name)s answered does not prove who you are"),
    _("Begin the log-in again from this page"),
)
TAKEN = Problem(
    "oidc_taken",
    _("This account is linked to somebody else"),
    _("Ask the security administrator to take that link away"),
)


@dataclass(frozen=True)
class Provider:
    """A provider of the settings. ``secret`` is read from its file when needed."""

    code: str
    name: str
    issuer: str
    client_id: str
    secret_file: str = ""

    @property
    def secret(self) -> str:
        return Path(self.secret_file).read_text(encoding="utf-8").strip() if self.secret_file else ""


@dataclass(frozen=True)
class Waiting:
    """What the session keeps while the person is at the provider."""

    provider: str
    state: str
    nonce: str
    verifier: str
    back: str


@dataclass(frozen=True)
class Linked:
    """An account at a provider linked to a person."""

    id: int
    issuer: str
    subject: str
    since: Any


def find_provider(code: str) -> Provider | None:
    """A provider of the settings by its code."""
    return next((one for one in providers() if one.code == code), None)


def providers() -> Sequence[Provider]:
    """All of them, in the order of the settings."""
    return [Provider(**told) for told in settings.OIDC]


def begin(provider: Provider, back: str) -> tuple[str, Waiting]:
    """The address to send the browser to, and what to keep. Raises :class:`Blocked` where it cannot be reached."""
    told = _discover(provider)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _each in range(3))
    waiting = Waiting(provider.code, state, nonce, verifier, back)
    digest = hashlib.sha256(waiting.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "scope": "openid",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "state": waiting.state,
        "nonce": waiting.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    address = _address(provider, told, "authorization_endpoint")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", waiting


def finish(provider: Provider, waiting: Waiting, answer: Mapping[str, str]) -> str:
    """The subject that the provider proved. Raises :class:`Blocked`; what came is told to nobody."""
    if waiting.provider != provider.code or not hmac.compare_digest(waiting.state, answer.get("state", "")):
        raise _not_proved(provider)
    # RFC 9207: an answer that names its issuer must name this one (mix-up).
    if answer.get("iss", provider.issuer) != provider.issuer or not answer.get("code"):
        raise _not_proved(provider)
    told = _discover(provider)
    if told.get("authorization_response_iss_parameter_supported") and "iss" not in answer:
        raise _not_proved(provider)
    form = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "redirect_uri": waiting.back,
        "client_id": provider.client_id,
        "code_verifier": waiting.verifier,
    }
    if provider.secret:
        form["client_secret"] = provider.secret
    tokens = _json(provider, _address(provider, told, "token_endpoint"), form)
    keys = _json(provider, _address(provider, told, "jwks_uri"))
    return _subject(provider, str(tokens.get("id_token", "")), keys, waiting.nonce)


def _subject(provider: Provider, token: str, keys: Mapping[str, Any], nonce: str) -> str:
    """OpenID Connect Core 1.0, 3.1.3.7: signature, issuer, audience, time, nonce."""
    try:
        claims = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=ALGORITHMS).claims  # type: ignore[arg-type]
        now = clock.instant().timestamp()
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        sound = (
            claims["iss"] == provider.issuer
            and provider.client_id in audience
            and (len(audience) == 1 or claims.get("azp") == provider.client_id)
            and claims.get("azp", provider.client_id) == provider.client_id
            and float(claims["exp"]) > now - LEEWAY
            and float(claims["iat"]) < now + LEEWAY
            and hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode())
        )
        subject = claims["sub"]
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _not_proved(provider) from error
    if not sound or not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise _not_proved(provider)
    return subject


def linked_to(provider: Provider, subject: str) -> Person | None:
    """The person an account is linked to, if that person may log in."""
    row = OutsideIdentity.objects.select_related("person").filter(issuer=provider.issuer, subject=subject).first()
    person: Person | None = row.person if row else None
    return person if person and person.deleted_at is None and person.is_active else None


def linked_of(person: int) -> list[Linked]:
    """The accounts linked to a person."""
    rows = OutsideIdentity.objects.filter(person_id=person).order_by("id")
    return [Linked(row.pk, row.issuer, row.subject, row.since) for row in rows]


def link(context: Context, provider: Provider, subject: str, person: int) -> Outcome:
    """Link an account: the person's own, just proved, or by the security administrator, not to themselves."""
    if context.actor != person and not may_guard(context):
        return Outcome("blocked", blockers=(Blocker(NOT_THEIRS),))
    with working(context, "link_account", REGISTER) as work:
        row, made = OutsideIdentity.objects.get_or_create(
            issuer=provider.issuer, subject=subject, defaults={"person_id": person, "since": clock.instant()}
        )
        if row.person_id != person:
            return Outcome("blocked", blockers=(Blocker(TAKEN),))
        if made:
            work.items.append(Item(REGISTER, person, "link_account", {}, {"issuer": provider.issuer}))
    return Outcome("done", (person,), entry=work.entry)


def unlink(context: Context, person: int, row: int) -> Outcome:
    """Take a link away: one's own, or by the security administrator."""
    if context.actor != person and not may_guard(context):
        return Outcome("blocked", blockers=(Blocker(NOT_THEIRS),))
    with working(context, "unlink_account", REGISTER) as work:
        if OutsideIdentity.objects.filter(person_id=person, pk=row).delete()[0]:
            work.items.append(Item(REGISTER, person, "unlink_account", {}, {}))
    return Outcome("done", (person,), entry=work.entry)


def _discover(provider: Provider) -> Mapping[str, Any]:
    told = _json(provider, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if told.get("issuer") != provider.issuer:
        raise _not_proved(provider)
    return told


def _address(provider: Provider, told: Mapping[str, Any], name: str) -> str:
    address = str(told.get(name, ""))
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Blocked((Blocker(NOT_REACHED, params={"name": provider.name}),))
    return address


def _json(provider: Provider, address: str, form: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """A JSON object fetched over TLS (plain only from loopback), without redirects, of at most 512 KiB."""
    address = _address(provider, {"at": address}, "at")
    content: bytes | None = None
    heads = [("Accept", "application/json")]
    if form is not None:
        content = urlencode(form).encode()
        heads.append(("Content-Type", "application/x-www-form-urlencoded"))
    limits = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
    body = b""
    try:
        with (
            httpcore.ConnectionPool() as pool,
            pool.stream(
                "POST" if form is not None else "GET",
                address,
                headers=heads,
                content=content,
                extensions={"timeout": limits},
            ) as answer,
        ):
            for part in answer.iter_stream():
                body += part
                if len(body) > LONGEST:
                    break
        told = json.loads(body) if answer.status == 200 and len(body) <= LONGEST else None
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError, ValueError) as error:
        raise Blocked((Blocker(NOT_REACHED, params={"name": provider.name}),)) from error
    if not isinstance(told, dict):
        raise _not_proved(provider)
    return told


def _not_proved(provider: Provider) -> Blocked:
    return Blocked((Blocker(NOT_PROVED, params={"name": provider.name}),))
