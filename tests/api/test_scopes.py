"""A token's scope: some registers only, reading only, and no other token made with it."""

from datetime import timedelta
from typing import Any

import pytest
from tests.api.zone import Caller, context, make_zone

from xianxing.api.tokens import issue
from xianxing.kernel import clock


@pytest.fixture(autouse=True)
def zone(db: None) -> None:
    make_zone()


def bearer(**scope: Any) -> Caller:
    outcome, secret = issue(context("officer"), "x", "officer", clock.local_today() + timedelta(days=30), **scope)
    assert outcome.done
    return Caller(secret)


def test_a_token_for_some_registers_opens_no_other_address() -> None:
    held = bearer(only=["unit"])
    assert held("GET", "/unit").status_code == 200
    assert {held("GET", path).status_code for path in ("/apartment", "/me", "/registers", "/audit")} == {401}


def test_a_token_that_reads_changes_nothing() -> None:
    held = bearer(reads=True)
    assert held("GET", "/unit").status_code == 200
    assert held("POST", "/apartment", {"name": "x"}).status_code == 401
    assert held("DELETE", "/token/1", {"reason": "x"}).status_code == 401


@pytest.mark.parametrize("scope", [{"reads": True}, {"only": ["token"]}])
def test_a_token_with_a_scope_makes_no_token_without(scope: dict[str, Any]) -> None:
    body = {"label": "y", "post": "officer", "expires_on": str(clock.local_today() + timedelta(days=9))}
    assert bearer(**scope)("POST", "/token/issue", body).status_code == 401


def test_a_scope_names_registers_that_exist() -> None:
    until = clock.local_today() + timedelta(days=9)
    outcome, secret = issue(context("officer"), "x", "officer", until, only=["none"])
    assert outcome.blockers[0].code == "bad_scope"
    assert not secret
