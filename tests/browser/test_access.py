"""Every page can be read and worked by everybody: no serious or critical fault by axe-core, at desk and phone width."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.conftest import Enter

PAGES = {
    "zone-leader": (
        "/", "/desk/", "/plan/dezhou-2017/", "/plan/dezhou-2017/1.12/", "/plan/dezhou-2017/table/",
        "/plan/dezhou-2017/gantt/", "/r/attraction/", "/r/attraction/?as=board", "/r/attraction/?as=gantt",
        "/r/attraction/?as=funnel", "/r/attraction/?as=rates", "/r/attraction/?as=week", "/search/?q=xm", "/r/nothing/",
    ),
    "invest1-officer1": ("/r/attraction/new/", "/r/attraction/import/", "/r/attraction/2017-P04/", "/desk/?pile=read"),
    "sys-admin": ("/", "/r/unit/", "/r/unit/invest1/", "/r/parameter/"),
    "audit-admin": ("/audit/",),
}  # fmt: skip


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("post", PAGES)
def test_no_page_has_a_serious_fault(enter: Enter, post: str, width: int) -> None:
    page = enter(post, width=width, locale="zh-CN")
    faults = []
    for path in PAGES[post]:
        page.goto(path)
        found = Axe().run(page).response["violations"]
        faults += [f"{path}: {fault['id']}" for fault in found if fault["impact"] in {"serious", "critical"}]
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        faults += [f"{path}: scrolls sideways"] if wide else []
    assert faults == []


def test_the_log_in_page_has_no_serious_fault(enter: Enter) -> None:
    page = enter("zone-leader")
    page.context.clear_cookies()
    page.goto("/login/")
    found = Axe().run(page).response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in {"serious", "critical"}] == []
