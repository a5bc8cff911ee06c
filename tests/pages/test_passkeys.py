"""Passkeys in a real Chromium with an authenticator that Chromium plays; and answers that do not fit."""

import json
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page
from tests.pages.zone import PASSWORD, context, make_zone

from xianxing.kernel.login.models import Passkey
from xianxing.kernel.login.passkeys import Door, ask_key, bearer_of
from xianxing.kernel.units.login import set_password
from xianxing.kernel.units.models import Person


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A device that verifies its user by itself."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def left(page: Page) -> None:
    """Logged out in the browser alone, once the page before has loaded: it may break off what comes next."""
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()


def log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/login/")
    page.fill("#login", "leader")
    page.fill("#password", PASSWORD)
    page.locator("form[action='/login/'] button").click()


def test_a_passkey_is_registered_enters_alone_and_as_second_step_and_is_removed(live_server: Any, page: Page) -> None:
    make_zone()
    set_password(context("leader"), Person.objects.get(login="leader"), PASSWORD).must()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    device, which = authenticator(page)
    address = live_server.url
    key = "form[data-passkey] button"

    log_in(page, address)  # a leader is held until a second factor is there
    page.wait_for_url("**/me/security/codes/")
    page.fill("#key-name", "这台电脑")
    page.click(key)
    page.wait_for_selector(".links .code")
    assert page.locator(".links .code").count() == 10
    with page.expect_navigation():
        page.locator("main a.button").click()
    assert Passkey.objects.get().name == "这台电脑"

    left(page)  # alone
    page.goto(f"{address}/login/?next=/r/apartment/")
    page.click(key)
    page.wait_for_url("**/r/apartment/")

    left(page)  # as the second step
    log_in(page, address)
    page.wait_for_url("**/login/second/")
    page.click(key)
    page.wait_for_url(f"{address}/")
    assert Passkey.objects.get().count >= 2

    device.send("WebAuthn.setUserVerified", {"authenticatorId": which, "isUserVerified": False})
    left(page)
    page.goto(f"{address}/login/")
    page.click(key)
    page.locator("[data-passkey-said]:not(:empty)").wait_for()  # the page forbids a function given as text
    assert page.url.endswith("/login/")

    device.send("WebAuthn.setUserVerified", {"authenticatorId": which, "isUserVerified": True})
    page.click(key)
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/me/security/")
    page.locator(".links details summary").first.click()
    page.locator("[id^=password-]").fill(PASSWORD)
    page.locator(".links details form button").click()
    page.wait_for_load_state()
    assert not Passkey.objects.exists()
    assert complaints == []


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["", "x", "[]", "{}", json.dumps({"id": "AAAA", "response": {}}), '{"id": null}'])
def test_an_answer_that_is_none_is_refused(answer: str) -> None:
    door = Door("localhost", ("http://localhost",))
    _asked, challenge = ask_key(door)
    assert bearer_of(door, challenge, answer) is None
