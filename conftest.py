"""What every test shares: a home of its own, nothing left from the test before, marks, and a real browser.

``DJANGO_SETTINGS_MODULE`` stands here and not in ``pyproject.toml`` because pytest-django would load the settings
before this file, and the settings take the home of the installation from the environment once.
"""

import atexit
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import TransactionTestCase
from django.utils import timezone, translation
from playwright.sync_api import Browser, Page, sync_playwright

from xianxing.kernel.personal.keys import reread

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# Debian's Chromium without a sandbox of its own (tests may run as root) and without calls to its maker's hosts.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STORE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}
BROWSER_FIXTURES = {"chromium", "page"}


def load_django() -> None:
    """Choose a home, then load Django; SQLite tests on a file, as installations do, and not in memory.

    This happens while this file is read, before the conftest files of folders named on the command line import models.
    A process that only hands tests out (pytest-xdist) does not pass its settings on: each worker chooses its own home.
    """
    home = Path(tempfile.mkdtemp(prefix="xianxing-test-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["XIANXING_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "xianxing.settings"
    os.environ["XIANXING_WEBHOOK_HOSTS"] = "hooks.example"
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(home / "test.sqlite3")
    settings.INSTALLED_APPS.append("tests.example")  # the plain register of docs/register.md
    # Hundreds of log-ins: that a hash is slow is Django's matter and not tried here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django.setup()
    if "PYTEST_XDIST_WORKER" not in os.environ and any(a.startswith(("-n", "--numprocesses")) for a in sys.argv):
        del os.environ["DJANGO_SETTINGS_MODULE"]


load_django()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark ``browser`` what asks for Chromium and ``store`` what uses the database without it and may depend on it."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & BROWSER_FIXTURES:
            item.add_marker(pytest.mark.browser)
        elif item.get_closest_marker("any_store"):
            continue
        elif fixtures & STORE_FIXTURES or item.get_closest_marker("django_db") or is_database_case(item):
            item.add_marker(pytest.mark.store)


def is_database_case(item: pytest.Item) -> bool:
    """Whether the test is a method of one of Django's test cases that have a database."""
    case = getattr(item, "cls", None)
    return case is not None and issubclass(case, TransactionTestCase)


@pytest.fixture(autouse=True)
def apart() -> Iterator[None]:
    """What a process keeps between two tests is as at its start: language, time zone, log-ins counted, readings noted,
    keys read.

    It is set back after a test too, because a class or module that is set up next runs before its first test's turn.
    """
    _as_at_the_start()
    yield
    _as_at_the_start()


def _as_at_the_start() -> None:
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()
    cache.clear()
    reread()
    for path in settings.HOME.glob("readings.sqlite3*"):
        path.unlink(missing_ok=True)
    erased = settings.HOME / "keys" / "subjects.sqlite3"
    if erased.exists():
        with closing(sqlite3.connect(erased)) as keys, keys:
            if keys.execute("SELECT 1 FROM sqlite_master WHERE name = 'destroyed'").fetchone():
                keys.execute("DELETE FROM destroyed")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium per process, from the system."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("Chromium is not installed. On Debian type: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        # Playwright's loop runs in this thread, and Django would take it for an asynchronous caller.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh page at 1440 × 900 that asks for Chinese; its cookies are its own."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context.new_page()
    context.close()
