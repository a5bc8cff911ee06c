"""The product as people meet it: served from a folder of its own with a small demo, looked at in a real Chromium."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
LOAD = (
    "import django; django.setup()\n"
    "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
    "from xianxing.demo.loader import load; load(projects=120)\n"
)
Enter = Callable[..., Page]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the product on a free loopback port; the server ends with the tests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("served")
    environment = {**os.environ, "XIANXING_HOME": str(home), "PORT": str(port), "DATABASE_URL": ""}
    subprocess.run([sys.executable, "-c", LOAD], env=environment, check=True)
    command = [sys.executable, "-m", "xianxing.cli", "serve"]
    with (home / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(240):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/login/", timeout=10):  # noqa: S310 - our own server
                break
            time.sleep(0.25)
        else:
            pytest.fail((home / "serve.log").read_text(encoding="utf-8"))
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


@pytest.fixture
def enter(chromium: Browser, served: str) -> Iterator[Enter]:
    """Enters the demo with one click; a page that logs an error or breaks the content policy fails its test."""
    contexts = []
    complaints: list[str] = []

    def as_post(post: str, *, width: int = 1440, locale: str = "en-GB") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale=locale, timezone_id="Asia/Shanghai", base_url=served
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/login/")
        page.locator(f"button[name=post][value='{post}']").click()
        page.wait_for_url(served + "/")
        return page

    yield as_post
    for context in contexts:
        context.close()
    # A refused form answers 422 or 409, which Chromium logs as a failed resource; that is no fault of the page.
    assert [text for text in complaints if "status of 4" not in text] == []
