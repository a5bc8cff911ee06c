"""Keys go into a file of their own, sealed with a passphrase; what was destroyed stays destroyed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from tests.kernel.town import Town

from xianxing.kernel import gate
from xianxing.kernel.backup.keys import restore_keys, seal_keys
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.personal.erasure import erase, reapply_erasures
from xianxing.kernel.personal.keys import reread
from xianxing.kernel.register import find

PHRASE = "四个字的口令不够长所以写长一点"


@pytest.fixture
def sealed(place: Town, tmp_path: Path) -> Iterator[Path]:
    """The sealed keys; what a test does to the keys of this installation is taken back."""
    held = tmp_path / "held"
    shutil.copytree(settings.HOME / "keys", held)
    target = tmp_path / "keys.bin"
    seal_keys(target, PHRASE)
    yield target
    shutil.rmtree(settings.HOME / "keys")
    shutil.copytree(held, settings.HOME / "keys")
    reread()


def representative(place: Town) -> str:
    officer = place.as_post("officer-one")
    pk = gate.rows(find("enterprise"), officer).get().pk
    return str(gate.get(find("enterprise"), officer, pk).values["representative"])


def refused(*words: object, **options: bool) -> str:
    with pytest.raises(Blocked) as error:
        restore_keys(*words, **options)  # type: ignore[arg-type]
    assert error.value.blockers[0].words()
    return error.value.blockers[0].code


def test_lost_keys_come_back_from_their_own_backup(place: Town, sealed: Path) -> None:
    shutil.rmtree(settings.HOME / "keys")
    reread()
    assert restore_keys(sealed, PHRASE) >= 3
    assert representative(place) == "慕容复兴"
    assert (sealed.stat().st_mode & 0o777, (settings.HOME / "keys" / "master.key").stat().st_mode & 0o777) == (
        0o600,
    ) * 2


def test_a_wrong_passphrase_and_an_altered_file_change_nothing(place: Town, sealed: Path) -> None:
    before = {path.name: path.read_bytes() for path in (settings.HOME / "keys").iterdir()}
    assert refused(sealed, PHRASE + "x") == "passphrase_wrong"
    content = sealed.read_bytes()
    sealed.write_bytes(content[:-1] + bytes((content[-1] ^ 1,)))
    assert refused(sealed, PHRASE) == "passphrase_wrong"
    sealed.write_bytes(content[:20])
    assert refused(sealed, PHRASE) == "no_key_file"
    assert {path.name: path.read_bytes() for path in (settings.HOME / "keys").iterdir()} == before


def test_other_keys_are_not_lost_in_silence(place: Town, sealed: Path) -> None:
    (settings.HOME / "keys" / "master.key").write_bytes(b"\x01" * 48)
    assert refused(sealed, PHRASE) == "other_keys"
    assert restore_keys(sealed, PHRASE, replace=True)


def test_a_short_passphrase_is_refused(place: Town, tmp_path: Path) -> None:
    with pytest.raises(Blocked) as error:
        seal_keys(tmp_path / "keys.bin", "short")
    assert error.value.blockers[0].code == "passphrase_short"
    assert not (tmp_path / "keys.bin").exists()


def test_older_keys_do_not_bring_an_erased_person_back(place: Town, sealed: Path) -> None:
    pk = gate.rows(find("enterprise"), place.as_post("officer-one")).get().pk
    erase(find("enterprise"), place.system, pk)
    restore_keys(sealed, PHRASE)
    assert "慕容" not in representative(place)
    shutil.rmtree(settings.HOME / "keys")
    reread()
    restore_keys(sealed, PHRASE)
    reapply_erasures(place.system)
    assert "慕容" not in representative(place)
