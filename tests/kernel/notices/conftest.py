"""Fixtures of the tests of what leaves the product: a server of mails, a called server, the hour."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from pytest_django import Settings
from tests.kernel.notices.outgoing import ZONE
from tests.kernel.notices.servers import Post, Site, post_office, web_site

from xianxing.kernel import clock


@pytest.fixture
def office(settings: Settings) -> Iterator[Post]:
    with post_office() as office:
        settings.MAIL_SET_UP, settings.EMAIL_BACKEND = True, "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.BASE_URL = "https://zone.example"
        yield office


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    with web_site() as site:
        settings.WEBHOOK_HOSTS = settings.WEBHOOK_PRIVATE = frozenset((f"127.0.0.1:{site.port}",))
        yield site


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the instant that the product believes in, in the zone's time."""

    def stand(text: str) -> None:
        moment = datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)
        monkeypatch.setattr(clock, "instant", lambda: moment)

    stand("2017-09-29T10:00")
    return stand
