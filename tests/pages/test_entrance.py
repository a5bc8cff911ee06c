"""Log-in, log-out, the demo's one click, headers: who gets in, and what every answer forbids."""

import pytest
from django.core.cache import cache
from django.test import Client
from tests.pages.zone import DAY, PASSWORD, client_of, context, text_of

from xianxing.kernel.context import Context
from xianxing.kernel.units.login import issue_code, set_password
from xianxing.kernel.units.models import Person, Zone

pytestmark = pytest.mark.usefixtures("zone")


@pytest.fixture(autouse=True)
def _no_failures_counted() -> None:
    cache.clear()


def _with_password(login: str) -> None:
    set_password(context(login), Person.objects.get(login=login), PASSWORD).must()


@pytest.mark.parametrize(
    "path", ["/", "/r/apartment/", "/r/apartment/new/", "/search/?q=a", "/jobs/1/", "/no/such/page/"]
)
def test_without_log_in_every_page_leads_to_the_log_in(path: str) -> None:
    response = Client().get(path)
    if path == "/no/such/page/":
        assert response.status_code == 404
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/login/")


def test_htmx_without_log_in_is_told_to_load_the_log_in_page() -> None:
    response = Client().get("/r/apartment/", headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response["HX-Redirect"].startswith("/login/")


def test_a_person_enters_with_a_password_and_comes_where_they_were_going() -> None:
    _with_password("head")
    response = Client().post("/login/", {"login": "head", "password": PASSWORD, "next": "/r/apartment/"})
    assert response["Location"] == "/r/apartment/"


def test_an_address_elsewhere_is_not_followed_after_log_in() -> None:
    _with_password("head")
    response = Client().post("/login/", {"login": "head", "password": PASSWORD, "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_wrong_name_and_wrong_password_are_told_in_the_same_words() -> None:
    _with_password("head")
    client = Client(headers={"Accept-Language": "en"})
    nobody = client.post("/login/", {"login": "nobody", "password": "x"})
    wrong = client.post("/login/", {"login": "head", "password": "x"})
    assert nobody.status_code == wrong.status_code == 422
    assert "do not belong together" in text_of(nobody)
    assert "do not belong together" in text_of(wrong)


def test_five_failures_lock_the_name_even_for_the_right_password() -> None:
    _with_password("head")
    client = Client(headers={"Accept-Language": "en"})
    for _try in range(5):
        client.post("/login/", {"login": "head", "password": "wrong"})
    response = client.post("/login/", {"login": "head", "password": PASSWORD})
    assert response.status_code == 422
    assert "locked" in text_of(response)


def test_a_one_time_code_opens_only_the_page_that_sets_the_password() -> None:
    code = issue_code(Context.system(DAY, "cli"), Person.objects.get(login="head"))
    client = Client(headers={"Accept-Language": "en"})
    assert client.post("/login/", {"login": "head", "password": code})["Location"] == "/password/"
    assert client.get("/r/apartment/")["Location"] == "/password/"
    weak = client.post("/password/", {"password": "12345", "again": "12345"})
    assert weak.status_code == 422
    assert client.post("/password/", {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert client.get("/r/apartment/").status_code == 200
    again = Client().post("/login/", {"login": "head", "password": code})
    assert again.status_code == 422


def test_log_out_ends_the_session() -> None:
    client = client_of("head")
    assert client.get("/r/apartment/").status_code == 200
    client.post("/logout/")
    assert client.get("/r/apartment/").status_code == 302


def test_one_click_entries_do_not_exist_outside_a_demo() -> None:
    client = Client(headers={"Accept-Language": "en"})
    assert "one click" not in text_of(client.get("/login/", headers={"Host": "127.0.0.1"}))
    client.post("/enter/", {"post": "leader"}, headers={"Host": "127.0.0.1"})
    assert client.get("/r/apartment/").status_code == 302


def test_one_click_enters_a_demo_on_loopback_and_nowhere_else() -> None:
    Zone.objects.update(born_as_demo=True)
    near = Client(headers={"Accept-Language": "en", "Host": "127.0.0.1:8000"})
    assert "one click" in text_of(near.get("/login/"))
    near.post("/enter/", {"post": "leader"})
    assert near.get("/r/apartment/").status_code == 200
    by_name = Client(headers={"Accept-Language": "en"})  # its host is testserver
    by_name.post("/enter/", {"post": "leader"})
    assert by_name.get("/r/apartment/").status_code == 302
    from_afar = Client(headers={"Accept-Language": "en", "Host": "127.0.0.1"}, REMOTE_ADDR="10.1.2.3")
    from_afar.post("/enter/", {"post": "leader"})
    assert from_afar.get("/r/apartment/").status_code == 302


def test_every_answer_carries_the_policy() -> None:
    for response in (
        Client().get("/login/"),
        client_of("head").get("/r/apartment/"),
        client_of("head").get("/r/none/"),
    ):
        policy = response["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]


def test_no_page_has_inline_script_or_style() -> None:
    client = client_of("head")
    for path in ("/login/", "/r/apartment/", "/r/apartment/new/", "/r/unit/", "/r/unit/zone/"):
        text = text_of(client.get(path))
        assert " style=" not in text
        assert "<style" not in text
        assert "onclick" not in text
        assert text.count("<script") == text.count("<script src=")


def test_a_form_without_its_token_is_refused_in_words() -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    client.force_login(Person.objects.get(login="head"))
    response = client.post("/r/apartment/new/", {"name": "x"})
    assert response.status_code == 403
    assert "no longer valid" in text_of(response)


def test_the_post_one_acts_in_can_be_changed_to_ones_own_only() -> None:
    client = client_of("head")
    client.post("/seat/", {"post": "leader"})
    assert "seat" not in client.session
    client.post("/seat/", {"post": "head"})
    assert client.session["seat"] == "head"


def test_the_language_is_kept_from_page_to_page() -> None:
    client = client_of("head")
    client.post("/i18n/setlang/", {"language": "en", "next": "/r/apartment/"})
    assert '<html lang="en"' in text_of(client.get("/r/apartment/"))
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/r/apartment/"})
    assert '<html lang="zh-Hans"' in text_of(client.get("/r/apartment/"))


def test_the_demo_says_that_it_is_one() -> None:
    assert "demo date" not in text_of(client_of("head").get("/r/apartment/"))
    Zone.objects.update(born_as_demo=True)
    assert "demo date" in text_of(client_of("head").get("/r/apartment/"))


def test_an_address_that_only_takes_forms_says_so_in_our_look() -> None:
    response = client_of("head").get("/logout/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "only takes what a form sends" in text_of(response)
