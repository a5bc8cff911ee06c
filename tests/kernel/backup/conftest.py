"""A town with something of everything that a backup holds, whose transactions really end."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from stdnum.cn import uscc
from tests.kernel.town import Town, build

from xianxing.kernel import gate
from xianxing.kernel.actions.act import create
from xianxing.kernel.backup.tables import snapshot, tables
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.notices.notify import notify
from xianxing.kernel.register import find


def code_of(place: int) -> str:
    body = f"91371400{place:09d}"
    return body + str(uscc.calc_check_digit(body))


def enter(town: Town, place: int, name: str, **fields: str) -> int:
    return create(find("enterprise"), town.as_post("officer-one"), code=code_of(place), name=name, **fields)


def names(town: Town) -> list[str]:
    rows = gate.rows(find("enterprise"), town.as_post("officer-one")).order_by("id")
    return [str(name) for name in rows.values_list("name", flat=True)]


def furnish(town: Town) -> int:
    """One enterprise with personal data, a file, a reading and a notice; returns its id."""
    pk = enter(town, 1, "第一企业", representative="慕容复兴", phone="13711112222")
    attach(find("enterprise"), town.as_post("head-one"), [(pk, "other", "a.txt", "附件内容".encode())]).must()
    gate.get(find("enterprise"), town.as_post("officer-one"), pk)
    notify(town.as_post("officer-one"), [town.post("head-one")], "info", "enterprise", pk, "%(what)s", {"what": "甲"})
    return pk


@pytest.fixture
def place(transactional_db: None) -> Iterator[Town]:
    """A zone in files of its own; they are removed so that no test sees what another left."""
    town = build()
    furnish(town)
    yield town
    for folder in ("backups", "evidence"):
        shutil.rmtree(settings.HOME / folder, ignore_errors=True)
    (settings.HOME / "readings.sqlite3").unlink(missing_ok=True)


@pytest.fixture
def state() -> Callable[[], dict[str, str]]:
    """The digest of every table."""

    def digests() -> dict[str, str]:
        with snapshot() as held:
            return {table.name: _digest(b"".join(held.lines(table))) for table in tables()}

    return digests


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "zone.zip"
