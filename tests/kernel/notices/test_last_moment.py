"""Between claiming and marking: what is concealed meanwhile stays here; a sender that dies repeats under one key."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.kernel.notices.outgoing import hook, send, states, tell, wish
from tests.kernel.notices.servers import Post, Site, answer
from tests.kernel.town import Town

from xianxing.kernel import clock
from xianxing.kernel.notices import outbox
from xianxing.kernel.notices.formats import A_MINUTE
from xianxing.kernel.notices.hooks import keep_secrets
from xianxing.kernel.notices.models import Delivery
from xianxing.kernel.register import find

ROOT = Path(__file__).parents[3]
Stand = Callable[[str], None]


@pytest.fixture
def conceal(town: Town, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on, posts of a unit are concealed from whoever sits in it: what a petition does with ``conceal``."""
    return lambda: monkeypatch.setitem(find("post").__dict__, "sides", (("unit", False),))


@pytest.mark.parametrize("way", ["mail", "digest", "webhook"])
def test_what_was_concealed_after_it_was_told_leaves_by_no_way(
    town: Town, office: Post, site: Site, now: Stand, conceal: Callable[[], None], way: str
) -> None:
    if way == "webhook":
        keep_secrets(town.as_post("sys"), hook(town, site))
    else:
        wish(town, by={"info": way}, quiet=False)
    tell(town, register="post", record=town.post("head-one"))
    outbox.route()
    assert states() == ["waiting"]
    conceal()
    now("2017-09-30T09:00")
    send()
    assert (office.mails, site.asked) == ([], [])
    assert states() == ["dropped"]


def test_what_is_concealed_while_the_mail_before_it_is_sent_is_not_sent_any_more(
    town: Town, office: Post, now: Stand, conceal: Callable[[], None]
) -> None:
    wish(town)
    for key in ("1", "2", "3"):
        tell(town, key=key, register="post", record=town.post("head-one"))
    office.breaks = conceal
    send()
    assert len(office.mails) == 1
    assert states() == ["sent", "dropped", "dropped"]


def test_a_robot_gets_no_more_in_a_minute_than_it_takes(town: Town, site: Site, now: Stand) -> None:
    site.answers["/in"] = answer(b'{"errcode":0}')
    keep_secrets(town.as_post("sys"), hook(town, site, "wecom"), "", "key")
    for number in range(A_MINUTE + 3):
        tell(town, key=str(number))
    send()
    assert len(site.asked) == A_MINUTE
    assert set(Delivery.objects.filter(state="waiting").values_list("tries", flat=True)) == {0}
    now("2017-09-29T10:01:01")
    send()
    assert len(site.asked) == A_MINUTE + 3


def kill_a_sender(office: Post, site: Site) -> None:
    """Send in a process that is killed between sending and marking."""
    words = [
        sys.executable, str(Path(__file__).with_name("dying.py")), str(settings.HOME),
        str(connection.settings_dict["NAME"]), clock.instant().isoformat(), str(office.port), f"127.0.0.1:{site.port}",
    ]  # fmt: skip
    connection.close()
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "xianxing.settings", "PYTHONPATH": path}
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.mark.parametrize("way", ["mail", "digest"])
def test_a_mail_whose_sender_was_killed_before_marking_it_comes_again_under_the_same_id(
    transactional_db: None, town: Town, office: Post, site: Site, now: Stand, way: str
) -> None:
    wish(town, by={"info": way}, quiet=False)
    tell(town)
    now("2017-09-30T09:00")
    kill_a_sender(office, site)
    assert (len(office.mails), states()) == (1, ["waiting"])
    send()
    assert len(office.mails) == 1  # what the dead one held is held
    now("2017-09-30T09:11")
    send()
    send()
    assert states() == ["sent"]
    first, second = office.mails
    for name in ("Message-ID", "X-Idempotency-Key"):
        assert first[name] == second[name]


def test_a_call_whose_sender_was_killed_before_marking_it_comes_again_under_the_same_id(
    transactional_db: None, town: Town, office: Post, site: Site, now: Stand
) -> None:
    keep_secrets(town.as_post("sys"), hook(town, site))
    tell(town)
    kill_a_sender(office, site)
    assert (len(site.asked), states()) == (1, ["waiting"])
    now("2017-09-29T10:11")
    send()
    send()
    assert states() == ["sent"]
    (_target, first, body), (_again, second, same) = site.asked
    for name in ("webhook-id", "idempotency-key"):
        assert first[name] == second[name] == Delivery.objects.get().key
    assert body == same
