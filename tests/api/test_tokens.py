"""One's own tokens on page and command line: made after proof, shown once, seen without secret, revoked."""

import json
import re
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests.api.zone import Caller
from tests.pages.zone import client_of, context, make_zone, text_of
from typer.testing import CliRunner

from xianxing.api.registers import TOKENS
from xianxing.api.tokens import issue, revoke, tokens_of
from xianxing.cli.main import app
from xianxing.kernel import clock
from xianxing.kernel.audit.models import AuditEntry
from xianxing.kernel.blockers import Blocked
from xianxing.pages.addresses import by_id

HERE = "/me/tokens/"


@pytest.fixture(autouse=True)
def zone(db: None) -> None:
    make_zone()


def browser(post: str = "officer") -> Client:
    """Somebody who has just logged in."""
    client = client_of(post)
    session = client.session
    session["proved_at"] = clock.instant().timestamp()
    session.save()
    return client


def sent(**given: Any) -> dict[str, Any]:
    until = clock.local_today() + timedelta(days=30)
    return {"label": "月报", "post": "officer", "expires_on": until.isoformat(), "reads": "1", **given}


def made(client: Client, **given: Any) -> str:
    page = client.post(f"{HERE}make/", sent(**given))
    found = re.search(r"xx_[\w-]{43}", text_of(page))
    assert found, text_of(page)
    return found.group()


def page_of(pk: int) -> str:
    """The register's own page of a token."""
    return by_id(TOKENS, pk)


def held(post: str = "officer", **scope: Any) -> tuple[int, str]:
    outcome, secret = issue(context(post), "x", post, clock.local_today() + timedelta(days=30), **scope)
    return outcome.must().records[0], secret


def test_a_token_made_on_the_page_works_and_its_secret_is_shown_no_second_time() -> None:
    client = browser()
    secret = made(client)
    assert Caller(secret)("GET", "/me").json()["seat"] == "officer"
    page = text_of(client.get(HERE))
    assert secret[:9] in page
    assert secret[9:] not in page
    assert secret not in text_of(client.get(page_of(tokens_of(context("officer"))[0].id)))
    assert AuditEntry.objects.filter(action="issue token").count() == 1


def test_whoever_has_not_just_logged_in_makes_no_token() -> None:
    client = client_of("officer")
    assert f"{HERE}make/" not in text_of(client.get(HERE))
    assert client.post(f"{HERE}make/", sent()).status_code == 302
    assert tokens_of(context("officer")) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"label": ""}, "label"),
        ({"post": "head"}, "post"),
        ({"expires_on": "2017-01-01"}, "expires_on"),
        ({"expires_on": "soon"}, "expires_on"),
        ({"only": "nothing"}, "only"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(given: dict[str, str], field: str) -> None:
    page = browser().post(f"{HERE}make/", sent(label="年报") | given)
    assert page.status_code == 422
    assert f'id="error-{field}"' in text_of(page)
    assert given.get("label", "年报") in text_of(page)
    assert tokens_of(context("officer")) == []


def test_the_page_says_when_a_token_was_last_used() -> None:
    client = browser()
    secret = made(client)
    assert tokens_of(context("officer"))[0].used is None
    Caller(secret)("GET", "/me")
    (token,) = tokens_of(context("officer"))
    assert token.used
    assert clock.instant() - token.used < timedelta(minutes=1)
    assert "last used" in text_of(client.get(HERE))
    assert "last used" in text_of(client_of("guard").get(page_of(token.id)))


def test_a_revoked_token_lets_nobody_in_any_more_and_leaves_no_mark() -> None:
    client = browser()
    secret = made(client)
    Caller(secret)("GET", "/me")
    assert client.post(f"{HERE}{tokens_of(context('officer'))[0].id}/revoke/").status_code == 302
    assert Caller(secret)("GET", "/me").status_code == 401
    assert tokens_of(context("officer")) == []
    assert not (Path(settings.HOME) / "tokens" / sha256(secret.encode()).hexdigest()).exists()
    entry = AuditEntry.objects.get(action="revoke token")
    assert entry.reason


def test_nobody_sees_or_revokes_the_token_of_another_but_the_administrators_of_security_and_audit() -> None:
    pk, secret = held()
    for stranger in ("head", "leader", "admin"):
        assert client_of(stranger).get(page_of(pk)).status_code == 404
        with pytest.raises(Blocked):
            revoke(context(stranger), pk)
    assert [one.id for one in tokens_of(context("auditor"), everybodys=True)] == [pk]
    with pytest.raises(Blocked):
        revoke(context("auditor"), pk)
    assert tokens_of(context("guard")) == []
    assert "/r/token/" in text_of(client_of("guard").get(HERE))
    assert revoke(context("guard"), pk).done
    assert Caller(secret)("GET", "/me").status_code == 401


def run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


def test_the_terminal_lists_and_revokes_tokens_and_shows_no_secret_twice() -> None:
    done = run("token", "create", "月报", "--as", "officer", "--reads")
    secret = done.stdout.strip().splitlines()[-1]
    listed = run("token", "list", "--as", "officer", "--json")
    (token,) = json.loads(listed.stdout)
    assert (token["prefix"], token["reads"]) == (secret[:9], True)
    assert secret not in listed.stdout
    assert secret[:9] in run("token", "list", "--as", "guard", "--all").stdout
    assert run("token", "revoke", str(token["id"]), "--as", "head").exit_code == 2
    assert run("token", "revoke", str(token["id"]), "--as", "officer", "--reason", "done").exit_code == 0
    assert Caller(secret)("GET", "/me").status_code == 401
