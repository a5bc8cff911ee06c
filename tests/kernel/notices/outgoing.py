"""Telling, wishing, sending: what the tests of what leaves the product have in common."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from tests.kernel.notices.servers import Site
from tests.kernel.town import Town

from xianxing.kernel import clock
from xianxing.kernel.actions.act import create
from xianxing.kernel.notices import sending
from xianxing.kernel.notices.models import Delivery
from xianxing.kernel.notices.notify import notify
from xianxing.kernel.notices.wishes import confirm, save_wishes, ticket, wishes_of
from xianxing.kernel.register import find

ADDRESS = "officer@zone.example"
ZONE = ZoneInfo("Asia/Shanghai")


def wish(town: Town, post: str = "officer-one", **chosen: Any) -> None:
    """A person who confirmed an address, and wants every kind at once where nothing else is said."""
    context = town.as_post(post)
    assert context.actor
    usual = wishes_of(context.actor)
    by = dict.fromkeys(usual.by, "mail") | chosen.pop("by", {})
    save_wishes(context, replace(usual, address=ADDRESS, by=by, **chosen))
    assert confirm(context, ticket(context.actor, ADDRESS))


def tell(
    town: Town, kind: Any = "info", post: str = "officer-one", key: str = "", register: str = "unit", record: int = 0
) -> None:
    record = record or (town.unit("one") if register == "unit" else 1)
    params = {"due_on": "2017-10-09"}
    given = replace(town.system, instant=clock.instant())
    notify(given, [town.post(post)], kind, register, record, "%(what)s is due on %(due_on)s", params, key=key)


def send() -> int:
    return sending.send(clock.instant)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def hook(town: Town, site: Site, form: str = "json", **fields: Any) -> int:
    given = {"name": "政务平台", "url": site.url, "format": form, "post": "officer-one", "events": "info,urge"}
    return create(find("webhook"), town.as_post("sys"), **{**given, **fields})
