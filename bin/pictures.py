"""Take the pictures of the documents: serve a fresh demo, open its pages in Chromium, write docs/pictures/*.png.

``pictures.py [HOME]`` uses the demo in HOME, or loads one into a folder of its own that goes afterwards.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from palette import small

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
SHOWN = {
    "cockpit": "/",
    "plan": "/plan/dezhou-2017/",
    "project": "/r/attraction/?order=-started_on&f=stage:is:landed",
    "board": "/r/attraction/?as=board",
}
SIZES = (("zh", 1440), ("en", 1440), ("zh", 390))


def main() -> None:
    """Serve, look, write."""
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    home = given or Path(tempfile.mkdtemp(prefix="xianxing-pictures-"))
    PICTURES.mkdir(parents=True, exist_ok=True)
    try:
        with served(home) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
            for language, width in SIZES:
                take(browser, address, language, width)
            browser.close()
    finally:
        if given is None:
            shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def served(home: Path) -> Iterator[str]:
    """The product on a free loopback port, with the demo; it ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "XIANXING_HOME": str(home), "PORT": str(port)}
    server = subprocess.Popen(
        [ROOT / ".venv" / "bin" / "xianxing", "start"], env=environment, stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(600):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/login/"):  # noqa: S310 - our own server
                break
            time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def take(browser: Browser, address: str, language: str, width: int) -> None:
    """One round through the pages as the leader of the zone."""
    locale = "zh-CN" if language == "zh" else "en-GB"
    context = browser.new_context(
        viewport={"width": width, "height": 900 if width > 500 else 844}, locale=locale, timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    page.goto(f"{address}/login/")
    page.locator("button[name=post]").first.click()
    for name, path in SHOWN.items():
        page.goto(address + path)
        if name == "project":
            page.locator("tbody a[href^='/r/attraction/']").first.click()
            page.wait_for_load_state("networkidle")
        (PICTURES / f"{name}-{language}-{width}.png").write_bytes(small(browser, page.screenshot()))
    context.close()


if __name__ == "__main__":
    main()
