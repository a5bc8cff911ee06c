"""Second step, sessions, lock-out and the administrator's page, as browsers meet them."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.test import Client
from tests.pages.zone import DAY, PASSWORD, client_of, context, text_of

from xianxing.kernel import clock
from xianxing.kernel.audit.models import AuditEntry
from xianxing.kernel.context import Context
from xianxing.kernel.login import second, sessions
from xianxing.kernel.login.models import LoginSession, TimeCode
from xianxing.kernel.login.policy import USUAL, policy, set_policy
from xianxing.kernel.personal.keys import unwrap
from xianxing.kernel.units.login import issue_code, set_password
from xianxing.kernel.units.models import Person

pytestmark = [pytest.mark.usefixtures("zone"), pytest.mark.any_store]


def person(login: str) -> Person:
    return Person.objects.get(login=login)


def code_of(login: str, steps: int = 0) -> str:
    row = TimeCode.objects.get(person__login=login)
    return code_from(unwrap(row.secret, f"time-code:{row.person_id}"), steps)


def code_from(secret: bytes, steps: int = 0) -> str:
    at = int(clock.instant().timestamp()) + 30 * steps
    return TOTP(secret, 6, SHA1(), 30).generate(at).decode()  # noqa: S303 - what applications speak


def with_password(login: str) -> Client:
    set_password(context(login), person(login), PASSWORD).must()
    return Client(headers={"Accept-Language": "en"})


def with_codes(login: str) -> tuple[Client, list[str]]:
    """A person with password and codes, in a browser that is not logged in; and the recovery codes."""
    client, sealed = with_password(login), second.new_secret(person(login).pk)
    typed = code_from(unwrap(sealed, f"time-code:{person(login).pk}"), -1)
    outcome, recovery = second.enrol(context(login), sealed, typed)
    assert outcome.done
    return client, list(recovery)


def log_in(client: Client, login: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/login/", {"login": login, "password": password}, **more)


def test_with_codes_the_password_alone_opens_nothing() -> None:
    client, _recovery = with_codes("head")
    assert log_in(client, "head")["Location"] == "/login/second/"
    assert client.get("/r/apartment/")["Location"].startswith("/login/")
    assert client.get("/api/apartment").status_code == 401
    assert client.post("/login/second/", {"code": "000000"}).status_code == 422
    assert client.post("/login/second/", {"code": code_of("head")})["Location"] == "/"
    assert client.get("/r/apartment/").status_code == 200


def test_a_code_is_good_once_and_so_is_a_recovery_code() -> None:
    client, recovery = with_codes("head")
    for code, again in ((code_of("head"), 422), (recovery[0].lower(), 422)):
        log_in(client, "head")
        assert client.post("/login/second/", {"code": code}).status_code == 302
        other = Client()
        log_in(other, "head")
        assert other.post("/login/second/", {"code": code}).status_code == again
    assert second.codes_left(person("head").pk) == 9


def test_guessing_codes_is_locked_even_with_the_right_password_typed_in_between() -> None:
    client, _recovery = with_codes("head")
    for _guess in range(5):
        log_in(client, "head")
        client.post("/login/second/", {"code": "000000"})
    log_in(client, "head")
    shut = client.post("/login/second/", {"code": code_of("head")})
    assert shut.status_code == 422
    assert "locked" in text_of(shut)


def test_the_second_step_ends_when_the_password_changes_meanwhile() -> None:
    client, _recovery = with_codes("head")
    log_in(client, "head")
    set_password(context("head"), person("head"), PASSWORD + "-new").must()
    assert client.post("/login/second/", {"code": code_of("head")})["Location"] == "/login/"


def test_the_secret_lies_sealed_in_the_store() -> None:
    with_codes("head")
    row = TimeCode.objects.get()
    clear = unwrap(row.secret, f"time-code:{row.person_id}")
    assert clear.hex() not in row.secret
    master = (Path(settings.HOME) / "keys" / "master.key").read_bytes()
    assert master.hex() not in row.secret


def test_a_leader_enrols_a_second_factor_before_anything_else() -> None:
    client = with_password("leader")
    assert log_in(client, "leader")["Location"] == "/me/security/codes/"
    assert client.get("/r/apartment/")["Location"] == "/me/security/codes/"
    assert client.get("/api/apartment").status_code == 401
    page = text_of(client.get("/me/security/codes/"))
    assert "<svg" in page
    assert "Your post needs a second step" in page
    sealed = client.session["time-code"]
    typed = code_from(unwrap(sealed, f"time-code:{person('leader').pk}"))
    told = text_of(client.post("/me/security/codes/", {"code": typed}))
    assert len(set(re.findall(r"[A-Z2-9]{5}-[A-Z2-9]{5}", told))) == 10
    assert client.get("/r/apartment/").status_code == 200


def test_codes_are_given_up_with_password_and_code_only() -> None:
    client, _recovery = with_codes("head")
    log_in(client, "head")
    client.post("/login/second/", {"code": code_of("head")})
    url, right = "/me/security/codes/remove/", {"password": PASSWORD, "code": code_of("head", 1)}
    assert client.post(url, right | {"password": "wrong"}).status_code == 422
    assert client.post(url, right | {"code": "000000"}).status_code == 422
    assert second.has_codes(person("head").pk)
    assert client.post(url, right).status_code == 302
    assert not second.has_codes(person("head").pk)


def test_a_browser_left_open_does_not_change_how_one_logs_in() -> None:
    client = with_password("head")
    log_in(client, "head")
    session = client.session
    session["proved_at"] = session["proved_at"] - 601
    session.save()
    assert client.get("/me/security/codes/")["Location"] == "/me/security/"
    assert client.post("/me/security/passkeys/ask/")["Location"] == "/me/security/"
    assert client.post("/me/security/prove/", {"password": "wrong"}).status_code == 422
    client.post("/me/security/prove/", {"password": PASSWORD})
    assert client.get("/me/security/codes/").status_code == 200


def test_an_address_that_tries_many_names_is_locked() -> None:
    client = with_password("head")
    for number in range(USUAL.address_tries):
        log_in(client, f"nobody-{number}", REMOTE_ADDR="10.9.9.9")
    assert log_in(client, "head", REMOTE_ADDR="10.9.9.9").status_code == 422
    assert log_in(client, "head", REMOTE_ADDR="10.9.9.8").status_code == 302


def test_a_proxy_nobody_named_is_not_believed() -> None:
    client = with_password("head")
    log_in(client, "head", REMOTE_ADDR="10.9.9.9", headers={"X-Forwarded-For": "1.2.3.4"})
    assert LoginSession.objects.latest("pk").address == "10.9.9.9"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "PROXIES", frozenset({"10.9.9.9"}))
        log_in(client, "head", REMOTE_ADDR="10.9.9.9", headers={"X-Forwarded-For": "6.6.6.6, 1.2.3.4"})
    assert LoginSession.objects.latest("pk").address == "1.2.3.4"


def test_failures_and_log_ins_are_audited_and_told_to_the_person() -> None:
    client = with_password("head")
    log_in(client, "head", "wrong")
    log_in(client, "my-password-in-the-wrong-field", "wrong")
    log_in(client, "head")
    told = list(AuditEntry.objects.filter(register="login").order_by("number").values_list("action", "reason"))
    assert [action for action, _reason in told] == ["log_in_refused", "log_in_refused", "log_in"]
    assert "127.0.0.1" in told[0][1]
    assert not any("wrong-field" in reason for _action, reason in told)
    page = text_of(client.get("/me/security/"))
    assert "not let in" in page
    assert "127.0.0.1" in page


def test_the_session_key_changes_at_log_in_and_the_old_cookie_is_worth_nothing() -> None:
    client = with_password("head")
    client.get("/login/")
    log_in(client, "head")
    first = client.cookies["sessionid"].value
    log_in(client, "head")
    assert client.cookies["sessionid"].value != first
    thief = Client()
    thief.cookies["sessionid"] = first
    assert thief.get("/r/apartment/").status_code == 302


def test_one_ends_ones_other_sessions_and_no_one_elses() -> None:
    client, other = with_password("head"), Client()
    for browser in (client, other):
        log_in(browser, "head")
    stranger = client_of("manager")
    row = LoginSession.objects.get(person__login="manager")
    client.post("/me/security/sessions/", {"session": str(row.pk)})
    assert stranger.get("/r/apartment/").status_code == 200
    client.post("/me/security/sessions/", {"session": "others"})
    assert other.get("/r/apartment/").status_code == 302
    assert client.get("/r/apartment/").status_code == 200


def test_a_sixth_session_ends_the_oldest() -> None:
    browsers = [with_password("head")] + [Client() for _browser in range(5)]
    for browser in browsers:
        log_in(browser, "head")
    assert [b.get("/r/apartment/").status_code for b in browsers] == [302] + [200] * 5


def test_a_new_password_ends_all_other_sessions_and_needs_the_old_one() -> None:
    client, other = with_password("head"), Client()
    for browser in (client, other):
        log_in(browser, "head")
    sent = {"password": PASSWORD + "-x", "again": PASSWORD + "-x"}
    assert client.post("/password/", sent).status_code == 422
    assert client.post("/password/", sent | {"current": PASSWORD}).status_code == 302
    assert client.get("/r/apartment/").status_code == 200
    assert other.get("/r/apartment/").status_code == 302


def test_idle_and_old_sessions_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    client, begun = client_of("head"), clock.instant()

    def after(minutes: int) -> int:
        monkeypatch.setattr(clock, "instant", lambda: begun + timedelta(minutes=minutes))
        return client.get("/r/apartment/").status_code

    assert [after(minutes) for minutes in (29, 58)] == [200, 200]
    assert after(89) == 302
    monkeypatch.setattr(clock, "instant", lambda: begun)
    client = client_of("head")
    assert {after(minutes) for minutes in range(20, 12 * 60, 20)} == {200}
    assert after(12 * 60) == 302


def test_the_last_five_passwords_are_not_taken_again() -> None:
    with_password("head")
    for number in range(4):
        set_password(context("head"), person("head"), f"{PASSWORD}-{number}").must()
    assert set_password(context("head"), person("head"), PASSWORD).blockers[0].code == "weak_password"
    set_password(context("head"), person("head"), f"{PASSWORD}-5").must()
    assert set_password(context("head"), person("head"), PASSWORD).done


@pytest.mark.parametrize("weak", ["abcdefghij1", "abcdefghijklmnopqrst", "ABCDEFGH-K"])
def test_a_password_of_too_few_kinds_of_signs_is_refused(weak: str) -> None:
    assert set_password(context("head"), person("head"), weak).blockers[0].code == "weak_password"


def test_a_password_grows_old_where_the_zone_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    client = with_password("head")
    rules = USUAL.__class__(USUAL.roles, password_days=90)
    assert set_policy(context("guard"), rules).done
    now = clock.instant()
    monkeypatch.setattr(clock, "instant", lambda: now + timedelta(days=91))
    assert log_in(client, "head")["Location"] == "/password/"


def test_the_administrator_sees_unlocks_ends_and_resets() -> None:
    client, _recovery = with_codes("head")
    for _try in range(5):
        log_in(client, "head", "wrong")
    guard = client_of("guard")
    assert "locked" in text_of(guard.get("/log-ins/"))
    url = f"/log-ins/{person('head').pk}/"
    assert "locked" in text_of(guard.get(url))
    guard.post(f"{url}unlock/")
    assert log_in(client, "head")["Location"] == "/login/second/"
    client.post("/login/second/", {"code": code_of("head")})
    guard.post(f"{url}end-all/")
    assert client.get("/r/apartment/").status_code == 302
    guard.post(f"{url}reset/")
    assert not second.has_factor(person("head").pk)
    assert log_in(client, "head")["Location"] == "/"
    assert AuditEntry.objects.filter(action="reset_factors", actor_name="guard某").exists()


@pytest.mark.parametrize("post", ["admin", "auditor", "leader", "head"])
def test_nobody_else_reaches_the_administrators_pages(post: str) -> None:
    client, url = client_of(post), f"/log-ins/{person('head').pk}/"
    assert {client.get(u).status_code for u in ("/log-ins/", "/log-ins/rules/", url)} == {404}
    assert {client.post(f"{url}{deed}/").status_code for deed in ("unlock", "end-all", "reset", "link")} == {404}
    assert set_policy(context(post), USUAL).state == "blocked"
    assert second.reset(context(post), person("guard").pk).state == "blocked"


def test_the_rules_are_set_on_their_page_within_their_bounds() -> None:
    guard = client_of("guard")
    assert guard.get("/log-ins/rules/").status_code == 200
    sent = {n: getattr(USUAL, n) for n in USUAL.__dataclass_fields__ if n != "roles"} | {"roles": ["unit_head"]}
    wrong = guard.post("/log-ins/rules/", sent | {"name_tries": "1000", "session_hours": "x"})
    assert wrong.status_code == 422
    assert guard.post("/log-ins/rules/", sent | {"idle_minutes": "0", "sessions": 2}).status_code == 302
    assert (policy().roles, policy().idle_minutes, policy().sessions) == ({"unit_head"}, 0, 2)
    client = with_password("head")
    assert log_in(client, "head")["Location"] == "/me/security/codes/"


def test_a_one_time_code_and_a_second_factor_go_together() -> None:
    client, recovery = with_codes("head")
    code = issue_code(Context.system(DAY, "cli"), person("head"))
    assert log_in(client, "head", code)["Location"] == "/login/second/"
    assert client.post("/login/second/", {"code": recovery[1]})["Location"] == "/password/"


def test_the_api_takes_the_cookie_only_with_its_form_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("head"))
    assert client.get("/api/apartment").status_code == 200
    assert client.post("/api/apartment", {"name": "x"}, content_type="application/json").status_code == 403


def test_sessions_that_are_over_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    client_of("head")
    now = clock.instant()
    monkeypatch.setattr(clock, "instant", lambda: now + timedelta(hours=13))
    assert sessions.prune() == 1
    assert not list((Path(settings.HOME) / "sessions").glob(sessions.digest_of(None)))
    assert sessions.prune() == 0
