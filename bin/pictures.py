"""Take the pictures of the documents: serve a fresh demo, open its pages in Chromium, write docs/pictures/*.png.

``pictures.py [HOME [NAME…]]`` uses the demo in HOME, or loads one into a folder of its own that goes afterwards; with
names it takes only those capabilities.
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

from playwright.sync_api import Browser, Page, sync_playwright

from palette import small

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
# What the README shows, at every size.
SHOWN = {
    "cockpit": "/",
    "plan": "/plan/dezhou-2017/",
    "project": "/r/attraction/?order=-started_on&f=stage:is:landed",
    "board": "/r/attraction/?as=board",
}
# One of each capability: the post that works with it, and where; "first" opens the first record of the list.
CAPABILITIES = {
    "enterprise": ("enterprise-service-officer", "/r/enterprise/", "first"),
    "problem": ("enterprise-service-officer", "/r/problem/", "first"),
    "resettlement": ("demolition-officer", "/r/resettlement/?order=code", "first"),
    "bottom-lines": ("zone-leader", "/bottom-lines/", ""),
    "accident": ("zone-leader", "/r/accident/", "first"),
    "petition": ("petition-officer", "/r/petition/", "first"),
    "map": ("zone-leader", "/map/", ""),
    "rules": ("plan-officer", "/rules/", ""),
    "notices": ("invest1-officer1", "/me/notices/", ""),
    "desk": ("invest1-officer1", "/desk/", ""),
    "organisation": ("sys-admin", "/organise/", ""),
    "parameters": ("plan-officer", "/r/parameter/", ""),
    "sheets": ("enterprise-service-officer", "/r/enterprise/import/", ""),
    "audit": ("audit-admin", "/audit/", ""),
    "api": ("invest1-officer1", "/me/tokens/", ""),
    "security": ("sec-admin", "/log-ins/", ""),
    "wall": ("zone-leader", "/wall/", ""),
    "classification": ("enterprise-service-officer", "/r/evaluation/?order=code", "first"),
    "policies": ("enterprise-service-officer", "/r/policy/?as=reach", ""),
    "exits": ("enterprise-service-officer", "/zombies/", ""),
    "listing": ("enterprise-service-officer", "/r/listing-case/?as=boards", ""),
    "screening": ("zone-leader", "/r/screening/?order=code", "first"),
    "chains": ("enterprise-service-officer", "/chains/", ""),
    "drafting": ("policy-officer", "/drafting/", ""),
}
SIZES = (("zh", 1440), ("en", 1440), ("zh", 390))


def main() -> None:
    """Serve, look, write."""
    given, names = Path(sys.argv[1]) if len(sys.argv) > 1 else None, sys.argv[2:]
    home = given or Path(tempfile.mkdtemp(prefix="xianxing-pictures-"))
    PICTURES.mkdir(parents=True, exist_ok=True)
    try:
        with served(home) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
            for language, width in () if names else SIZES:
                take(browser, address, language, width)
            take_capabilities(browser, address, names or list(CAPABILITIES))
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
    with seated(browser, address, language, width, "") as page:
        for name, path in SHOWN.items():
            keep(browser, page, f"{name}-{language}-{width}", address + path, "first" if name == "project" else "")


def take_capabilities(browser: Browser, address: str, names: list[str]) -> None:
    """One picture of each capability, as the post that works with it sees it."""
    for name in names:
        post, path, which = CAPABILITIES[name]
        with seated(browser, address, "en", 1440, post) as page:
            keep(browser, page, f"{name}-en-1440", address + path, which)


@contextlib.contextmanager
def seated(browser: Browser, address: str, language: str, width: int, post: str) -> Iterator[Page]:
    """A browser that has entered as a post, or as the first one offered."""
    context = browser.new_context(
        viewport={"width": width, "height": 900 if width > 500 else 844},
        locale="zh-CN" if language == "zh" else "en-GB",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    page.goto(f"{address}/login/")
    page.locator(f"button[name=post][value='{post}']" if post else "button[name=post]").first.click()
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def keep(browser: Browser, page: Page, name: str, address: str, which: str) -> None:
    """The picture of one page, as its reader sees it without scrolling."""
    answer = page.goto(address)
    if answer is None or not answer.ok:
        raise SystemExit(f"{address}: {answer.status if answer else 'no answer'}")
    if which == "first":
        page.locator("tbody a[href^='/r/']").first.click()
    page.wait_for_load_state("networkidle")
    (PICTURES / f"{name}.png").write_bytes(small(browser, page.screenshot()))


if __name__ == "__main__":
    main()
