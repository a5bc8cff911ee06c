"""A backup of an older version is brought up to date, one of unlike tables is refused, and stores can be changed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import Settings
from tests.kernel.backup.conftest import names
from tests.kernel.backup.test_backup import codes, rewritten
from tests.kernel.town import Town

from xianxing.kernel import gate
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.backup.keys import restore_keys
from xianxing.kernel.backup.make import make_backup
from xianxing.kernel.backup.proof import prove_zone
from xianxing.kernel.backup.restore import check_archive, restore
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.register import find

ROOT = Path(__file__).parents[3]
LATER = """from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("example", "0001_initial")]
    operations = [migrations.AddField("apartment", "floor", models.IntegerField(null=True))]
"""


def columns_of(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, table)}


def test_a_backup_whose_tables_are_unlike_those_of_its_migrations_is_refused_and_the_zone_stays(
    place: Town, target: Path
) -> None:
    def fewer(content: bytes) -> bytes:
        told = json.loads(content)
        told["tables"]["enterprise_enterprise"]["columns"].pop()
        return json.dumps(told).encode()

    changed = rewritten(make_backup(target), "manifest.json", fewer)
    with pytest.raises(Blocked) as error:
        restore(changed, replace=True, foreign=True)
    assert codes(error) == {"backup_other_tables"}
    assert "enterprise_enterprise" in error.value.blockers[0].words()
    assert names(place) == ["第一企业"]
    assert verify()[1] is None


def test_a_backup_with_migrations_nobody_knows_here_is_refused_before_anything_is_done(
    place: Town, target: Path
) -> None:
    def strange(content: bytes) -> bytes:
        told = json.loads(content)
        told["migrations"].append(["vouchers", "0001_initial"])
        return json.dumps(told).encode()

    changed = rewritten(make_backup(target), "manifest.json", strange)
    with pytest.raises(Blocked) as error:
        restore(changed, replace=True, foreign=True)
    assert codes(error) == {"newer_backup"}
    assert "vouchers.0001_initial" in error.value.blockers[0].words()
    assert not list((settings.HOME / "backups").glob("*.zip"))


@pytest.fixture
def upgraded(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The next version of the product: one of its apps has a second migration."""
    folder = tmp_path / "upgraded"
    shutil.copytree(ROOT / "tests" / "example" / "migrations", folder)
    (folder / "0002_floor.py").write_text(LATER, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    settings.MIGRATION_MODULES = {"example": "upgraded"}
    yield
    for name in [name for name in sys.modules if name.split(".")[0] == "upgraded"]:
        del sys.modules[name]


def test_a_backup_of_an_older_version_is_restored_as_it_was_and_then_brought_up_to_date(
    place: Town, target: Path, request: pytest.FixtureRequest
) -> None:
    backup = make_backup(target)
    assert ["example", "0002_floor"] not in check_archive(backup)[0].migrations
    request.getfixturevalue("upgraded")
    try:
        restore(backup, replace=True)
        assert "floor" in columns_of("example_apartment")
        assert names(place) == ["第一企业"]
        assert verify()[1] is None
    finally:
        settings.MIGRATION_MODULES = {}
        restore(backup, replace=True)
    assert "floor" not in columns_of("example_apartment")


def test_a_zone_moves_from_another_installation_on_sqlite_to_this_store_with_its_keys(
    place: Town, tmp_path: Path
) -> None:
    backup = tmp_path / "moved.zip"
    script = Path(__file__).with_name("elsewhere.py")
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "xianxing.settings", "PYTHONPATH": path}
    words = [sys.executable, str(script), str(tmp_path / "home"), str(backup)]
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    keys = settings.HOME / "keys"
    own = shutil.copytree(keys, tmp_path / "own-keys")
    try:
        restore_keys(backup.with_suffix(".keys"), "a long passphrase of the town", replace=True)
        manifest = restore(backup, replace=True).manifest
        assert manifest.vendor == "sqlite"
        assert len(names(place)) == 39
        row = gate.get(find("enterprise"), place.as_post("officer-one"), gate.rows(find("enterprise"), place.system)
                       .order_by("id").values_list("pk", flat=True)[0])  # fmt: skip
        assert row.values["representative"] == "慕容复兴"
        assert verify()[1] is None
        assert [finding.place for finding in prove_zone().findings] == []
    finally:
        shutil.rmtree(keys)
        shutil.copytree(own, keys)
